"""Runs every check over a library, one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator

from gallery.errors import LibraryError
from gallery.health.database import check_database, check_references
from gallery.health.derived import (
    check_counts,
    check_index,
    check_models,
    check_vectors,
    check_words,
)
from gallery.health.finding import Check, Examination, Finding, Patient
from gallery.health.pictures import check_originals, check_pictures, check_spare_files
from gallery.records import Progress

# In this order: what later ones rest on comes first.
CHECKS: tuple[Check, ...] = (
    check_database,
    check_references,
    check_words,
    check_counts,
    check_originals,
    check_pictures,
    check_spare_files,
    check_vectors,
    check_index,
    check_models,
)


def examine(patient: Patient, examination: Examination) -> Iterator[Progress]:
    """Look for what is wrong, and put right what can be, if that is wanted.

    Nothing that a user said, and no original, is ever changed or deleted.

    Args:
        patient: the library, and how.
        examination: filled in while it goes on.

    Yields:
        Progress of what takes long.
    """
    started = time.perf_counter()
    for check in CHECKS:
        try:
            for step in check(patient):
                if isinstance(step, Finding):
                    examination.findings.append(step)
                else:
                    yield step
        except LibraryError as error:
            # One that cannot be done is no reason to leave out the others.
            title = (check.__doc__ or "").partition(":")[0].partition(".")[0]
            says = f"This could not be looked at: {title[:1].lower()}{title[1:]}."
            examination.findings.append(Finding("unfinished", says, 1, advice=str(error)))
    examination.seconds = time.perf_counter() - started
