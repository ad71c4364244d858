"""What the owner chose for this library, such as the detector; it overrides the settings."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from gallery.store.library import Library
from gallery.store.tables import preferences

NAMES = frozenset({"detector", "embedder", "min_sharpness", "link_threshold", "read_text"})


def load(library: Library) -> dict[str, str]:
    """Every preference by name."""
    query = select(preferences).where(preferences.c.owner_id == library.owner_id)
    with library.read() as connection:
        return {row.name: row.value for row in connection.execute(query) if row.name in NAMES}


def save(library: Library, name: str, value: str | None) -> None:
    """Set a preference; None goes back to the setting.

    Raises:
        ValueError: No preference of that name.
    """
    if name not in NAMES:
        raise ValueError(f"preference must be one of {sorted(NAMES)}, got {name!r}")
    with library.write() as connection:
        connection.execute(
            delete(preferences).where(
                preferences.c.owner_id == library.owner_id, preferences.c.name == name
            )
        )
        if value is not None:
            connection.execute(
                insert(preferences).values(owner_id=library.owner_id, name=name, value=value)
            )
