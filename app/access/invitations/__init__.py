"""How people enter: invitations, single use and expiring (DOMAIN §3)."""
