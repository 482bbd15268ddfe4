"""The rules in force: the standard and the scheme's policy (DOMAIN §4, §11)."""
