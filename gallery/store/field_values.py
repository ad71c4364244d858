"""Values of fields that decisions set, from the text in which the history keeps them."""

from __future__ import annotations


def flag(value: str | None) -> bool:
    """Yes or no."""
    return value == "1"


def number(value: str | None) -> int | None:
    """A whole number, or nothing."""
    return None if value is None else int(value)


def text(value: str | None) -> str | None:
    """As it stands."""
    return value
