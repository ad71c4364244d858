"""A library -> a report in one of four formats."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from gallery.config import Settings
from gallery.errors import GalleryError
from gallery.report.anonymous import without_people
from gallery.report.collect import collect
from gallery.report.pdf import print_pdf
from gallery.report.pictures import pictures_of
from gallery.report.render import to_html, to_markdown
from gallery.store.library import Library

FORMATS = ("html", "pdf", "md", "json")


def report_document(
    library: Library, settings: Settings, *, faces: bool = True, without: Collection[int] = ()
) -> dict[str, Any]:
    """What a report says.

    Args:
        library: whose measurements.
        settings: in use.
        faces: whether people are named and shown; without, it can be passed on.
        without: measurements that are left out.
    """
    report = collect(library, settings, without)
    return report if faces else without_people(report)


def make_report(
    library: Library,
    settings: Settings,
    kind: str,
    *,
    faces: bool = True,
    without: Collection[int] = (),
) -> bytes:
    """A report as a file.

    Args:
        library: whose measurements.
        settings: in use.
        kind: one of `FORMATS`.
        faces: whether people are named and shown.
        without: measurements that are left out.

    Raises:
        GalleryError: No such format, or a PDF cannot be printed here.
    """
    if kind not in FORMATS:
        raise GalleryError(f"There is no report as {kind!r}. Choose from: {', '.join(FORMATS)}.")
    report = report_document(library, settings, faces=faces, without=without)
    if kind == "json":
        return json.dumps(report, indent=2, ensure_ascii=False).encode()
    if kind == "md":
        return to_markdown(report).encode()
    page = to_html(report, pictures_of(library, settings, report) if faces else None)
    return print_pdf(page) if kind == "pdf" else page.encode()
