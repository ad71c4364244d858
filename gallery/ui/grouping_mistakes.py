"""Groups of several people and people in several groups, as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gallery.evaluate.grouped import FaceSet
from gallery.evaluate.mistakes import Mistake
from gallery.ui import frame, words
from gallery.ui.components import face_rows
from gallery.ui.face_pictures import pictures_of
from gallery.ui.pager import page_of
from gallery.ui.picker_data import group
from gallery.ui.picture_files import small_picture

_ROWS, _FACES = 6, 8


def draw(app: frame.App, key: str, faces: FaceSet, found: list[Mistake], of: str) -> None:
    """The worst mistakes first, page by page.

    Args:
        app: whose library.
        key: tells these faces from others.
        faces: that were grouped.
        found: the mistakes.
        of: `group` for groups of several people, `person` for people in several groups.
    """
    if not found:
        frame.note("None.")
        return
    total = sum(mistake.wrong for mistake in found)
    if of == "group":
        frame.note(
            f"{words.counted(len(found), 'group')} with faces of more than one person; "
            f"{words.counted(total, 'face')} would have to leave. The worst first."
        )
    else:
        frame.note(
            f"{words.people_counted(len(found))} in more than one group; "
            f"{words.counted(total, 'face')} outside of the largest. The worst first."
        )
    shown = page_of(found, f"mistakes-{of}-{key}", _ROWS)
    opened = face_rows(f"mistakes-{of}-{key}", [_row(app, faces, one, of) for one in shown])
    if opened is not None:
        frame.go("photo", photo=opened)


def _row(app: frame.App, faces: FaceSet, mistake: Mistake, of: str) -> dict[str, Any]:
    title = f"Group {mistake.of}" if of == "group" else _called(mistake.of)
    return {
        "title": title,
        "groups": [
            _part(app, faces, _called(name) if of == "group" else f"Group {name}", rows)
            for name, rows in mistake.parts
        ],
    }


def _called(name: object) -> str:
    return str(name).replace("_", " ")


def _part(app: frame.App, faces: FaceSet, label: str, rows: list[int]) -> dict[str, Any]:
    ids = [faces.ids[row] for row in rows[:_FACES]]
    detail = words.counted(len(rows), "face")
    more = max(0, len(rows) - _FACES)
    if isinstance(ids[0], int):
        pictures = pictures_of(app, [int(face) for face in ids])
        return group(label, detail, pictures, app.pictures.url, more=more)
    shown = [
        {"photo": None, "src": small_picture(str(path)), "alt": Path(str(path)).stem, "score": ""}
        for path in ids
    ]
    return {"label": label, "detail": detail, "more": more, "faces": shown}
