"""Who people and machines are, what they may do, and what they did to which case.

Every room above stands on it: `http.py` guards and answers their routes, `visibility.py` says
whose cases they may see, `independence.py` who is barred by what they touched (DESIGN §6).
"""
