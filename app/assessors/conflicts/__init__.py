"""The register of conflicts of interest, and the yearly declarations (DOMAIN §3, §5a)."""
