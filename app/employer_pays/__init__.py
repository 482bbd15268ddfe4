"""Employer-pays checks: who paid for this job, how much, was it lawful, was it given back (§8)."""
