"""The certification service of ethical labour recruiters. Read app/main.py first: it puts the rooms together."""
