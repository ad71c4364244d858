"""XMP, from a sidecar or from inside a photo. Broken XML says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from gallery.metadata_fields import (
    clean_text,
    number,
    parse_taken,
    sexagesimal,
    valid_altitude,
    valid_place,
)
from gallery.records import Metadata
from gallery.xmp_regions import read_regions

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

_DATES = (f"{_EXIF}DateTimeOriginal", f"{_PHOTOSHOP}DateCreated", f"{_XMP}CreateDate")
# XMP part 2, GPSCoordinate: `DDD,MM,SSk` or `DDD,MM.mmk`; some programs write `DDD.ddd`.
_COORDINATE = re.compile(r"([+-]?[\d.]+)(?:,([\d.]+))?(?:,([\d.]+))?\s*([NSEW]?)", re.ASCII | re.I)
_RATIONAL = re.compile(r"([+-]?\d{1,18})/(\d{1,18})", re.ASCII)


def read_xmp(data: bytes) -> Metadata:
    """Words, date, place and named faces; never raises for what the bytes hold.

    The orientation is left out: sidecars are copied between differently turned files.
    """
    try:
        # Padding that writers leave around the packet is no XML.
        root = fromstring(data.strip(b" \0\t\r\n"))
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return Metadata()
    packet = _Packet(root)
    taken_at, taken_offset = packet.taken() or (None, None)
    latitude, longitude = valid_place(
        _coordinate(packet.first(f"{_EXIF}GPSLatitude"), "N", "S"),
        _coordinate(packet.first(f"{_EXIF}GPSLongitude"), "E", "W"),
    ) or (None, None)
    metres = _rational(packet.first(f"{_EXIF}GPSAltitude"))
    below = packet.first(f"{_EXIF}GPSAltitudeRef") == "1"
    return Metadata(
        taken_at=taken_at,
        taken_offset=taken_offset,
        latitude=latitude,
        longitude=longitude,
        altitude=valid_altitude(-metres if below and metres is not None else metres),
        title=packet.first(f"{_DC}title"),
        description=packet.first(f"{_DC}description"),
        keywords=packet.keywords(),
        regions=read_regions(packet.descriptions),
    )


class _Packet:
    """The properties of the photo itself, in whichever of RDF's spellings."""

    def __init__(self, root: Element) -> None:
        """Keep the top descriptions; nested ones speak of other things, such as edits."""
        self.descriptions = [
            description
            for rdf in root.iter(f"{_RDF}RDF")
            for description in rdf.findall(f"{_RDF}Description")
        ]

    def first(self, name: str) -> str | None:
        """The value of a property; of several languages the default one."""
        return next(self._values(name), None)

    def taken(self) -> tuple[datetime, int | None] | None:
        """The best date there is."""
        for name in _DATES:
            if taken := parse_taken(self.first(name)):
                return taken
        return None

    def keywords(self) -> tuple[str, ...]:
        """Each keyword once, in the order of the file."""
        found: dict[str, None] = {}
        for description in self.descriptions:
            node = description.find(f"{_DC}subject")
            listed = [] if node is None else list(node.iter(f"{_RDF}li"))
            for item in listed:
                found[clean_text(item.text) or ""] = None
            if not listed:
                # Not in the standard, but written: one text with separators.
                text = description.get(f"{_DC}subject") or (node.text if node is not None else "")
                for part in re.split("[,;]", text or ""):
                    found[clean_text(part) or ""] = None
        return tuple(keyword for keyword in found if keyword)

    def _values(self, name: str) -> Iterator[str]:
        for description in self.descriptions:
            texts = [description.get(name)]
            for node in description.findall(name):
                items = sorted(
                    node.iter(f"{_RDF}li"), key=lambda item: item.get(_LANGUAGE) != "x-default"
                )
                texts += [item.text for item in items]
                texts += [value.text for value in node.iter(f"{_RDF}value")]
                texts.append(node.text)
            yield from (text for text in map(clean_text, texts) if text)


def _coordinate(text: str | None, positive: str, negative: str) -> float | None:
    found = _COORDINATE.fullmatch(text or "")
    if found is None:
        return None
    parts = [number(part) for part in found.groups()[:3] if part is not None]
    known = [part for part in parts if part is not None]
    letter = found[4].upper()
    if len(known) != len(parts):
        return None
    if not letter and len(known) == 1:
        return known[0]
    if letter not in {positive, negative}:
        return None
    return sexagesimal(known, letter == negative)


def _rational(text: str | None) -> float | None:
    found = _RATIONAL.fullmatch(text or "")
    if found is None:
        return number(text)
    denominator = int(found[2])
    return int(found[1]) / denominator if denominator else None
