"""The kernel of every lifecycle: the table (machine.py) and the spine (journal.py)."""
