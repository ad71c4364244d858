"""Which properties and tags say where a photo was taken, and a check whether any is left."""

from __future__ import annotations

import re
from io import BytesIO
from xml.dom.minidom import Document, Element
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from defusedxml.minidom import parseString
from PIL import ExifTags, Image

from gallery.exif import PILLOW_ERRORS
from gallery.pillow_warnings import silence_pillow

# Of XMP, by the name without its prefix: `exif:GPSLatitude`, `drone-dji:GpsLongtitude`,
# `photoshop:City`, `Iptc4xmpExt:LocationShown`, `Iptc4xmpCore:CountryCode` and their kind.
PLACE = re.compile(
    r"gps|latitude|longitude|longtitude|altitude|location|geotag|geohash|country|province|"
    r"^city$|^state$|^worldregion$|hasextendedxmp",
    re.I,
)
_MACHINE_TAG = re.compile(r"geo:(lat|lon|alt)", re.I)
# Of bytes that nobody took apart: a property, or the place of a video behind a picture.
_IN_BYTES = re.compile(rb"GPS(?:Lat|Long|Alt|Map|Area|Dest)|\xa9xyz|Iptc4xmpExt:Location", re.I)


def xmp_without_place(data: bytes) -> bytes | None:
    """A packet without what says where; None where it is no XML, and so has to go whole."""
    document = _parsed(data)
    if document is None:
        return None
    try:
        _prune(document)
        return _written(document)
    except RecursionError:
        return None  # nested deeper than any XMP


def _parsed(data: bytes) -> Document | None:
    try:
        # The bytes say their own encoding; the type stubs know of text only.
        return parseString(data.strip(b" \0\t\r\n"))  # type: ignore[arg-type]
    except (ExpatError, DefusedXmlException, ValueError, LookupError):
        return None


def _written(document: Document) -> bytes:
    """Without the line that says the encoding, which a packet inside of a file has not."""
    return "".join(node.toxml() for node in document.childNodes).encode()


def _prune(node: Document | Element) -> None:
    for child in list(node.childNodes):
        if not isinstance(child, Element):
            continue
        if PLACE.search(child.localName or "") or _is_machine_tag(child):
            node.removeChild(child)
            continue
        for name in list(child.attributes.keys()):
            if not name.startswith("xmlns") and PLACE.search(name.rpartition(":")[2]):
                child.removeAttribute(name)
        _prune(child)


def _is_machine_tag(node: Element) -> bool:
    """Whether a keyword is a place written for programs, as Flickr has them: `geo:lat=48.85`."""
    return any(
        _MACHINE_TAG.match(child.data.strip())
        for child in node.childNodes
        if child.nodeType == child.TEXT_NODE
    )


def says_place(data: bytes) -> bool:
    """Whether a picture still says where it was taken, as far as anything here can read it."""
    if _IN_BYTES.search(data):
        return True
    silence_pillow()
    try:
        with Image.open(BytesIO(data)) as image:
            exif = image.getexif()
            packet = image.info.get("xmp") or b""
            if exif.get_ifd(ExifTags.IFD.GPSInfo) or ExifTags.IFD.GPSInfo in exif:
                return True
    except (*PILLOW_ERRORS, Image.DecompressionBombError):
        return True  # what cannot be looked into is not passed on
    if isinstance(packet, str):
        packet = packet.encode()
    document = _parsed(packet) if packet else None
    if document is None:
        return False
    cleaned = xmp_without_place(packet)
    return cleaned is None or cleaned != _written(document)
