"""What an examination looks at, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from gallery.config import Settings
from gallery.media.files import StoredFile
from gallery.records import Progress
from gallery.store.library import Library

# Of what was found in many places so many are named.
NAMED = 20


@dataclass(frozen=True)
class Patient:
    """A library, and how it is examined.

    Args:
        library: which.
        settings: of the pictures and models.
        repair: whether what is derived is made anew.
        thorough: whether every file is read, and not only looked for.
    """

    library: Library
    settings: Settings
    repair: bool = False
    thorough: bool = False

    @cached_property
    def files(self) -> list[StoredFile]:
        """The files of its media folder as the examination met them: listing takes seconds."""
        return list(self.library.media.listed())


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    Args:
        check: what found it.
        says: what is wrong, in a sentence.
        many: how many are concerned.
        repaired: how many of them were put right.
        advice: what to do about the rest.
        named: some of them.
    """

    check: str
    says: str
    many: int
    repaired: int = 0
    advice: str = ""
    named: Sequence[str] = ()

    @property
    def left(self) -> int:
        """How many are still wrong."""
        return self.many - self.repaired


Step = Progress | Finding
Check = Callable[[Patient], Iterator[Step]]


@dataclass(slots=True)
class Examination:
    """What was found; grows while it goes on.

    Args:
        findings: in the order in which they were made.
        seconds: in all.
    """

    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def left(self) -> int:
        """How many findings are not put right."""
        return sum(bool(finding.left) for finding in self.findings)
