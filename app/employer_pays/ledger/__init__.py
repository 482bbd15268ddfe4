"""A recruiter's ledger read from a spreadsheet: its columns, its lines, figures of any script."""
