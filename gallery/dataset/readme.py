"""The text that lies in a data set and says what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gallery import __version__
from gallery.align import MIRRORED
from gallery.models import registry
from gallery.models.cards import Task
from gallery.records import Space
from gallery.table_files import Column, Format
from gallery.wording import counted, people_counted

_NAMED = 100
_KINDS = {
    "text": "text",
    "texts": "texts",
    "whole": "whole number",
    "number": "number",
    "flag": "true or false",
    "wall clock": "time",
    "moment": "time",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A photo of which nothing was written.

    Args:
        photo_id: of the photo.
        path: one of its files.
        reason: in words.
        faces: of it that were to be written.
    """

    photo_id: int
    path: str
    reason: str
    faces: int


@dataclass(frozen=True, slots=True)
class Contents:
    """How much is in a data set.

    Args:
        space: of the vectors.
        format: of the table.
        photos: whose faces are in it.
        faces: rows.
        people: persons that the faces are of.
        confirmed: faces of which the owner said who they are.
        left_out: photos that could not be read.
        without_vector: faces of the library that the space does not describe.
    """

    space: Space
    format: Format
    photos: int
    faces: int
    people: int
    confirmed: int
    left_out: Sequence[LeftOut]
    without_vector: int


def describe(contents: Contents, columns: Sequence[Column]) -> str:
    """The README of a data set, in Markdown."""
    parts = (
        _head(contents),
        _files(contents),
        _made_with(contents.space),
        _columns(columns),
        _reading(contents.format),
        _left_out(contents),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(contents: Contents) -> str:
    return f"""# Faces of a photo library

Written {datetime.now(UTC):%Y-%m-%d %H:%M} UTC by Smart Image Gallery {__version__}:
{counted(contents.faces, "face")} of {counted(contents.photos, "photo")}, \
{people_counted(contents.people)}, {contents.confirmed:,} of the faces confirmed by the owner.

**This is personal data.** It holds pictures of faces, vectors that recognise the people again,
names, and the places and times of photos. Keep it as you would the photos, give it on only with the
consent of the people in it, and delete it when it is no longer needed. The rights in the photos
stay with those who took them."""


def _files(contents: Contents) -> str:
    name = f"metadata.{contents.format}"
    table = "a row for each face, in UTF-8" if contents.format == "csv" else "a row for each face"
    shape = f"({contents.faces}, {contents.space.dim}) float32, of unit length"
    return f"""## Files

| file | what it is |
|---|---|
| `{name}` | {table} |
| `embeddings.npy` | {shape}; row i is row i of `{name}` |
| `crops/` | the aligned faces as PNG, RGB, as the model is shown them |"""


_MIRRORED = """
- a vector is the mean of those of the crop and of its mirror image, of unit length again"""


def _made_with(space: Space) -> str:
    return f"""## Space

`{space.name}`

The cosine of two vectors, their dot product, says how alike two faces are. Never compare them with
vectors of another model, alignment or precision.

{_card(space.detector, "detector")}
{_card(space.model, "embedder")}
- alignment: {space.alignment}, cut from the originals at the scale at which the model saw them\
{_MIRRORED if space.alignment.endswith(MIRRORED) else ""}"""


def _card(name: str, task: Task) -> str:
    if not registry.is_known(name, task):
        return f"- {task}: {name}"
    card = registry.find_card(name, task)
    said = f"- {task}: {card.title}, {card.licence} <{card.licence_url}>"
    if task == "embedder" and card.thresholds is not None:
        measured = card.thresholds
        said += f"; the same person from a cosine of {measured.verify:g} on ({measured.evidence})"
    return said


def _columns(columns: Sequence[Column]) -> str:
    rows = "\n".join(f"| `{c.name}` | {_KINDS[c.kind]} | {c.meaning} |" for c in columns)
    return f"## Columns\n\nAn empty cell means that it is not known.\n\n| column | | meaning |\n\
|---|---|---|\n{rows}"


def _reading(format: Format) -> str:
    guard = """

In CSV an apostrophe stands before text that a spreadsheet would take for a formula (it begins with
`=`, `+`, `-`, `@` or an apostrophe): take one leading apostrophe away to get the text. Parquet has
it as it is."""
    # A person may be called Null.
    more = ', keep_default_na=False, na_values=[""]' if format == "csv" else ""
    return f"""## Reading it

```python
import numpy as np
import pandas as pd

faces = pd.read_{format}("metadata.{format}"{more})
vectors = np.load("embeddings.npy")
```{guard if format == "csv" else ""}"""


def _left_out(contents: Contents) -> str:
    said = []
    if contents.without_vector:
        said.append(
            f"{counted(contents.without_vector, 'face')} of the library "
            f"{'has' if contents.without_vector == 1 else 'have'} no vector in this space yet; "
            "`gallery cluster` makes them."
        )
    if contents.left_out:
        faces = sum(photo.faces for photo in contents.left_out)
        lines = [f"- `{_code(photo.path)}`: {photo.reason}" for photo in contents.left_out[:_NAMED]]
        if len(contents.left_out) > _NAMED:
            lines.append(f"- and {len(contents.left_out) - _NAMED:,} more")
        said.append(
            f"{counted(len(contents.left_out), 'photo')} with {counted(faces, 'face')} could not "
            "be read:\n\n" + "\n".join(lines)
        )
    return "## Left out\n\n" + "\n\n".join(said) if said else ""


def _code(path: str) -> str:
    """A path inside backticks of Markdown."""
    return " ".join(path.replace("`", "'").split())
