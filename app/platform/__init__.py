"""What the rooms stand on and none of them owns: database, wire formats, keys, tokens, logs.

Knows no certificate and no recruiter. Any room may import from here; this package imports only
`app.settings` and `app.kernel`.
"""
