"""decisions with effects: confirmed faces, rejections, and what every decision changed"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # Plain ALTER TABLE: a batch would make the table anew and lose the trigger on decisions.
    no = sa.false()
    op.add_column("faces", sa.Column("removed", sa.Boolean(), server_default=no, nullable=False))
    op.add_column("people", sa.Column("ignored", sa.Boolean(), server_default=no, nullable=False))
    op.add_column("people", sa.Column("birth_year", sa.Integer()))
    op.add_column(
        "memberships", sa.Column("confirmed", sa.Boolean(), server_default=no, nullable=False)
    )
    op.add_column("memberships", sa.Column("decision_id", sa.Integer()))
    op.add_column("memberships", sa.Column("since", sa.DateTime()))
    op.add_column("assignments", sa.Column("person_id", sa.Integer()))
    op.create_index("ix_assignments_owner_id_person_id", "assignments", ["owner_id", "person_id"])
    op.add_column("decisions", sa.Column("sentence", sa.Text()))
    op.create_index("ix_decisions_owner_id_undoes", "decisions", ["owner_id", "undoes"])
    op.create_table(
        "rejections",
        sa.Column("face_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        _foreign("rejections", "face_id", "faces"),
        _foreign("rejections", "person_id", "people"),
        _foreign("rejections", "owner_id", "owners"),
        sa.PrimaryKeyConstraint("face_id", "person_id", name="pk_rejections"),
    )
    op.create_index("ix_rejections_decision_id", "rejections", ["decision_id"])
    op.create_table(
        "face_changes",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("face_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        *(
            column
            for when in ("before", "after")
            for column in (
                sa.Column(f"person_{when}", sa.Integer()),
                sa.Column(f"confirmed_{when}", sa.Boolean(), nullable=False),
                sa.Column(f"removed_{when}", sa.Boolean(), nullable=False),
                sa.Column(f"run_{when}", sa.Integer()),
                sa.Column(f"placed_by_{when}", sa.Integer()),
                sa.Column(f"since_{when}", sa.DateTime()),
            )
        ),
        _foreign("face_changes", "decision_id", "decisions"),
        _foreign("face_changes", "face_id", "faces"),
        _foreign("face_changes", "owner_id", "owners"),
        sa.PrimaryKeyConstraint("decision_id", "face_id", name="pk_face_changes"),
    )
    op.create_index("ix_face_changes_face_id", "face_changes", ["face_id"])
    op.create_table(
        "person_changes",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        _foreign("person_changes", "decision_id", "decisions"),
        _foreign("person_changes", "owner_id", "owners"),
        sa.PrimaryKeyConstraint("decision_id", "person_id", "field", name="pk_person_changes"),
    )
    # What was said before effects were kept: a name, which may have been given over another.
    op.execute(
        """
        INSERT INTO person_changes (decision_id, person_id, field, owner_id, before, after)
        SELECT id, person_id, 'name', owner_id,
               (SELECT earlier.value FROM decisions AS earlier
                WHERE earlier.person_id = decisions.person_id AND earlier.id < decisions.id
                  AND earlier.kind = 'name'
                  AND NOT EXISTS (SELECT 1 FROM decisions AS undo
                                  WHERE undo.undoes = earlier.id AND undo.id < decisions.id)
                ORDER BY earlier.id DESC LIMIT 1),
               value
        FROM decisions WHERE kind = 'name' AND person_id IS NOT NULL
        """
    )
    # The named faces that were shown with the name stand for the person from now on.
    op.execute(
        """
        UPDATE memberships SET confirmed = 1 WHERE face_id IN (
            SELECT face_id FROM (
                SELECT m.face_id, row_number() OVER (
                    PARTITION BY m.person_id ORDER BY f.quality DESC, f.id) AS rank
                FROM memberships AS m JOIN faces AS f ON f.id = m.face_id
                JOIN people AS p ON p.id = m.person_id WHERE p.name IS NOT NULL)
            WHERE rank <= 4)
        """
    )


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE"
    )


def downgrade() -> None:
    raise RuntimeError("decisions that were taken since cannot be kept by the version before")
