"""An XMP packet as a tree that is edited in place: prefixes, comments and order stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.dom.minidom import Document, Element
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from defusedxml.minidom import parseString

from gallery.errors import ExportError
from gallery.xmp_regions import AREA, DIMENSIONS, MWG_RS, RDF

DC = "http://purl.org/dc/elements/1.1/"
LR = "http://ns.adobe.com/lightroom/1.0/"
_XML = "http://www.w3.org/XML/1998/namespace"
_PREFIXES = {RDF: "rdf", DC: "dc", LR: "lr", MWG_RS: "mwg-rs", AREA: "stArea", DIMENSIONS: "stDim"}
_LISTS = ("Bag", "Seq", "Alt")
# What XML 1.0 has no way to write.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EMPTY = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta
xmlns:x="adobe:ns:meta/" x:xmptk="Smart Image Gallery"><rdf:RDF xmlns:rdf="{RDF}"/></x:xmpmeta>
<?xpacket end="w"?>""".encode()


class Packet:
    """A tree, and where in it the properties of the photo stand."""

    def __init__(self, data: bytes | None = None) -> None:
        """Read a packet; None begins a new one.

        Raises:
            ExportError: It is no XMP.
        """
        self._is_new = data is None
        try:
            # The bytes say their own encoding; the type stubs know of text only.
            plain = (data or _EMPTY).strip(b" \0\t\r\n")
            self._document: Document = parseString(plain)  # type: ignore[arg-type]
        except (ExpatError, DefusedXmlException, ValueError, LookupError) as error:
            raise ExportError("It is no XMP") from error
        found = self._document.getElementsByTagNameNS(RDF, "RDF")
        if not found:
            raise ExportError("It has no RDF in it")
        self._rdf = found[0]
        self._descriptions = list(children(self._rdf, RDF, "Description"))
        self._own: Element | None = None

    def encoded(self) -> bytes:
        """The whole file."""
        if self._is_new:
            return bytes(self._document.toprettyxml(indent=" ", encoding="utf-8"))
        return bytes(self._document.toxml(encoding="utf-8"))

    def find(self, uri: str, name: str) -> Element | None:
        """A property of the photo that stands as an element."""
        found = (node for top in self._descriptions for node in children(top, uri, name))
        return next(found, None)

    def add(self, uri: str, name: str, *, resource: bool = False) -> Element:
        """A new property of the photo."""
        if self._own is None:
            self._own = self.element(self._rdf, RDF, "Description")
            about = next((d.getAttributeNS(RDF, "about") for d in self._descriptions), "")
            self._own.setAttribute("rdf:about", about)
        return self.element(self._own, uri, name, resource=resource)

    def set_text(self, name: str, value: str | None) -> None:
        """Set a text of Dublin Core in the default language; others, and None, leave what is."""
        if not value:
            return
        node = self.find(DC, name)
        if node is None:
            self._drop_attribute(DC, name)
            node = self.add(DC, name)
        items = self.items(node, "Alt")
        for item in children(items, RDF, "li"):
            if item.getAttributeNS(_XML, "lang") == "x-default":
                _clear(item)
                break
        else:
            first = items.firstChild
            item = self.element(items, RDF, "li")
            item.setAttribute("xml:lang", "x-default")
            if first is not None:
                items.insertBefore(item, first)
        item.appendChild(self._document.createTextNode(_clean(value)))

    def add_texts(self, uri: str, name: str, values: Iterable[str]) -> None:
        """Add what is missing in a list of texts."""
        wanted = [_clean(value) for value in values]
        node = self.find(uri, name)
        there: set[str] = set()
        if node is not None:
            there.update(_text(item) for item in node.getElementsByTagNameNS(RDF, "li"))
        # A list without items is one text with separators, as some programs write it.
        loose = [self._drop_attribute(uri, name) or ""]
        if node is not None and not there:
            loose.append(_text(node))
        fresh = [one for one in dict.fromkeys([*_parts(loose), *wanted]) if one not in there]
        if not fresh:
            return
        items = self.items(node or self.add(uri, name), "Bag")
        for value in fresh:
            item = self.element(items, RDF, "li")
            item.appendChild(self._document.createTextNode(value))

    def items(self, node: Element, kind: str) -> Element:
        """The list inside of a property, made where there is none."""
        for name in _LISTS:
            for found in children(node, RDF, name):
                return found
        text = _text(node)
        _clear(node)
        items = self.element(node, RDF, kind)
        if kind == "Alt" and text:
            # One bare text is that of the default language.
            self.element(items, RDF, "li").setAttribute("xml:lang", "x-default")
        return items

    def simple(self, parent: Element, uri: str, name: str, value: str) -> None:
        """A new field with a text."""
        node = self.element(parent, uri, name)
        node.appendChild(self._document.createTextNode(_clean(value)))

    def element(self, parent: Element, uri: str, name: str, *, resource: bool = False) -> Element:
        """A new last element, with the prefixes it needs if they mean something else there.

        Args:
            parent: in the tree already.
            uri: namespace.
            name: without prefix.
            resource: whether it is a structure.
        """
        node = self._document.createElementNS(uri, f"{_PREFIXES[uri]}:{name}")
        parent.appendChild(node)
        for one in (uri, RDF):
            if _meaning(node, _PREFIXES[one]) != one:
                node.setAttribute(f"xmlns:{_PREFIXES[one]}", one)
        if resource:
            node.setAttribute("rdf:parseType", "Resource")
        return node

    def _drop_attribute(self, uri: str, name: str) -> str | None:
        """Take a property out that stands as an attribute; its value."""
        for top in self._descriptions:
            if top.hasAttributeNS(uri, name):
                value = top.getAttributeNS(uri, name)
                top.removeAttributeNS(uri, name)
                return str(value)
        return None


def children(node: Element, uri: str, name: str) -> Iterator[Element]:
    """The elements of a name directly below another."""
    for child in list(node.childNodes):
        if isinstance(child, Element) and (child.namespaceURI, child.localName) == (uri, name):
            yield child


def holder(node: Element) -> Element:
    """Where the fields of a structure stand: in it, or in a description inside of it."""
    return next(children(node, RDF, "Description"), node)


def _meaning(node: Element, prefix: str) -> str | None:
    """What a prefix means at a place in the tree."""
    at: object = node
    while isinstance(at, Element):
        if at.hasAttribute(f"xmlns:{prefix}"):
            return str(at.getAttribute(f"xmlns:{prefix}"))
        at = at.parentNode
    return None


def _parts(texts: Iterable[str]) -> list[str]:
    return [part.strip() for text in texts for part in re.split("[,;]", text) if part.strip()]


def _text(node: Element) -> str:
    texts = (child.data for child in node.childNodes if child.nodeType == child.TEXT_NODE)
    return "".join(texts).strip()


def _clear(node: Element) -> None:
    for child in list(node.childNodes):
        node.removeChild(child)


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
