"""The files that were kept out, with their reasons, until they come in or are forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from gallery.records import Refusal, RefusalCode, Stage
from gallery.store.library import Library
from gallery.store.tables import failures


def record(
    library: Library,
    connection: Connection,
    key: bytes,
    refusal: Refusal,
    kept: str | None,
    on_disk: bool,
) -> None:
    """Remember that a file was refused; a second refusal replaces the first."""
    connection.execute(
        delete(failures).where(failures.c.owner_id == library.owner_id, failures.c.key == key)
    )
    connection.execute(
        insert(failures).values(
            owner_id=library.owner_id,
            key=key,
            path=refusal.path,
            stage=str(refusal.stage),
            code=str(refusal.code),
            reason=refusal.reason,
            on_disk=on_disk,
            kept=kept,
            at=datetime.now(UTC),
        )
    )


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A refused file and where its bytes still are."""

    refusal: Refusal
    key: bytes
    on_disk: bool
    kept: str | None


def listed(library: Library, ids: Sequence[int] | None = None) -> list[FailedFile]:
    """The refused files, the latest first."""
    query = select(failures).where(failures.c.owner_id == library.owner_id)
    if ids is not None:
        query = query.where(failures.c.id.in_(ids))
    with library.read() as connection:
        rows = connection.execute(query.order_by(failures.c.at.desc(), failures.c.id.desc()))
        return [
            FailedFile(
                Refusal(
                    row.path, Stage(row.stage), RefusalCode(row.code), row.reason, row.id, row.at
                ),
                row.key,
                row.on_disk,
                row.kept,
            )
            for row in rows
        ]


def forget(library: Library, ids: Sequence[int]) -> int:
    """Take refused files off the list; how many were."""
    gone = listed(library, ids)
    with library.write() as connection:
        connection.execute(
            delete(failures).where(failures.c.owner_id == library.owner_id, failures.c.id.in_(ids))
        )
    drop_kept(library, gone)
    return len(gone)


def drop_kept(library: Library, gone: Sequence[FailedFile]) -> None:
    """Delete the bytes that refused files left, unless a refusal still waits for them.

    Media are shared by the owners of a library, so this looks at all of them.
    """
    for kept in {failed.kept for failed in gone if failed.kept}:
        with library.read() as connection:
            query = select(failures.c.id).where(failures.c.kept == kept).limit(1)
            waiting = connection.execute(query).first() is not None
        if not waiting:
            library.media.remove(kept)
