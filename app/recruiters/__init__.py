"""Labour recruiters, their numbers, and the licence registers of governments (DOMAIN §5)."""
