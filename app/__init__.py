"""The certification of ethical labour recruiters. Read app/main.py first: it joins the rooms."""
