"""The demonstration: invented companies in every state, made through the API (`erc demo`).

Only the command line imports it.
"""

from app.demo.data import Advance, Demonstration, fill

__all__ = ["Advance", "Demonstration", "fill"]
