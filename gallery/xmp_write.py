"""Writes what is known of a photo into an XMP sidecar; what others wrote there stays."""

from __future__ import annotations

from dataclasses import dataclass
from xml.dom.minidom import Element
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from gallery.errors import ExportError
from gallery.records import Box, Region, Regions
from gallery.regions import box_of, drawn_on, region_of, same_face, stored_size
from gallery.xmp_regions import AREA, DIMENSIONS, MWG_RS, RDF, Listed, applied_to, listed_regions
from gallery.xmp_tree import DC, LR, Packet, children, holder


@dataclass(frozen=True, slots=True)
class Facts:
    """What is to be written about a photo.

    Args:
        width: pixels across of the rotated picture.
        height: pixels down of the rotated picture.
        orientation: EXIF, 1 to 8.
        title: in the default language; None leaves what there is.
        description: likewise.
        keywords: each as its path from the topmost parent down, such as `("animal", "cat")`.
        faces: named ones; those without a name have an empty one.
        denied: faces that are not whom a file may say, with that name, or None where there is
            no face at all.
    """

    width: int
    height: int
    orientation: int = 1
    title: str | None = None
    description: str | None = None
    keywords: tuple[tuple[str, ...], ...] = ()
    faces: tuple[Region, ...] = ()
    denied: tuple[tuple[Region, str | None], ...] = ()

    @property
    def say_something(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.title or self.description or self.keywords or self.faces)

    @property
    def stored(self) -> tuple[float, float]:
        """Width and height of the picture as it is stored."""
        return stored_size(self.orientation, self.width, self.height)

    def box(self, face: Region) -> Box:
        """Where a face is in the rotated picture."""
        return box_of(face, self.orientation, self.width, self.height)


def write_xmp(existing: bytes | None, facts: Facts) -> bytes:
    """A sidecar with the facts in it.

    Args:
        existing: the sidecar there is, or None.
        facts: what is known.

    Raises:
        ExportError: The sidecar there is no XMP, or has regions of another picture.
    """
    try:
        return _written(existing, facts)
    except RecursionError as error:
        # Python's tree of XML goes down by calls, and a file may nest as deep as it likes.
        raise ExportError("It is nested deeper than any XMP") from error


def _written(existing: bytes | None, facts: Facts) -> bytes:
    packet = Packet(existing)
    packet.set_text("title", facts.title)
    packet.set_text("description", facts.description)
    packet.add_texts(DC, "subject", [path[-1] for path in facts.keywords])
    deep = ["|".join(path) for path in facts.keywords if len(path) > 1]
    packet.add_texts(LR, "hierarchicalSubject", deep)
    _write_regions(packet, *_regions_in(existing), facts)
    return packet.encoded()


def _regions_in(existing: bytes | None) -> tuple[list[Listed], tuple[float, float] | None]:
    """The regions of a sidecar, of every kind, and the size of the picture they are of."""
    if existing is None:
        return [], None
    try:
        tree = fromstring(existing.strip(b" \0\t\r\n"))
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise ExportError("It is no XMP") from error
    for description in tree.findall(f".//{{{RDF}}}RDF/{{{RDF}}}Description"):
        node = description.find(f"{{{MWG_RS}}}Regions")
        if node is not None:
            return listed_regions(node), applied_to(node)
    return [], None


def _write_regions(
    packet: Packet, before: list[Listed], applied: tuple[float, float] | None, facts: Facts
) -> None:
    """Put the faces in; regions of anything else stay, and so do faces nobody here knows."""
    if not facts.faces and not (before and facts.denied):
        return
    turn: int | None = facts.orientation
    if before:
        turn = drawn_on(Regions((), applied), facts.orientation, facts.width, facts.height)
    if turn is None:
        raise ExportError("It has face regions of a picture of another shape, as before a crop")
    node = packet.find(MWG_RS, "Regions")
    inside = packet.add(MWG_RS, "Regions", resource=True) if node is None else holder(node)
    _write_size(packet, inside, facts)
    listed = next(children(inside, MWG_RS, "RegionList"), None)
    items = packet.items(listed or packet.element(inside, MWG_RS, "RegionList"), "Bag")
    for item, region in zip(list(children(items, RDF, "li")), before, strict=True):
        _settle(packet, item, region, turn, facts)
    for face in facts.faces:
        item = packet.element(items, RDF, "li", resource=True)
        if face.name:
            packet.simple(item, MWG_RS, "Name", face.name)
        packet.simple(item, MWG_RS, "Type", "Face")
        _write_area(packet, item, face)


def _settle(packet: Packet, item: Element, region: Listed, turn: int, facts: Facts) -> None:
    """Leave a region that is there, drop it, or move it to where it is in the stored picture."""
    if region.area is None:
        return
    box = box_of(Region("", *region.area), turn, facts.width, facts.height)
    if region.kind == "Face" and _is_settled(region.name, box, facts):
        parent = item.parentNode
        if parent is not None:
            parent.removeChild(item)
    elif turn != facts.orientation:
        inside = holder(item)
        for area in children(inside, MWG_RS, "Area"):
            inside.removeChild(area)
        moved = region_of("", box, facts.orientation, facts.width, facts.height)
        _write_area(packet, inside, moved)


def _is_settled(name: str | None, box: Box, facts: Facts) -> bool:
    """Whether a face of the file is one that is written anew, or one that is denied."""
    if any(same_face(box, facts.box(face)) for face in facts.faces):
        return True
    folded = " ".join((name or "").split()).casefold()
    return any(
        same_face(box, facts.box(face))
        for face, denied in facts.denied
        if denied is None or denied.casefold() == folded
    )


def _write_area(packet: Packet, parent: Element, face: Region) -> None:
    area = packet.element(parent, MWG_RS, "Area", resource=True)
    for name, share in zip("xywh", (face.x, face.y, face.width, face.height), strict=True):
        packet.simple(area, AREA, name, f"{share:.6f}")
    packet.simple(area, AREA, "unit", "normalized")


def _write_size(packet: Packet, inside: Element, facts: Facts) -> None:
    for old in children(inside, MWG_RS, "AppliedToDimensions"):
        inside.removeChild(old)
    first = inside.firstChild
    size = packet.element(inside, MWG_RS, "AppliedToDimensions", resource=True)
    for name, side in zip("wh", facts.stored, strict=True):
        packet.simple(size, DIMENSIONS, name, f"{side:.0f}")
    packet.simple(size, DIMENSIONS, "unit", "pixel")
    if first is not None:
        inside.insertBefore(size, first)
