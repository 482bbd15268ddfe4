"""`python -m app` is `erc`."""

from app.cli import main

main()
