"""Audit companies and auditors: approval, competence, hours, conflicts of interest (DOMAIN §5a)."""
