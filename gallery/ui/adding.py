"""Takes photos in, groups the faces, and says what came of it."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

from gallery import workflow
from gallery.errors import GalleryError
from gallery.pipeline import embed_missing, ingest
from gallery.reading import IngestOptions, sources_again
from gallery.records import IngestReport, Progress, Refusal, RefusalCode
from gallery.samples import default_album_folder, pull_album
from gallery.source_file import SourceFile
from gallery.sources import find_photos
from gallery.store import binned, people, photos
from gallery.store import faces as face_store
from gallery.store.failures import FailedFile, drop_kept
from gallery.ui import face_models, words
from gallery.ui.frame import App, go, say
from gallery.ui.progress import ProgressBar
from gallery.ui.tagging_work import tag_after_ingest
from gallery.ui.text_status import begin_after_ingest

_OUTCOME = "_outcome"
# File names shown for each reason.
_NAMED = 100
# The album is one for all visitors of a server; two must not write it at the same time.
_ALBUM = threading.Lock()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What taking photos in did, and how many persons there are now; None if it was cut short."""

    report: IngestReport
    people: int | None

    @property
    def sentence(self) -> str:
        """In plain words."""
        report = self.report
        parts = [f"{words.counted(report.added, 'photo')} added"]
        if report.already_known:
            in_bin = f" ({report.in_bin:,} of them in the bin)" if report.in_bin else ""
            parts.append(f"{report.already_known:,} already known{in_bin}")
        if report.failed:
            parts.append(f"{len(report.failed):,} kept out")
        if report.added:
            parts.append(f"{words.counted(report.faces, 'face')} found")
        if report.named:
            parts.append(f"{report.named:,} named by their files")
        if self.people is None:
            parts.append("stopped before the end")
        else:
            parts.append(f"{words.people_counted(self.people)} in the library")
        return f"{', '.join(parts)}, in {words.duration(report.seconds)}."


def room_left(app: App) -> int | None:
    """How many more photos fit, or None where nothing limits them."""
    if not app.settings.demo:
        return None
    # What is in the bin still takes its room.
    there = photos.count(app.library) + binned.count(app.library)
    return max(0, app.settings.demo_max_photos - there)


def take_in(
    app: App, sources: Iterable[SourceFile | Refusal], options: IngestOptions
) -> IngestReport:
    """Take photos in and group the faces anew; the outcome waits for `show_outcome`.

    Raises:
        GalleryError: The models cannot be had or the library cannot be written.
    """
    report = IngestReport()
    with face_models.for_a_run(app.settings) as models, ProgressBar("Looking for photos") as bar:
        # Said before the work is over, so that a run that is cut short says what it did.
        st.session_state[_OUTCOME] = Outcome(report, None)
        bar.follow(ingest(app.library, sources, models, app.settings, report, options))
        # After a change of embedder the older faces cannot be compared with the new ones.
        bar.follow(embed_missing(app.library, models, app.settings))
        bar.say("Grouping the faces …")
        workflow.group_if_needed(app.library, app.settings, models.space)
        bar.follow(workflow.find_places_and_events(app.library))
    # Models that come one after the other fit where all at once would not: a small server has 1 GB.
    del models
    with ProgressBar("Tagging") as bar:
        tag_after_ingest(app, bar)
    st.session_state[_OUTCOME] = Outcome(report, people.count(app.library))
    begin_after_ingest(app)
    return report


def add_sample_album(app: App) -> None:
    """Fetch the sample album, take it in, and open the photos.

    Raises:
        GalleryError: The album or the models cannot be had.
    """
    room = room_left(app)
    if room == 0:
        raise GalleryError("Your library is full. Reload the page to begin with an empty one.")
    folder = default_album_folder(app.settings)
    with ProgressBar("Fetching the sample album") as bar:

        def show(step: Progress) -> None:
            note = step.note if step.note.startswith("downloading") else ""
            bar.step(
                Progress("Fetching the sample album", step.done, step.total, step.seconds, note)
            )

        with _ALBUM:
            pull_album(folder, on_progress=show)
    take_in(app, find_photos([folder], app.settings), IngestOptions(most=room))
    say(st.session_state.pop(_OUTCOME).sentence)
    go("browse")


def try_again(app: App, failed: Sequence[FailedFile], *, overrule: bool) -> IngestReport:
    """Take in files that were kept out, whatever is wrong with them if that can be overruled.

    Raises:
        GalleryError: The models cannot be had or the library cannot be written.
    """
    codes = {item.refusal.code for item in failed if item.refusal.can_be_overruled}
    options = IngestOptions(
        overruled=frozenset(codes) if overrule else frozenset(), most=room_left(app)
    )
    tried = list(failed)
    report = take_in(app, sources_again(app.library, tried, app.settings), options)
    drop_kept(app.library, tried)
    return report


def show_outcome(app: App) -> None:
    """Say what the last run did, until the user has seen enough of it."""
    outcome: Outcome | None = st.session_state.get(_OUTCOME)
    if outcome is None:
        return
    report = outcome.report
    nothing = not (report.added or report.failed or report.already_known)
    with st.container(border=True, key="outcome"):
        icon = ":material/check_circle:" if report.added else ":material/info:"
        said = "There was no photo in it." if nothing else outcome.sentence
        st.markdown(f"{icon} **{words.plain(said)}**")
        if outcome.people is None:
            st.markdown("What was added stays. Add the same photos again to go on from there.")
        with st.container(horizontal=True):
            to_photos = st.button("See the photos", type="primary", icon=":material/photo_library:")
            to_people = bool(face_store.count(app.library)) and st.button(
                "See the people", icon=":material/group:"
            )
            done = st.button("Close", type="tertiary")
        show_refused(report.failed, in_full=not app.settings.demo)
    if to_photos or to_people or done:
        del st.session_state[_OUTCOME]
        if done:
            st.rerun()
        go("browse" if to_photos else "people")


def show_refused(refused: Sequence[Refusal], *, in_full: bool) -> None:
    """The files a run kept out, by reason; `in_full` with the folders they lie in."""
    if not refused:
        return
    by_code: dict[RefusalCode, list[Refusal]] = defaultdict(list)
    for refusal in refused:
        by_code[refusal.code].append(refusal)
    with st.expander(f"Which {words.counted(len(refused), 'file was', 'files were')} kept out"):
        for code, group in by_code.items():
            lines = [f"**{words.WHY_KEPT_OUT[code]}**\n"]
            paths = [item.path for item in group[:_NAMED]]
            shown = paths if in_full else [words.file_and_folder(path) for path in paths]
            lines += [f"- {words.plain(path)}" for path in shown]
            if len(group) > _NAMED:
                lines.append(f"- and {len(group) - _NAMED:,} more")
            st.markdown("\n".join(lines))
