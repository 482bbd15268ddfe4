"""API keys: credentials of programs that only read, made without anybody's approval (DESIGN §6)."""
