"""Repayment of what workers bore, worker by worker."""
