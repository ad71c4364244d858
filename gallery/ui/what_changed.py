"""What changed from one grouping to another: in sentences, and group by group with faces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import streamlit as st

from gallery.comparing import Change, Comparison, Difference, compare, labels_of
from gallery.records import Run
from gallery.store.library import Library
from gallery.ui import words
from gallery.ui.components import face_rows
from gallery.ui.describing import state_of
from gallery.ui.face_pictures import pictures_of
from gallery.ui.frame import App, go, note
from gallery.ui.pager import page_of
from gallery.ui.picker_data import group

_ROWS, _FACES = 8, 10
Whose = Mapping[int, int | None]


def draw(app: App, run: Run, first: int, second: int) -> None:
    """What changed from the first run to the second.

    Args:
        app: whose library.
        run: the one in use.
        first: from this run.
        second: to this one.

    Raises:
        NotFoundError: One of them is not kept.
    """
    compared = _compared((*state_of(app, run), first, second), app.library, first, second)
    draw_changes(app, f"{first}-{second}", compared.changes, compared.before, compared.after)


# One page of changes after the other is looked at, and reading two runs takes a while.
@st.cache_resource(show_spinner=False, max_entries=2)
def _compared(
    key: tuple[object, ...],  # noqa: ARG001 - faces and decisions that changed are looked at anew
    _library: Library,
    first: int,
    second: int,
) -> Comparison:
    return compare(_library, first, second)


def draw_changes(app: App, key: str, found: Difference, before: Whose, after: Whose) -> None:
    """Who was merged, who parted and what moved, in sentences and with faces.

    Args:
        app: whose library.
        key: tells these changes from others.
        found: the changes.
        before: whose each face was.
        after: whose each face is, or would be; persons below 0 are not there yet.
    """
    st.markdown("  \n".join(words.plain(sentence) for sentence in found.sentences))
    kinds = {
        "Merged": found.merged,
        "Parted": found.parted,
        "Moved": found.moved,
    }
    kinds = {title: changes for title, changes in kinds.items() if changes}
    if not kinds:
        return
    titles = {kind: f"{kind} ({len(changes):,})" for kind, changes in kinds.items()}
    chosen = st.segmented_control(
        "Which changes",
        list(kinds),
        format_func=lambda kind: titles.get(kind, kind),
        default=next(iter(kinds)),
        required=True,
        label_visibility="collapsed",
        key=f"changes-{key}",
    )
    changes = kinds.get(str(chosen), next(iter(kinds.values())))
    ordered = sorted(changes, key=lambda change: (-len(change.faces), change.before))
    shown = page_of(ordered, f"changes-{key}-{chosen}", _ROWS)
    labels = labels_of(app.library, shown)
    rows = [_row(app, change, labels, before, after) for change in shown]
    opened = face_rows(f"rows-{key}", rows)
    if opened is not None:
        go("photo", photo=opened)
    note("The names are those of today.")


def _row(
    app: App, change: Change, labels: Mapping[int, str], before: Whose, after: Whose
) -> dict[str, object]:
    """One change: faces that came together by whose they were, others by whose they are."""
    came_together = len(change.before) > 1
    whose = before if came_together else after
    by_person: dict[int, list[int]] = defaultdict(list)
    for face in change.faces:
        person = whose.get(face)
        if person is not None:
            by_person[person].append(face)
    verb = "became" if came_together else "parted into" if len(change.after) > 1 else "went to"
    parts = sorted(by_person.items(), key=lambda item: (-len(item[1]), item[0]))
    return {
        "title": f"{_all(change.before, labels)} {verb} {_all(change.after, labels)}",
        "groups": [
            group(
                _label(person, labels),
                words.counted(len(faces), "face"),
                pictures_of(app, faces[:_FACES]),
                app.pictures.url,
                more=max(0, len(faces) - _FACES),
            )
            for person, faces in parts
        ],
    }


def _all(persons: Sequence[int], labels: Mapping[int, str]) -> str:
    said = [_label(person, labels) for person in persons]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _label(person: int, labels: Mapping[int, str]) -> str:
    return labels.get(person, "somebody who is gone" if person > 0 else "somebody new")
