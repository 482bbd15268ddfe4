"""Sub-agents and partners as a graph, which must have no cycle. Pure.

A node is a recruiter's id, or the id of a partner that is not entered as a recruiter. An edge goes
from whoever engages to whom is engaged: a circle would mean that somebody is their own sub-agent.
"""

from collections.abc import Callable, Collection, Iterable

Neighbours = Callable[[Collection[str]], Iterable[str]]
"""Whom these nodes engage."""


def closes_circle(engaging: str, engaged: str, neighbours: Neighbours) -> bool:
    """Would the edge from one to the other lead back to where it began?"""
    seen: set[str] = set()
    reached = {engaged}
    while reached:
        if engaging in reached:
            return True
        seen |= reached
        reached = set(neighbours(reached)) - seen
    return False
