"""Pillow warns about every odd file; here the refusal or the empty field says it already."""

from __future__ import annotations

import re
import warnings

_PILLOW = re.compile(r"PIL\.")


def silence_pillow() -> None:
    """Ignore the warnings of Pillow's own modules, from any thread.

    `warnings.catch_warnings` would change the filters of all threads, and with several at
    work may leave them changed. Asked again each time, since others reset the filters.
    """
    if not any(entry[0] == "ignore" and entry[3] == _PILLOW for entry in warnings.filters):
        warnings.filterwarnings("ignore", module=_PILLOW.pattern)
