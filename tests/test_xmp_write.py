"""Sidecars: what is written can be read, and what others wrote stays."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gallery.errors import ExportError
from gallery.records import Region, Regions
from gallery.xmp import read_xmp
from gallery.xmp_write import Facts, write_xmp

EXIFTOOL = shutil.which("exiftool")
needs_exiftool = pytest.mark.skipif(
    EXIFTOOL is None, reason="no exiftool here; run: sudo apt-get install libimage-exiftool-perl"
)

ANNA = Region("Anna", 0.3, 0.4, 0.1, 0.2)
FACTS = Facts(
    400,
    300,
    title="The <sea>\x0b & us",
    description="Day one",
    keywords=(("animal", "cat"), ("sea",)),
    faces=(ANNA, Region("Ben", 0.7, 0.5, 0.1, 0.1)),
)

# As Adobe's toolkit spells it: attributes and nested descriptions.
ADOBE = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 5.6">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <!-- made elsewhere -->
  <rdf:Description rdf:about="" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
    xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#"
    xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#"
    crs:Exposure2012="+0.55" xmp:Rating="4">
   <dc:title><rdf:Alt>
    <rdf:li xml:lang="de">Das Meer</rdf:li><rdf:li xml:lang="x-default">Old</rdf:li>
   </rdf:Alt></dc:title>
   <dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>holiday</rdf:li></rdf:Bag></dc:subject>
   <mwg-rs:Regions>
    <rdf:Description>
     <mwg-rs:AppliedToDimensions stDim:w="WIDTH" stDim:h="HEIGHT" stDim:unit="pixel"/>
     <mwg-rs:RegionList><rdf:Bag>
      <rdf:li><rdf:Description mwg-rs:Name="Annabel" mwg-rs:Type="Face" mwg-rs:Rotation="0.1">
       <mwg-rs:Area stArea:x="0.31" stArea:y="0.4" stArea:w="0.12" stArea:h="0.2"
         stArea:unit="normalized"/></rdf:Description></rdf:li>
      <rdf:li><rdf:Description mwg-rs:Name="Rex" mwg-rs:Type="Pet">
       <mwg-rs:Area stArea:x="0.7" stArea:y="0.5" stArea:w="0.1" stArea:h="0.1"
         stArea:unit="normalized"/></rdf:Description></rdf:li>
      <rdf:li><rdf:Description mwg-rs:Name="Carl" mwg-rs:Type="Face">
       <mwg-rs:Area stArea:x="0.1" stArea:y="0.2" stArea:w="0.1" stArea:h="0.1"
         stArea:unit="normalized"/></rdf:Description></rdf:li>
     </rdf:Bag></mwg-rs:RegionList>
    </rdf:Description>
   </mwg-rs:Regions>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def adobe(width: int = 400, height: int = 300) -> bytes:
    return ADOBE.replace("WIDTH", str(width)).replace("HEIGHT", str(height)).encode()


def names(data: bytes) -> list[str]:
    regions = read_xmp(data).regions
    return [] if regions is None else [face.name for face in regions.faces]


def seen_by_exiftool(path: Path) -> dict[str, Any]:
    assert EXIFTOOL is not None
    done = subprocess.run(
        [EXIFTOOL, "-json", "-struct", "-all", "-validate", "-G1", str(path)],
        capture_output=True,
        check=True,
    )
    return dict(json.loads(done.stdout)[0])


def test_what_is_written_is_read_again() -> None:
    found = read_xmp(write_xmp(None, FACTS))
    assert (found.title, found.description) == ("The <sea> & us", "Day one")
    assert found.keywords == ("cat", "sea")
    assert found.regions == Regions(FACTS.faces, (400, 300))


def test_the_size_is_that_of_the_stored_picture() -> None:
    found = read_xmp(write_xmp(None, Facts(300, 400, 6, faces=(ANNA,))))
    assert found.regions == Regions((ANNA,), (400, 300))


def test_nothing_known_writes_nothing() -> None:
    found = read_xmp(write_xmp(None, Facts(400, 300)))
    assert (found.title, found.keywords, found.regions) == (None, (), None)
    assert names(write_xmp(adobe(), Facts(400, 300))) == ["Annabel", "Carl"]


def test_what_others_wrote_stays() -> None:
    merged = write_xmp(adobe(), FACTS)
    text = merged.decode()
    for kept in (
        'crs:Exposure2012="+0.55"',
        'xmp:Rating="4"',
        "<!-- made elsewhere -->",
        "Das Meer",
        "holiday",
        'mwg-rs:Name="Rex"',
        'x:xmptk="Adobe XMP Core 5.6"',
    ):
        assert kept in text
    assert text.count(">sea<") == 1
    assert text.count("AppliedToDimensions") == 2
    found = read_xmp(merged)
    assert found.title == "The <sea> & us"
    # Annabel was Anna's face; the pet is where Ben is, and is no face.
    assert names(merged) == ["Carl", "Anna", "Ben"]


def test_writing_again_changes_nothing() -> None:
    once = write_xmp(adobe(), FACTS)
    assert read_xmp(write_xmp(once, FACTS)) == read_xmp(once)
    assert names(write_xmp(once, FACTS)) == ["Carl", "Anna", "Ben"]


@pytest.mark.parametrize(
    ("denied", "left"),
    [
        ((ANNA, None), ["Carl"]),  # no face at all
        ((ANNA, "annabel"), ["Carl"]),
        ((ANNA, "Carl"), ["Annabel", "Carl"]),
        ((Region("", 0.9, 0.9, 0.1, 0.1), None), ["Annabel", "Carl"]),
    ],
)
def test_a_name_that_was_denied_goes(denied: tuple[Region, str | None], left: list[str]) -> None:
    assert names(write_xmp(adobe(), Facts(400, 300, denied=(denied,)))) == left


def test_regions_drawn_on_the_turned_picture_are_moved_to_the_stored_one() -> None:
    """A photo seen as 400 x 300 that is stored upright; the sidecar has the sides one sees."""
    facts = Facts(400, 300, 6, faces=(Region("Dora", 0.9, 0.1, 0.05, 0.05),))
    found = read_xmp(write_xmp(adobe(), facts)).regions
    assert found is not None
    assert found.applied_to == (300, 400)
    carl = next(face for face in found.faces if face.name == "Carl")
    assert (carl.x, carl.y, carl.width, carl.height) == pytest.approx((0.2, 0.9, 0.1, 0.1))


@pytest.mark.parametrize(
    ("existing", "said"),
    [
        (b"<x", "no XMP"),
        (b"<a/>", "no RDF"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "no XMP"),
        (adobe(500, 300), "another shape"),
        (
            adobe().replace(
                b"<rdf:Description", b"<a>" * 5000 + b"</a>" * 5000 + b"<rdf:Description", 1
            ),
            "deeper",
        ),
    ],
)
def test_what_cannot_be_added_to_is_refused(existing: bytes, said: str) -> None:
    with pytest.raises(ExportError, match=said):
        write_xmp(existing, FACTS)


@pytest.mark.parametrize(
    "body",
    [
        '<rdf:Description rdf:about="" dc:subject="holiday; sea" dc:title="Old"/>',
        "<rdf:Description><dc:subject>holiday, sea</dc:subject><dc:title>Old</dc:title>"
        "</rdf:Description>",
        '<rdf:Description rdf:about="x"/>',
    ],
)
def test_other_spellings_are_added_to(body: str) -> None:
    data = f"""<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:stArea="urn:else">{body}</r:RDF>"""
    found = read_xmp(write_xmp(data.encode(), FACTS))
    assert found.title == "The <sea> & us"
    assert set(found.keywords) >= {"sea", "cat"}
    assert ("holiday" in found.keywords) is ("holiday" in body)
    assert found.regions is not None
    assert len(found.regions.faces) == 2


@needs_exiftool
@pytest.mark.parametrize("existing", [None, adobe()])
def test_exiftool_reads_it(existing: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "a.xmp"
    path.write_bytes(write_xmp(existing, FACTS))
    found = seen_by_exiftool(path)
    assert found["ExifTool:Validate"] == "OK"
    assert found["XMP-dc:Title"] == "The <sea> & us"
    assert {"cat", "sea"} <= set(found["XMP-dc:Subject"])
    assert found["XMP-lr:HierarchicalSubject"] == ["animal|cat"]
    info = found["XMP-mwg-rs:RegionInfo"]
    assert info["AppliedToDimensions"] == {"W": 400, "H": 300, "Unit": "pixel"}
    anna = next(region for region in info["RegionList"] if region["Name"] == "Anna")
    assert anna["Type"] == "Face"
    assert anna["Area"] == {"X": 0.3, "Y": 0.4, "W": 0.1, "H": 0.2, "Unit": "normalized"}
