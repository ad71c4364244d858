"""What a grouping would change is what it then changes."""

from __future__ import annotations

import pytest
import small_library as small
from synthetic import SPACE

from gallery.cluster import Method
from gallery.comparing import compare
from gallery.corrections import confirm
from gallery.people import name_person
from gallery.preview import preview
from gallery.store import history, runs
from gallery.store.library import Library


@pytest.mark.parametrize("method", [small.OPTIONS, small.LOOSE, small.STRICT])
def test_a_preview_is_what_happens(library: Library, method: Method) -> None:
    one, *_ = small.album(library, 6, 4, 2)
    name_person(library, small.owner(library, one[0]), "Ada")
    confirm(library, small.owner(library, one[0]), one[:2])
    run = runs.current(library)
    assert run is not None
    owners = small.owners(library)
    found = preview(library, SPACE, method, small.WEAK)
    # Nothing is changed by looking.
    assert (small.owners(library), runs.current(library)) == (owners, run)
    small.regroup(library, method)
    now = runs.current(library)
    assert now is not None
    assert found.changes.sentences == compare(library, run.id, now.id).changes.sentences
    after = small.owners(library)
    assert found.people == len(set(after.values()))
    # New persons are numbered below 0 until they are there.
    renamed = {p: after[f] for f, p in found.after.items() if p is not None}
    assert {f: renamed[p] for f, p in found.after.items() if p is not None} == after
    assert all(old == new for old, new in renamed.items() if old > 0)


def test_a_preview_writes_no_history(library: Library) -> None:
    small.album(library, 4, 4)
    with library.read() as connection:
        before = history.everything(library, connection)
    preview(library, SPACE, small.LOOSE, small.WEAK)
    with library.read() as connection:
        assert history.everything(library, connection) == before
    assert len(runs.listed(library)) == 1
