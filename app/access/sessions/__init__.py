"""People who sign in: sessions, their rotating refresh tokens, the devices that are known."""
