"""Reads and decodes files ahead of the models, in threads, and says why a file is refused."""

from __future__ import annotations

import hashlib
import logging
import os
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from gallery.config import Settings
from gallery.errors import GalleryError, RefusedPhoto
from gallery.ingest import Prepared, prepare
from gallery.records import OVERRULABLE, Refusal, RefusalCode, Stage
from gallery.source_file import SourceFile
from gallery.sources import find_photos
from gallery.store import failures as failure_store
from gallery.store.library import Library

logger = logging.getLogger(__name__)

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How photos are taken in.

    Args:
        in_place: leave originals where they are; only what has no file of its own is copied.
        overruled: reasons for refusal that a person has overruled.
        most: stop after this many new photos, or None.
    """

    in_place: bool = False
    overruled: frozenset[RefusalCode] = frozenset()
    most: int | None = None


def overruled_codes(names: Iterable[str]) -> frozenset[RefusalCode]:
    """Reasons for refusal by name, as a user overrules them.

    Raises:
        GalleryError: A name is not a reason that can be overruled.
    """
    codes = set()
    for name in names:
        if name not in OVERRULABLE:
            known = ", ".join(sorted(OVERRULABLE))
            raise GalleryError(f"{name!r} cannot be accepted; what can be: {known}.")
        codes.add(RefusalCode(name))
    return frozenset(codes)


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal with what is needed to try again."""

    refusal: Refusal
    key: bytes
    on_disk: bool
    data: bytes | None = None


def in_order(
    items: Sequence[Item], work: Callable[[Item], Result], workers: int
) -> Generator[Result]:
    """Work on items in threads, a few ahead; results in the order of the items."""
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="photo") as pool:
        waiting: deque[Future[Result]] = deque()
        left = iter(items)
        try:
            for item in islice(left, 2 * workers):
                waiting.append(pool.submit(work, item))
            while waiting:
                yield waiting.popleft().result()
                for item in islice(left, 1):
                    waiting.append(pool.submit(work, item))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def attempt(
    source: SourceFile, settings: Settings, known: Collection[str], options: IngestOptions
) -> Prepared | Refused:
    """Read and decode one file, or say why not; whatever happens, the run goes on."""
    try:
        return prepare(source, settings, known, options.overruled)
    except RefusedPhoto as error:
        refusal = Refusal(source.path, Stage(error.stage), RefusalCode(error.code), error.reason)
    except Exception as error:
        # One bad file must not end the run; what went wrong goes to the log in full.
        logger.exception("unexpected while reading %s", source.path)
        refusal = unexpected(source, Stage.DECODE, error)
    if source.on_disk is not None or not refusal.can_be_overruled:
        return Refused(refusal, source.key, source.on_disk is not None)
    try:
        data = source.read()
    except RefusedPhoto:
        return Refused(refusal, source.key, False)  # its archive went away meanwhile
    # Phones call every upload image.jpg: the bytes tell two refused ones apart.
    own = hashlib.sha256(data).hexdigest()[:16].encode()
    key = source.key if source.key.endswith(b"#" + own) else source.key + b"#" + own
    return Refused(refusal, key, False, data)


def unexpected(source: SourceFile, stage: Stage, error: Exception) -> Refusal:
    """The refusal of a file at which the gallery itself failed."""
    said = " ".join(str(error).split())[:200]
    return Refusal(
        source.path,
        stage,
        RefusalCode.INTERNAL,
        f"An unexpected fault in the gallery ({type(error).__name__}: {said}). "
        "Please report it, if you can with the file.",
    )


def refused_unread(refusal: Refusal) -> Refused:
    """A file that was refused before it was read, while looking for photos."""
    key = refusal.key
    if key is None:
        return Refused(refusal, refusal.path.encode("utf-8", "backslashreplace"), False)
    return Refused(refusal, key, not key.startswith(b"upload:") and b"!/" not in key)


def sources_again(
    library: Library, failed: list[failure_store.FailedFile], settings: Settings
) -> Iterator[SourceFile | Refusal]:
    """Refused files as sources for a second try, those whose bytes can still be had."""
    for item in failed:
        if item.kept is not None:
            yield _kept_source(library, item, item.kept)
        elif not item.key.startswith(b"upload:"):
            yield from _on_disk_again(item, settings)


def _on_disk_again(
    item: failure_store.FailedFile, settings: Settings
) -> Iterator[SourceFile | Refusal]:
    """A file, a folder, or the member of a ZIP, where it was."""
    whole, _, member = item.key.partition(b"!/")
    path = Path(os.fsdecode(item.key if item.on_disk else whole))
    if not os.path.lexists(path):
        gone = "The file is not there any more. Put it back, or take it off this list."
        yield Refusal(item.refusal.path, Stage.SOURCE, RefusalCode.UNREADABLE, gone, key=item.key)
        return
    found = find_photos([path], settings) if path.exists() else iter(())
    yield from (one for one in found if item.on_disk or not member or one.key == item.key)


def _kept_source(library: Library, item: failure_store.FailedFile, kept: str) -> SourceFile:
    data = library.media.get(kept) or b""
    return SourceFile(
        path=item.refusal.path,
        key=item.key,
        name=item.refusal.path.rsplit("/", 1)[-1],
        size=len(data),
        mtime_ns=None,
        on_disk=None,
        reader=lambda: data,
    )
