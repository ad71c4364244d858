"""Why a face is where it is, in sentences and pictures."""

from __future__ import annotations

from gallery import workflow
from gallery.models import registry
from gallery.store import runs
from gallery.ui import words
from gallery.ui.components import face_rows
from gallery.ui.describing import described
from gallery.ui.dialogs import turn
from gallery.ui.face_pictures import pictures_of
from gallery.ui.frame import App, go, note
from gallery.ui.picker_data import group
from gallery.why import Candidate, Why, explain
from gallery.wording import cosine

# A margin below this is small: the face may as well be the other's.
_CLOSE = 0.05
_TURNED = 20
# Algorithms whose link value is an average, as the figures shown here are.
_BY_AVERAGE = ("graph", "agglomerative")


def why_of(app: App, face_id: int) -> Why | None:
    """Why a face is where it is; None before the first grouping.

    Raises:
        NotFoundError: The face is gone.
    """
    run = runs.current(app.library)
    if run is None:
        return None
    join = workflow.join_in_use(app.library, app.settings)
    return explain(app.library, face_id, run.space, described(app, run), join=join)


def draw(app: App, why: Why) -> None:
    """The sentences, and the faces that speak for the person and for the next one."""
    note(" ".join(sentences(why)))
    rows = [
        {"groups": [_group(app, candidate, title)]}
        for candidate, title in (
            (why.own, "Most alike of {}"),
            (why.runner_up, "Next: {}" if why.own is not None else "Most like {}"),
        )
        if candidate is not None and candidate.supporters
    ]
    opened = face_rows(f"why-{turn()}-{why.face.id}", rows) if rows else None
    if opened is not None:
        go("photo", photo=opened)


def _group(app: App, candidate: Candidate, title: str) -> dict[str, object]:
    found = pictures_of(app, [s.face_id for s in candidate.supporters])
    scores = {s.face_id: s.similarity for s in candidate.supporters}
    return group(
        title.format(candidate.person.label),
        f"{candidate.score:.2f} on average",
        found,
        app.pictures.url,
        scores=scores,
    )


def sentences(why: Why) -> list[str]:
    """What is known, in plain words."""
    return [
        _who_said_so(why),
        *_how_alike(why),
        *_how_clear(why),
        *(f"You said that it is not {person.label}." for person in why.rejected),
    ]


def _who_said_so(why: Why) -> str:
    since = why.placement.since
    when = "" if since is None else f" on {words.day(since.date())}"
    if why.decision is not None:
        return f"You said so{when}: {why.decision.sentence}."
    if why.own is None:
        return "It is nobody's so far: not like anybody enough, or not clear enough to tell."
    if why.joined:
        return f"Joined {why.own.person.label}{when}, after the last grouping."
    how = "" if why.run is None else f" with {_title(why.run.space.model)}"
    return f"Grouped with {why.own.person.label}{when}{how}."


def _how_alike(why: Why) -> list[str]:
    said = []
    if why.space is None:
        return ["It was not described by the present model yet, so nothing is compared."]
    if why.own is not None and why.own.supporters:
        others = max(1, why.own.person.faces - 1)
        averages = why.run is None or why.run.algorithm in _BY_AVERAGE
        needs = ""
        if why.threshold is not None and why.joined:
            needs = f" New faces join from {cosine(why.threshold)} on."
        elif why.threshold and averages:
            needs = f" Groups merge from {cosine(why.threshold)} on."
        which = "other face" if others == 1 else f"{others:,} other faces"
        said.append(
            f"Alike {why.own.score:.2f} on average to the {which} of {why.own.person.label}.{needs}"
        )
    elif why.own is not None:
        said.append(f"{why.own.person.label} has no other face to compare it with.")
    if why.margin is not None and why.runner_up is not None:
        said.append(_margin(why.margin, why.runner_up.person.label))
    return said


def _margin(margin: float, label: str) -> str:
    if margin < 0:
        return f"{label} is even more alike, by {-margin:.2f}."
    if margin < _CLOSE:
        return f"{label} is nearly as alike: only {margin:.2f} behind."
    return f"{label} comes next, {margin:.2f} behind."


def _how_clear(why: Why) -> list[str]:
    quality = why.face.quality
    if quality is None:
        return []
    turned = abs(quality.yaw)
    facing = "facing the camera" if turned < _TURNED else f"turned {turned:.0f} degrees away"
    return [f"Quality {quality.overall:.0%}: {quality.size:.0f} pixels wide, {facing}."]


def _title(model: str) -> str:
    known = registry.is_known(model, "embedder")
    return registry.find_card(model, "embedder").title if known else model
