"""The whole service on one screen: which machines it has, who reads the journal, which rooms answer.

`create_app` puts them together; nothing is registered anywhere else.
"""

from typing import Any

from fastapi import APIRouter

from app.lifecycle.journal import Reader
from app.lifecycle.machine import Machine

MACHINES: tuple[Machine[Any], ...] = ()
"""Every lifecycle. `erc migrate` writes their tables into the database."""

READERS: tuple[Reader, ...] = ()
"""Who acts inside the transaction of a move, in this order."""

ROUTERS: tuple[APIRouter, ...] = ()
"""The rooms' routes."""
