"""The face regions of an XMP packet: MWG-RS, in whichever of RDF's spellings.

Metadata Working Group, Guidelines for Handling Image Metadata 2.0 (2010), section 5.9: areas
are centre and size as shares of the stored picture, before its EXIF rotation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from gallery.metadata_fields import clean_text, number
from gallery.records import Region, Regions

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MWG_RS = "http://www.metadataworkinggroup.com/schemas/regions/"
AREA = "http://ns.adobe.com/xmp/sType/Area#"
DIMENSIONS = "http://ns.adobe.com/xap/1.0/sType/Dimensions#"

# Nobody is in a photo as often; a file that says so is made to hurt.
_MOST = 1000
# Room for what rounding, or a face at the edge, puts beyond the picture.
_BEYOND = 0.5


@dataclass(frozen=True, slots=True)
class Listed:
    """A region of any kind, as it is listed.

    Args:
        kind: such as Face or Pet.
        name: if it has one.
        area: centre x, y, width and height as shares of the stored picture; None where it is
            spelled in a way that is not read.
    """

    kind: str
    name: str | None
    area: tuple[float, float, float, float] | None


def read_regions(descriptions: Iterable[Element]) -> Regions | None:
    """The named faces of the top descriptions of a packet; None where there are none."""
    for description in descriptions:
        node = description.find(f"{{{MWG_RS}}}Regions")
        if node is None:
            continue
        faces = tuple(
            Region(" ".join(one.name.split())[:200], *one.area)
            for one in listed_regions(node)[:_MOST]
            if one.kind == "Face" and one.name is not None and one.area is not None
        )
        if faces:
            return Regions(faces, applied_to(node))
    return None


def listed_regions(node: Element) -> list[Listed]:
    """Every region below `mwg-rs:Regions`, in the order of the file."""
    listed = _child(node, f"{{{MWG_RS}}}RegionList")
    # Of the list itself; what extends a region may have lists of its own.
    items = [] if listed is None else [li for bag in listed for li in bag.findall(f"{{{RDF}}}li")]
    return [
        Listed(
            _value(item, f"{{{MWG_RS}}}Type") or "Face",
            _value(item, f"{{{MWG_RS}}}Name"),
            _area(item),
        )
        for item in items
    ]


def _area(item: Element) -> tuple[float, float, float, float] | None:
    area = _child(item, f"{{{MWG_RS}}}Area")
    if area is None or (_value(area, f"{{{AREA}}}unit") or "normalized") != "normalized":
        return None
    shares = [number(_value(area, f"{{{AREA}}}{side}")) for side in "xywh"]
    known = [share for share in shares if share is not None]
    if len(known) < len(shares):
        return None
    x, y, width, height = known
    inside = all(-_BEYOND <= centre <= 1 + _BEYOND for centre in (x, y))
    if not inside or not 0 < width <= 1 + _BEYOND or not 0 < height <= 1 + _BEYOND:
        return None
    return x, y, width, height


def applied_to(node: Element) -> tuple[float, float] | None:
    """Width and height of the picture that regions were drawn on, if that is said."""
    size = _child(node, f"{{{MWG_RS}}}AppliedToDimensions")
    if size is None:
        return None
    width = number(_value(size, f"{{{DIMENSIONS}}}w"))
    height = number(_value(size, f"{{{DIMENSIONS}}}h"))
    return (width, height) if width and height and width > 0 and height > 0 else None


def _holders(node: Element) -> list[Element]:
    """Where the fields of a structure may stand: in it, or in a description inside of it."""
    return [node, *node.findall(f"{{{RDF}}}Description")]


def _child(node: Element, name: str) -> Element | None:
    found = (holder.find(name) for holder in _holders(node))
    return next((child for child in found if child is not None), None)


def _value(node: Element, name: str) -> str | None:
    for holder in _holders(node):
        child = holder.find(name)
        said = [holder.get(name)]
        if child is not None:
            said += [child.text, *(value.text for value in child.iter(f"{{{RDF}}}value"))]
        for text in map(clean_text, said):
            if text:
                return text
    return None
