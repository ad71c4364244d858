"""Makes the sample album's variants: copies, other formats, turned, dated and broken files.

Every variant comes from a picture that may be changed (CC0, CC BY, or public domain
without conditions); the White House photographs are left as they are. Dates, and the
cameras that go with them, are made up; data/README.md says so, and so does each file.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from PIL import ExifTags, Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from gallery.errors import SampleError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Step = Callable[[Image.Image], Image.Image]

COLLINS = "portraits/eileen-collins.png"
HOPPER = "portraits/grace-hopper.jpg"
CAT = "animals/chelsea-the-cat.png"
PALACE = "places/summer-palace.jpg"
ROCKET = "places/falcon-9-on-the-pad.jpg"
COFFEE = "things/coffee.png"
DAHLIA = "things/dahlia.jpg"

# Degrees: the tower in the picture, the pad in the picture, and Kennedy's visitor complex.
_BEIJING = (39.9990, 116.2755)
_PAD_40 = (28.5620, -80.5772)
_VISITORS = (28.5235, -80.6819)

# What a viewer undoes: how the pixels are stored for each EXIF orientation.
_STORED = {
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    8: Image.Transpose.ROTATE_270,
}
_JPEG: Mapping[str, Any] = {"format": "JPEG", "quality": 88}
_PNG: Mapping[str, Any] = {"format": "PNG"}


@dataclass(frozen=True)
class Recipe:
    """How one variant is made.

    Args:
        base: the picture it is made from, by its place in the album; None for none.
        steps: what is done to the pixels, in order.
        save: arguments of Pillow's `save`.
        beside: a second picture, put to the right of this one.
        taken: made-up time with offset, as ISO 8601.
        place: latitude and longitude in degrees.
        orientation: EXIF orientation; the pixels are stored turned to match.
        raw: makes the file from the base's bytes instead, without decoding.
    """

    base: str | None
    steps: tuple[Step, ...] = ()
    save: Mapping[str, Any] = field(default_factory=lambda: _JPEG)
    beside: str | None = None
    taken: str | None = None
    place: tuple[float, float] | None = None
    orientation: int = 1
    raw: Callable[[bytes], bytes] | None = None


def make_variant(recipe: Recipe, album: Path, credits: Mapping[str, str]) -> bytes:
    """Make one variant.

    Args:
        recipe: how.
        album: folder in which the pictures it is made from already lie.
        credits: author and licence by picture, written into the file.

    Returns:
        The bytes of the file.

    Raises:
        SampleError: This Pillow cannot write the format.
    """
    if recipe.raw is not None:
        return recipe.raw((album / recipe.base).read_bytes() if recipe.base else b"")
    if recipe.base is None:
        picture = Image.new("RGB", (900, 600), "white")
    else:
        with Image.open(album / recipe.base) as opened:
            picture = opened.convert("RGB")
    if recipe.beside:
        with Image.open(album / recipe.beside) as opened:
            picture = _side_by_side(picture, opened.convert("RGB"))
    for step in recipe.steps:
        picture = step(picture)
    if recipe.orientation in _STORED:
        picture = picture.transpose(_STORED[recipe.orientation])
    used = [base for base in (recipe.base, recipe.beside) if base]
    return _encode(picture, recipe, "; ".join(credits.get(base, base) for base in used))


def _encode(picture: Image.Image, recipe: Recipe, credit: str) -> bytes:
    options = dict(recipe.save)
    if options["format"] == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    if options["format"] not in {"GIF", "BMP"} and recipe.base is not None:
        options["exif"] = _exif(recipe, credit).tobytes()
    out = io.BytesIO()
    try:
        picture.save(out, **options)
    except (OSError, KeyError) as error:
        raise SampleError(
            f"This installation of Pillow cannot write {options['format']} ({error}). "
            "Install the packages of requirements.txt again."
        ) from error
    return out.getvalue()


def _exif(recipe: Recipe, credit: str) -> Image.Exif:
    exif = Image.Exif()
    date_note = "; date and camera made up" if recipe.taken else ""
    of = recipe.base if recipe.beside is None else f"{recipe.base} and {recipe.beside}"
    exif[ExifTags.Base.ImageDescription] = f"Changed copy of {of}{date_note}"
    # EXIF text is ASCII.
    exif[ExifTags.Base.Copyright] = credit.encode("ascii", "replace").decode("ascii")
    exif[ExifTags.Base.Orientation] = recipe.orientation
    if recipe.taken:
        taken = datetime.fromisoformat(recipe.taken)
        exif[ExifTags.Base.Make] = "Sample"
        exif[ExifTags.Base.Model] = "Album Camera"
        details = exif.get_ifd(ExifTags.IFD.Exif)
        details[ExifTags.Base.DateTimeOriginal] = taken.strftime("%Y:%m:%d %H:%M:%S")
        details[ExifTags.Base.OffsetTimeOriginal] = taken.isoformat()[-6:]
    if recipe.place:
        latitude, longitude = recipe.place
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef] = "N" if latitude >= 0 else "S"
        gps[ExifTags.GPS.GPSLatitude] = _degrees(latitude)
        gps[ExifTags.GPS.GPSLongitudeRef] = "E" if longitude >= 0 else "W"
        gps[ExifTags.GPS.GPSLongitude] = _degrees(longitude)
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(round(abs(value) * 3600, 2), 60)
    degrees, minutes = divmod(minutes, 60)
    return degrees, minutes, round(seconds, 2)


def _side(longest: int) -> Step:
    return lambda picture: ImageOps.contain(picture, (longest, longest))


def _crop(left: float, top: float, right: float, bottom: float) -> Step:
    def crop(picture: Image.Image) -> Image.Image:
        width, height = picture.size
        edges = (left * width, top * height, right * width, bottom * height)
        return picture.crop(tuple(round(edge) for edge in edges))  # type: ignore[arg-type]

    return crop


def _brightness(factor: float) -> Step:
    return lambda picture: ImageEnhance.Brightness(picture).enhance(factor)


def _blur(radius: float) -> Step:
    return lambda picture: picture.filter(ImageFilter.GaussianBlur(radius))


def _side_by_side(left: Image.Image, right: Image.Image) -> Image.Image:
    left, right = (ImageOps.fit(half, (480, 540)) for half in (left, right))
    both = Image.new("RGB", (960, 540))
    both.paste(left, (0, 0))
    both.paste(right, (480, 0))
    return both


def _notice(picture: Image.Image) -> Image.Image:
    draw = ImageDraw.Draw(picture)
    draw.rectangle((20, 20, 879, 579), outline="black", width=6)
    lines = ("READING ROOM", "Open Monday to Friday", "9.00 to 17.00", "Please keep quiet")
    for row, line in enumerate(lines):
        draw.text((450, 110 + 125 * row), line, "black", ImageFont.load_default(64), anchor="mm")
    return picture


def _same(data: bytes) -> bytes:
    return data


def _sidecar(title: str, keywords: tuple[str, ...]) -> Callable[[bytes], bytes]:
    items = "".join(f"<rdf:li>{escape(word)}</rdf:li>" for word in keywords)
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>
   <dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""
    return lambda _: text.encode()


def _dated(base: str, taken: str, place: tuple[float, float] | None, *steps: Step) -> Recipe:
    return Recipe(base, steps, taken=taken, place=place)


RECIPES: Mapping[str, Recipe] = {
    # The same picture again: the same bytes, smaller, compressed, changed a little.
    "copies/eileen-collins.png": Recipe(COLLINS, raw=_same),
    "copies/chelsea-the-cat.png": Recipe(CAT, raw=_same),
    "copies/eileen-collins-smaller.jpg": Recipe(COLLINS, (_side(320),)),
    "copies/eileen-collins-compressed.jpg": Recipe(COLLINS, save={**_JPEG, "quality": 25}),
    "copies/grace-hopper-smaller.png": Recipe(HOPPER, (_side(300),), _PNG),
    "copies/grace-hopper-brighter.jpg": Recipe(HOPPER, (_brightness(1.25),)),
    "copies/summer-palace-smaller.jpg": Recipe(PALACE, (_side(400),)),
    "copies/coffee-compressed.jpg": Recipe(COFFEE, save={**_JPEG, "quality": 30}),
    # People again: cropped, grey, mirrored, turned, and two in one picture.
    "portraits/eileen-collins-close.jpg": Recipe(COLLINS, (_crop(0.15, 0.0, 0.7, 0.55),)),
    "portraits/eileen-collins-turned-6.jpg": Recipe(COLLINS, orientation=6),
    "portraits/eileen-collins-turned-8.jpg": Recipe(COLLINS, (_brightness(0.85),), orientation=8),
    "portraits/grace-hopper-turned-3.jpg": Recipe(HOPPER, orientation=3),
    "portraits/grace-hopper-grey.jpg": Recipe(HOPPER, (ImageOps.grayscale,)),
    "portraits/grace-hopper-mirrored.jpg": Recipe(HOPPER, (ImageOps.mirror,)),
    "portraits/two-portraits.jpg": Recipe(COLLINS, beside=HOPPER),
    # Formats.
    "formats/eileen-collins.heic": Recipe(COLLINS, save={"format": "HEIF", "quality": 80}),
    "formats/grace-hopper.webp": Recipe(HOPPER, save={"format": "WEBP", "quality": 85}),
    "formats/summer-palace.tiff": Recipe(
        PALACE, save={"format": "TIFF", "compression": "tiff_lzw"}
    ),
    "formats/chelsea-the-cat.gif": Recipe(CAT, save={"format": "GIF"}),
    "formats/coffee.bmp": Recipe(COFFEE, (_side(450),), {"format": "BMP"}),
    "formats/dahlia.avif": Recipe(DAHLIA, save={"format": "AVIF", "quality": 75}),
    # Two outings with made-up dates: a day in Beijing, a weekend on the Space Coast.
    "a-day-in-beijing/tower.jpg": _dated(PALACE, "2024-05-04T09:12:00+08:00", _BEIJING),
    "a-day-in-beijing/tower-close.jpg": _dated(
        PALACE, "2024-05-04T09:20:30+08:00", _BEIJING, _crop(0.1, 0.05, 0.6, 0.95)
    ),
    "a-day-in-beijing/lake.jpg": _dated(
        PALACE, "2024-05-04T09:41:10+08:00", _BEIJING, _crop(0.5, 0.3, 1.0, 0.95)
    ),
    "a-day-in-beijing/dahlia.jpg": _dated(DAHLIA, "2024-05-04T10:05:00+08:00", _BEIJING),
    "a-day-in-beijing/coffee.jpg": _dated(COFFEE, "2024-05-04T10:40:00+08:00", None),
    "a-day-in-beijing/cat.jpg": _dated(CAT, "2024-05-04T14:10:00+08:00", None),
    "a-day-in-beijing/tower.xmp": Recipe(
        None, raw=_sidecar("Tower of Buddhist Incense", ("Beijing", "pagoda", "holiday"))
    ),
    "a-day-in-beijing/dahlia.jpg.xmp": Recipe(
        None, raw=_sidecar("Orange dahlia", ("flower", "garden"))
    ),
    "space-coast/rocket.jpg": _dated(ROCKET, "2024-08-17T19:45:00-04:00", _PAD_40),
    "space-coast/rocket-close.jpg": _dated(
        ROCKET, "2024-08-17T19:52:00-04:00", _PAD_40, _crop(0.3, 0.1, 0.75, 0.95)
    ),
    "space-coast/astronaut.jpg": _dated(COLLINS, "2024-08-18T10:02:00-04:00", _VISITORS),
    "space-coast/astronaut-close.jpg": _dated(
        COLLINS, "2024-08-18T10:03:20-04:00", _VISITORS, _crop(0.1, 0.0, 0.8, 0.7)
    ),
    "space-coast/astronaut-and-admiral.jpg": Recipe(
        COLLINS,
        (_brightness(1.1),),
        beside=HOPPER,
        taken="2024-08-18T10:30:00-04:00",
        place=_VISITORS,
    ),
    # Our own drawing, for the text search.
    "text/notice.png": Recipe(None, (_notice,), _PNG),
    # What a gallery has to refuse, and say why.
    "refused/far-too-blurred.jpg": Recipe(COFFEE, (_blur(24),)),
    "refused/cut-off.jpg": Recipe(PALACE, raw=lambda data: data[: len(data) // 2]),
    "refused/too-small.png": Recipe(CAT, (_side(40),), _PNG),
    "refused/empty.jpg": Recipe(None, raw=_same),
    "refused/not-a-picture.jpg": Recipe(
        None, raw=lambda _: b"This is a text file with the name of a picture.\n"
    ),
}
