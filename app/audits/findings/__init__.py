"""Findings: what an audit found wrong, how it is answered and verified (DOMAIN §7)."""
