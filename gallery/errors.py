"""The errors the package raises on purpose.

Each message says what happened and what to do about it, in words for the person who
meets it: the command line prints it as one line, a page shows it as it stands.
"""


class GalleryError(Exception):
    """Base of every error raised on purpose."""


class ConfigError(GalleryError):
    """A setting has a value that cannot work."""


class ModelError(GalleryError):
    """A model is unknown, cannot be fetched, or its file is not the one expected."""


class LibraryError(GalleryError):
    """The library folder or its database cannot be used."""


class NotFoundError(GalleryError):
    """What was asked for (a person, a photo, a run) is not in the library."""


class TogetherError(GalleryError):
    """Two faces of one photo would become one person, and nobody said that this is meant."""


class SourceError(GalleryError):
    """A folder, file or archive named as a source of photos cannot be used at all."""


class QueryError(GalleryError):
    """What was typed to find photos cannot be read, or names what is not there.

    Args:
        message: what is wrong.
        start: where in the text the trouble begins.
        end: where it ends.
    """

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


class SampleError(GalleryError):
    """A sample album cannot be fetched or made."""


class ExportError(GalleryError):
    """What was to be written out cannot be written, or would replace something else."""


class FetchError(GalleryError):
    """A file cannot be fetched, or is not the one expected."""


class TagError(GalleryError):
    """A tag cannot be what it was to be."""


class RefusedPhoto(GalleryError):  # noqa: N818 - the photo is refused, the run is not at fault
    """One photo is kept out of the library; the run goes on.

    Args:
        stage: where it happened; a `gallery.records.Stage`.
        code: why, for programs; a `gallery.records.RefusalCode`.
        reason: why, for people.
    """

    def __init__(self, stage: str, code: str, reason: str) -> None:
        super().__init__(reason)
        self.stage = stage
        self.code = code
        self.reason = reason
