"""Audits: engagements, the checklist, comments, reports and reviews; findings in `findings/`.

Certificates stand on it: they read what an audit found and close it with their decision.
"""
