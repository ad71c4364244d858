"""What the command lines of the benchmarks share."""

from __future__ import annotations

import argparse


def positive(text: str) -> int:
    """A whole number from 1, for `argparse`."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {value}")
    return value
