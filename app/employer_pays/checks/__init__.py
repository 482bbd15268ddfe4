"""Checks: what the charges of a recruiter, an audit, a corridor or a cohort come to."""
