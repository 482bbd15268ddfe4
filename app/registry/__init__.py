"""The public read side: one row per certificate, and the answers read from it (DOMAIN §12)."""
