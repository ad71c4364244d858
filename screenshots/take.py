"""Takes the pictures of the README: the app with the sample album, at desktop and phone width.

    python screenshots/take.py [--out docs/pictures] [--work FOLDER]

Needs what `make setup-dev` installs, the models, Chromium and PyPI. The library is made in a
temporary folder. Windows have fixed sizes, nothing moves, and a picture is taken once two looks
see the same, so that a second run gives the same pictures but for the day of the grouping.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from browser import DESKTOP, ROOT, Visit, visits
from composing import MOST_TOGETHER, keep, side_by_side, window_and_phone
from library import Shown, make_library
from PIL.Image import Image

from gallery.config import load_settings

_EILEEN, _GRACE = "Eileen Collins", "Grace Hopper"


def before_naming(shown: Shown, desk: Visit) -> dict[str, Image]:
    """One of the two is named, and the app asks who the other is."""
    shown.name(_EILEEN)
    desk.open("review")
    return {"review": desk.look()}


def after_naming(shown: Shown, desk: Visit, phone: Visit) -> dict[str, Image]:
    """Everybody is named."""
    shown.name(_GRACE)
    together = shown.photo("astronaut-and-admiral.jpg")
    return {
        "gallery": _gallery(desk, phone, together, shown.names[_EILEEN]),
        "why": _why(desk, together),
        "explore": _explore(desk),
        "search": _opened(desk, f'search?q=person:"{_EILEEN}" place:"United States"'),
        "duplicates": _opened(desk, "duplicates"),
        "phone": side_by_side([_opened(phone, path) for path in ("", "people", "events", "map")]),
    }


def _opened(visit: Visit, path: str) -> Image:
    visit.open(path)
    return visit.look()


def _gallery(desk: Visit, phone: Visit, photo: int, person: int) -> Image:
    """What it is in one picture: two people known in a photo, and all the faces of one."""
    desk.resize(DESKTOP[0], 880)
    window = _opened(desk, f"photo?photo={photo}")
    desk.resize(*DESKTOP)
    return window_and_phone(window, _opened(phone, f"person?person={person}"))


def _why(desk: Visit, photo: int) -> Image:
    desk.open(f"photo?photo={photo}")
    desk.page.get_by_role("button", name="Why").first.click()
    desk.page.get_by_role("dialog").wait_for()
    return desk.look()


def _explore(desk: Visit) -> Image:
    """All faces of one person chosen, by their name in the legend."""
    desk.open("explore")
    desk.page.locator(".map .entry", has_text=_EILEEN).click()
    desk.page.get_by_role("option").first.wait_for()
    return desk.look()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--work", type=Path, help="keep the library in this empty folder")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        shown = make_library(options.work or Path(scratch), load_settings())
        with visits(shown.library.root) as (desk, phone):
            taken = before_naming(shown, desk) | after_naming(shown, desk, phone)
        shown.library.close()
    sizes = {name: keep(picture, options.out / f"{name}.webp") for name, picture in taken.items()}
    for name, size in sizes.items():
        print(f"{options.out / name}.webp  {size / 1000:.0f} kB")
    if sum(sizes.values()) > MOST_TOGETHER:
        print(f"Together {sum(sizes.values()):,} bytes, more than {MOST_TOGETHER:,}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
