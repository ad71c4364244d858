"""The database file, and references between its rows."""

from __future__ import annotations

from collections.abc import Iterator

from gallery.health.finding import NAMED, Finding, Patient, Step
from gallery.store import checks

_BACKUP = "Go back to a backup with: gallery restore BACKUP --library NEW-FOLDER"


def check_database(patient: Patient) -> Iterator[Step]:
    """What SQLite finds; indexes are made anew, since all they hold is in the tables."""
    said = checks.damage(patient.library)
    if not said:
        return
    left = said
    if patient.repair and all("index" in line for line in said):
        checks.reindex(patient.library)
        left = checks.damage(patient.library)
    yield Finding(
        "database",
        "The database is damaged.",
        len(said),
        len(said) - min(len(said), len(left)),
        f"Copy library.db away before anything else. {_BACKUP}" if left else "",
        said[:NAMED],
    )


def check_references(patient: Patient) -> Iterator[Step]:
    """Rows that refer to rows that are gone."""
    lost = checks.lost_references(patient.library)
    if lost:
        yield Finding(
            "references",
            "Some rows of the database refer to others that are not there.",
            sum(lost.values()),
            advice=_BACKUP,
            named=[f"{many} of {table} to {other}" for (table, other), many in lost.items()],
        )
