"""Decisions, the certificate's lifecycle and its status at any two clocks (DOMAIN §9–§11)."""
