r"""What is typed to find photos -> a query, and back: one grammar for the box and the command line.

    query  = term *
    term   = ["-"] [name ":"] values            "-" leaves photos out
    values = value ("|" value) * | "(" value ("," value) * ")"
    value  = word | '"' any text, with \" and \\ inside '"'

`person:"Ada Lovelace" -tag:night beach|sea` has three terms. Words without a name before them are
looked for everywhere. Names of filters are letters only, so that `12:30` is a word. `any:(Ada,
Grace)` is another way to write `person:Ada|Grace`, and `no:gps` to write `-has:gps`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from gallery.errors import QueryError
from gallery.matching import closest

# The name of a term without one.
WORDS = ""
# Whose values all count; those of every other filter are a choice.
TOGETHER = frozenset({"only"})
_SAME_AS = {"any": "person"}
_OPPOSITES = {"no": "has"}

_NAME = re.compile(r"([A-Za-z]+):")
_PLAIN = re.compile(r'[^\s"“”„\\|(),:-][^\s"“”„\\|(),:]*')
# A word ends at these; at the comma and the bracket inside brackets only.
_WORD = re.compile(r"[^\s|]+")
_WORD_INSIDE = re.compile(r"[^\s|,)]+")
_CLOSES = {'"': '"', "“": "”“", "„": "“”"}


@dataclass(frozen=True, slots=True)
class Value:
    """What a term asks for.

    Args:
        text: as it is meant, without quotation marks.
        quoted: whether it stands in quotation marks: words are then looked for whole.
        start: where it begins in what was typed; it makes no difference to what is meant.
        end: where it ends.
    """

    text: str
    quoted: bool = False
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.strip())
        if not self.text:
            raise ValueError("a value needs a text, got none")
        if not _PLAIN.fullmatch(self.text):
            object.__setattr__(self, "quoted", True)

    def __str__(self) -> str:
        if not self.quoted:
            return self.text
        inside = self.text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{inside}"'


@dataclass(frozen=True, slots=True)
class Term:
    """One condition.

    Args:
        name: of the filter; `WORDS` where none is named.
        values: one at least.
        negated: whether photos for which it holds are left out.
        start: where it begins in what was typed.
        end: where it ends.
    """

    name: str
    values: tuple[Value, ...]
    negated: bool = False
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError(f"a term needs a value, got none for {self.name!r}")

    def __str__(self) -> str:
        said = [str(value) for value in self.values]
        listed = f"({', '.join(said)})" if self.name in TOGETHER and said[1:] else "|".join(said)
        name = f"{self.name}:" if self.name else ""
        return f"{'-' if self.negated else ''}{name}{listed}"

    def is_about(self, name: str, text: str) -> bool:
        """Whether it asks for just this, whatever the capitals and quotation marks."""
        return (
            not self.negated
            and self.name == name
            and [value.text.casefold() for value in self.values] == [text.casefold()]
        )


@dataclass(frozen=True, slots=True)
class Query:
    """Conditions that all hold; without any, every photo is meant."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))

    def with_term(self, term: Term) -> Query:
        """The same with one condition more, unless it is there."""
        return self if term in self.terms else Query((*self.terms, term))

    def without_term(self, place: int) -> Query:
        """The same without one of the conditions."""
        return Query((*self.terms[:place], *self.terms[place + 1 :]))

    def without(self, name: str) -> Query:
        """The same without what a filter demands; what it leaves out stays out."""
        return Query(tuple(t for t in self.terms if t.name != name or t.negated))


def term(name: str, *texts: str, negated: bool = False) -> Term:
    """A condition from plain texts."""
    return Term(name, tuple(Value(text) for text in texts), negated)


def parse(text: str, known: Collection[str]) -> Query:
    """Read what was typed.

    Args:
        text: in the grammar of this module.
        known: names of filters.

    Raises:
        QueryError: It cannot be read; the error says where.
    """
    return Query(tuple(_Reader(text, known).terms()))


class _Reader:
    """Goes through a text once, from left to right."""

    def __init__(self, text: str, known: Collection[str]) -> None:
        self._text = text
        self._known = known
        self._at = 0

    def terms(self) -> list[Term]:
        found = []
        while self._skip():
            found.append(self._term())
        return found

    def _skip(self) -> bool:
        """Go to the next sign that is no blank; whether there is one."""
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        return self._at < len(self._text)

    def _here(self) -> str:
        return self._text[self._at : self._at + 1]

    def _term(self) -> Term:
        start = self._at
        negated = self._here() == "-"
        self._at += negated
        name = self._name()
        if not self._here() or self._here().isspace():
            raise QueryError(_nothing_after(self._text[start : self._at]), start, self._at)
        values = self._inside_brackets() if name and self._here() == "(" else self._choice()
        if name in _OPPOSITES:
            name, negated = _OPPOSITES[name], not negated
        return Term(_SAME_AS.get(name, name), values, negated, start, self._at)

    def _name(self) -> str:
        found = _NAME.match(self._text, self._at)
        if found is None:
            return WORDS
        name = found[1].lower()
        names = {*self._known, *_SAME_AS, *_OPPOSITES}
        if name not in names:
            near = closest(name, names)
            meant = f" Did you mean “{near}:”?" if near else ""
            raise QueryError(
                f"There is no filter “{name}:”.{meant} To look for the words as they stand, put "
                "them in quotation marks.",
                found.start(),
                found.end(),
            )
        self._at = found.end()
        return name

    def _choice(self) -> tuple[Value, ...]:
        values = [self._value(_WORD)]
        while self._here() == "|":
            self._at += 1
            values.append(self._value(_WORD))
        return tuple(values)

    def _inside_brackets(self) -> tuple[Value, ...]:
        opened = self._at
        self._at += 1
        values = []
        while True:
            self._skip()
            values.append(self._value(_WORD_INSIDE))
            self._skip()
            sign = self._here()
            if sign not in (",", "|", ")"):
                break
            self._at += 1
            if sign == ")":
                return tuple(values)
        if not sign:
            raise QueryError("The bracket that opens here is not closed.", opened, opened + 1)
        raise QueryError(
            "A comma is missing between two names; a name of several words stands in quotation "
            "marks.",
            self._at,
            self._at + 1,
        )

    def _value(self, word: re.Pattern[str]) -> Value:
        start, sign = self._at, self._here()
        if sign in _CLOSES and sign:
            return self._quoted(_CLOSES[sign])
        found = word.match(self._text, start)
        if found is None:
            raise QueryError("A word is missing here.", start, min(start + 1, len(self._text)))
        self._at = found.end()
        return Value(found[0], False, start, self._at)

    def _quoted(self, closing: str) -> Value:
        start = self._at
        self._at += 1
        said: list[str] = []
        while self._here():
            sign = self._here()
            self._at += 1
            if sign in closing:
                text = "".join(said).strip()
                if not text:
                    raise QueryError(
                        "There is nothing between the quotation marks.", start, self._at
                    )
                return Value(text, True, start, self._at)
            if sign == "\\" and self._here() in ("\\", *closing) and self._here():
                sign = self._here()
                self._at += 1
            said.append(sign)
        raise QueryError("The quotation mark that opens here is not closed.", start, start + 1)


def _nothing_after(said: str) -> str:
    if said == "-":
        return "A minus stands before what is not wanted, as in -tag:night; nothing follows it."
    return f"Nothing follows “{said}”."
