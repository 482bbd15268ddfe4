"""Charges as they are recorded: who told what of whom, and who may see it."""
