"""Pure values that every other part shares: who acts, when, how much, where, which number.

No I/O but the file of `clock.FileClock`; nothing here knows SQLAlchemy, FastAPI or HTTP. Every
other package may import from here; this package imports nothing else of `app`.
"""
