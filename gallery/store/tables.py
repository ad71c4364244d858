"""The tables, as SQLAlchemy Core. `migrations/` makes them; a test keeps the two equal.

Every row belongs to an owner. Lists are rows, never documents: landmarks are ten columns,
parameters of a run are a table. Only a measurement is a document, since it is read whole.
Vectors are float32 bytes, in rows of their own by space.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

HEAD = "0013"


class UtcDateTime(TypeDecorator[datetime]):
    """Aware times in, aware UTC times out; SQLite itself keeps no zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse naive times, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must be aware, got a naive one")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give UTC back."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _owner() -> Column[int]:
    return Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False)


def _id() -> Column[int]:
    # With sqlite_autoincrement on the tables a user sees, an id is never given twice.
    return Column("id", Integer, primary_key=True)


owners = Table(
    "owners",
    metadata,
    _id(),
    Column("name", String(200), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    # The highest number a person of this owner ever had: "Person 7" stays one and the same.
    Column("people_numbered", Integer, nullable=False, server_default="0"),
)

preferences = Table(
    "preferences",
    metadata,
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("value", Text, nullable=False),
)

photos = Table(
    "photos",
    metadata,
    _id(),
    _owner(),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("format", String(20), nullable=False),
    Column("orientation", Integer, nullable=False),
    Column("taken_at", UtcDateTime),
    Column("taken_offset", Integer),
    # The wall clock a photo is shown under, never empty, and what gave it: camera, file or added.
    Column("shown_at", DateTime, nullable=False),
    Column("dated_by", String(20), nullable=False),
    Column("camera_make", Text),
    Column("camera_model", Text),
    Column("lens", Text),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("altitude", Float),
    Column("title", Text),
    Column("description", Text),
    Column("sharpness", Float, nullable=False),
    Column("perceptual_hash", LargeBinary, nullable=False),
    Column("original", Text),  # key in media/, or empty where the photo is referenced in place
    Column("added_at", UtcDateTime, nullable=False),
    # Empty until faces were looked for: the rows are the queue of the detect stage.
    Column("detector", String(60)),
    # What tagged it; empty or another version than today's: in the queue of the tag stage.
    Column("tagger", String(60)),
    # What read the text in it, likewise the queue of the text stage.
    Column("text_reader", String(60)),
    # Since when it is in the bin; empty for the photos that are seen.
    Column("binned_at", UtcDateTime),
    # By which version of the comparison it was compared with the others; empty until then.
    Column("compared", Integer),
    # The nearest town, and what looked it up; empty until then, and where there is no town near.
    Column("city", Text),
    Column("region", Text),
    Column("country", Text),
    Column("placed_by", String(60)),
    # Of its faces, without deleted boxes: how many, and the height of the tallest beside that of
    # the photo. Triggers keep them.
    Column("face_count", Integer, nullable=False, server_default="0"),
    Column("face_share", Float, nullable=False, server_default="0"),
    UniqueConstraint("owner_id", "sha256"),
    # All that a page of photos in the order of time is chosen by.
    Index(None, "owner_id", "shown_at", "id", "binned_at"),
    Index(None, "owner_id", "detector"),
    Index(None, "owner_id", "tagger"),
    Index(None, "owner_id", "text_reader"),
    Index(None, "owner_id", "camera_make", "camera_model"),
    Index(None, "owner_id", "binned_at"),
    Index(None, "owner_id", "compared"),
    # Places, positions and faces are counted from these alone.
    Index(None, "owner_id", "country", "region", "city"),
    Index(None, "owner_id", "latitude", "longitude"),
    Index(None, "owner_id", "face_count", "face_share"),
    sqlite_autoincrement=True,
)

photo_files = Table(
    "photo_files",
    metadata,
    _id(),
    _owner(),
    Column("photo_id", ForeignKey("photos.id", ondelete="CASCADE"), nullable=False, index=True),
    # The exact name as bytes, which need not be valid text; `path` is for people.
    Column("key", LargeBinary, nullable=False),
    Column("path", Text, nullable=False),
    Column("on_disk", Boolean, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger),
    UniqueConstraint("owner_id", "key", "photo_id"),
    Index(None, "owner_id", "key"),
)

failures = Table(
    "failures",
    metadata,
    _id(),
    _owner(),
    Column("key", LargeBinary, nullable=False),
    Column("path", Text, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("code", String(30), nullable=False),
    Column("reason", Text, nullable=False),
    Column("on_disk", Boolean, nullable=False),
    Column("kept", Text),  # key in media/ of bytes that have no file of their own
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("owner_id", "key"),
)

tags = Table(
    "tags",
    metadata,
    _id(),
    _owner(),
    Column("name", String(200), nullable=False),
    UniqueConstraint("owner_id", "name"),
)

photo_tags = Table(
    "photo_tags",
    metadata,
    Column("photo_id", ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    # The user, the sidecar, or the version of the tagger.
    Column("source", String(20), nullable=False),
    Column("confidence", Float),  # empty where it is no guess
    # A user took the tag away. The row stays, so that no tagger brings it back.
    Column("removed", Boolean, nullable=False, server_default=false()),
    # All that a list of tags, or of the photos with one, has to read.
    Index(None, "owner_id", "tag_id", "removed", "photo_id"),
)

faces = Table(
    "faces",
    metadata,
    _id(),
    _owner(),
    Column("photo_id", ForeignKey("photos.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("detector", String(60), nullable=False),
    Column("x0", Float, nullable=False),
    Column("y0", Float, nullable=False),
    Column("x1", Float, nullable=False),
    Column("y1", Float, nullable=False),
    Column("score", Float, nullable=False),
    *(
        Column(f"{point}_{axis}", Float)
        for point in ("right_eye", "left_eye", "nose", "right_mouth", "left_mouth")
        for axis in ("x", "y")
    ),
    Column("size", Float),
    Column("sharpness", Float),
    Column("yaw", Float),
    Column("pitch", Float),
    Column("roll", Float),
    Column("quality", Float),
    Column("crop", Text),  # key in media/ of the face's own small picture
    # A box that a user deleted. The row stays, so that the deletion can be taken back.
    Column("removed", Boolean, nullable=False, server_default=false()),
    CheckConstraint("x1 > x0 AND y1 > y0", name="box"),
    Index(None, "owner_id", "id"),
    # Faces are counted by photo from this index alone.
    Index(None, "owner_id", "photo_id", "removed"),
    sqlite_autoincrement=True,
)

spaces = Table(
    "spaces",
    metadata,
    _id(),
    Column("detector", String(60), nullable=False),
    Column("alignment", String(60), nullable=False),
    Column("model", String(60), nullable=False),
    Column("version", String(60), nullable=False),
    Column("precision", String(10), nullable=False),
    Column("dim", Integer, nullable=False),
    UniqueConstraint("detector", "alignment", "model", "version", "precision", "dim"),
)

vectors = Table(
    "vectors",
    metadata,
    Column("face_id", ForeignKey("faces.id", ondelete="CASCADE"), primary_key=True),
    Column("space_id", ForeignKey("spaces.id", ondelete="CASCADE"), primary_key=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Index(None, "space_id", "owner_id"),
)

runs = Table(
    "runs",
    metadata,
    _id(),
    _owner(),
    Column("algorithm", String(60), nullable=False),
    Column("space_id", ForeignKey("spaces.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("faces", Integer, nullable=False),
    Column("clusters", Integer, nullable=False),
    Column("unassigned", Integer, nullable=False),
    Column("current", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

run_parameters = Table(
    "run_parameters",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(60), primary_key=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    Column("value", Float, nullable=False),
)

assignments = Table(
    "assignments",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("face_id", ForeignKey("faces.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    Column("cluster", Integer),  # as the algorithm said; empty: nobody's
    # Who the face was made of it, decisions heeded: what the run is gone back to by. A plain
    # number, since persons come and go.
    Column("person_id", Integer),
    Index(None, "owner_id", "person_id"),
)

people = Table(
    "people",
    metadata,
    _id(),
    _owner(),
    Column("number", Integer, nullable=False),
    Column("name", String(200)),  # derived from the decisions, kept here to be sorted and searched
    Column("hidden", Boolean, nullable=False, default=False),
    # A stranger, of whom nothing more is to be asked or shown.
    Column("ignored", Boolean, nullable=False, server_default=false()),
    Column("birth_year", Integer),
    Column("cover_face_id", ForeignKey("faces.id", ondelete="SET NULL")),
    Column("created_at", UtcDateTime, nullable=False),
    # How many faces it has, and in how many photos. Triggers keep them.
    Column("face_count", Integer, nullable=False, server_default="0"),
    Column("photo_count", Integer, nullable=False, server_default="0"),
    UniqueConstraint("owner_id", "number"),
    # A page of people is chosen, and those of each kind are counted, from this alone.
    Index(None, "owner_id", "photo_count", "number", "hidden", "ignored", "name"),
    # Those who have a name are few among all who were ever seen.
    Index(
        None,
        "owner_id",
        "name",
        sqlite_where=text("name IS NOT NULL"),
        postgresql_where=text("name IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

memberships = Table(
    "memberships",
    metadata,
    Column("face_id", ForeignKey("faces.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    Column("run_id", ForeignKey("runs.id", ondelete="SET NULL")),
    # Whether a user said so; grouping never moves a confirmed face.
    Column("confirmed", Boolean, nullable=False, server_default=false()),
    Column("decision_id", Integer),
    Column("since", UtcDateTime),
    Index(None, "owner_id", "person_id"),
)

# Who a face is not.
rejections = Table(
    "rejections",
    metadata,
    Column("face_id", ForeignKey("faces.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    Column("decision_id", Integer, nullable=False, index=True),
    Column("holds", Boolean, nullable=False),  # not while its decision is taken back
)

# What a user said. Rows are added, never changed: triggers in the first migration see to it.
# References are plain numbers, so that the history outlives what it speaks of.
decisions = Table(
    "decisions",
    metadata,
    _id(),
    _owner(),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("person_id", Integer),
    Column("face_id", Integer),
    Column("other_person_id", Integer),
    Column("value", Text),
    Column("undoes", Integer),
    # In words, with the names of the day.
    Column("sentence", Text),
    Index(None, "owner_id", "id"),
    Index(None, "owner_id", "undoes"),
    sqlite_autoincrement=True,
)

# What a decision changed, row by row, so that taking it back leaves exactly what there was.
face_changes = Table(
    "face_changes",
    metadata,
    Column("decision_id", ForeignKey("decisions.id", ondelete="CASCADE"), primary_key=True),
    Column("face_id", ForeignKey("faces.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    *(
        column
        for when in ("before", "after")
        for column in (
            Column(f"person_{when}", Integer),
            Column(f"confirmed_{when}", Boolean, nullable=False),
            Column(f"removed_{when}", Boolean, nullable=False),
            Column(f"run_{when}", Integer),
            Column(f"placed_by_{when}", Integer),
            Column(f"since_{when}", UtcDateTime),
        )
    ),
)

person_changes = Table(
    "person_changes",
    metadata,
    Column("decision_id", ForeignKey("decisions.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", Integer, primary_key=True),
    Column("field", String(30), primary_key=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    Column("before", Text),
    Column("after", Text),
)

# What was measured; the figures are as the command line prints them.
evaluations = Table(
    "evaluations",
    metadata,
    _id(),
    _owner(),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("data", Text, nullable=False),
    Column("space", Text, nullable=False),
    Column("document", JSON, nullable=False),
    Index(None, "owner_id", "kind"),
    sqlite_autoincrement=True,
)
