"""Every page for those who see it badly, hear it, or work by keyboard or finger: by axe-core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import small_library as small
from asked_library import fill, lay_out
from axe_playwright_python.sync_playwright import Axe
from dated_library import add_days
from made_days import LAKE, LYON, Days
from pictured_library import add_picture, jpeg, scene
from walking import DESKTOP, PHONE, Walker, expect, needs_browser, served

from gallery import albums
from gallery.duplicates import find
from gallery.event_updating import update_events
from gallery.people import name_person
from gallery.places import places_version
from gallery.records import Locality, Refusal, RefusalCode, Stage
from gallery.store import events, failures, people
from gallery.store import places as place_store
from gallery.store.library import Library

pytestmark = needs_browser

_PAGES = Path(__file__).resolve().parents[2] / "pages"
# The address of a page, where it is not its name alone.
_ABOUT = {
    "browse": "",
    "photo": "photo?photo={photo}",
    "person": "person?person={person}",
    "album": "album?album={album}",
    "event": "event?event={event}",
    "search": "search?q=person%3AAda",
}
PATHS = sorted(_ABOUT.get(page.stem, page.stem) for page in _PAGES.glob("*.py"))
# What Streamlit itself does, by rule and part of the page: nothing here can mend it.
STREAMLITS = {
    # Its field for files is a "presentation" with a name; the button inside says all.
    ("presentation-role-conflict", "stFileUploaderDropzone"),
}
_ALL = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}
_CONTRAST = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
Way = tuple[dict[str, dict[str, int]], str, dict[str, object]]
WAYS: tuple[Way, ...] = (
    (DESKTOP, "light", _ALL), (DESKTOP, "dark", _CONTRAST), (PHONE, "light", _ALL),
)  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Library]]:
    """The app over a library that is empty at first."""
    home = tmp_path_factory.mktemp("accessible")
    library = small.empty(home / "library")
    with served(home) as url:
        yield url, library
    library.close()


@pytest.fixture
def address(app: tuple[str, Library]) -> str:
    return app[0]


@pytest.fixture(scope="module")
def filled(app: tuple[str, Library]) -> dict[str, int]:
    """From now on there is something on every page; ids of some of it."""
    return _fill(app[1])


def _fill(library: Library) -> dict[str, int]:
    fill(library, pictures=True)
    lay_out(library)
    days = Days()
    days.live_in(LYON)
    days.shoot("2024-07-06 10:00", 300, 6, LAKE, seed=2)
    taken = add_days(library, days, "trip", pictures=True)
    spots = [spot.photo_id for spot in place_store.spots(library)]
    annecy = Locality("Annecy", "Auvergne-Rhône-Alpes", "France")
    place_store.keep(library, places_version(), [(spot, annecy) for spot in spots])
    update_events(library)
    for name, quality in (("one.jpg", 90), ("other.jpg", 40)):
        add_picture(library, jpeg(scene(1), quality), name)
    for _ in find(library):
        pass
    person = people.everyone(library)[0].id
    name_person(library, person, "Ada")
    album = albums.create(library, "Summer", taken[:3]).id
    refusal = Refusal("/photos/cut.jpg", Stage.DECODE, RefusalCode.TRUNCATED, "It is cut short.")
    with library.write() as connection:
        failures.record(library, connection, b"cut", refusal, kept=None, on_disk=False)
    found = events.listed(library)[0].id
    return {"photo": 1, "person": person, "album": album, "event": found}


def violations(walker: Walker, options: dict[str, object]) -> Iterator[str]:
    """What axe finds on the page as it is now, but for what is Streamlit's own."""
    for rule in walker.page.evaluate("options => axe.run(document, options)", options)[
        "violations"
    ]:
        for node in rule["nodes"]:
            if not any(rule["id"] == own and part in node["html"] for own, part in STREAMLITS):
                why = [check["message"] for check in (*node["any"], *node["all"], *node["none"])]
                yield f"{rule['id']} ({rule['impact']}): {node['html'][:200]} {'; '.join(why[:2])}"


def dressed(walker: Walker, scheme: str) -> None:
    """Let the page be light or dark, and wait until it is."""
    walker.page.emulate_media(color_scheme=scheme)
    walker.page.wait_for_function(
        """ground => getComputedStyle(document.querySelector(".stApp")).backgroundColor === ground
          && new Promise((then) => setTimeout(() => requestAnimationFrame(() => then(true))))""",
        arg={"light": "rgb(255, 255, 255)", "dark": "rgb(18, 18, 18)"}[scheme],
    )


def turn_to(walker: Walker, path: str) -> None:
    """Go to a page as the browser's own buttons do, which fetches no script anew."""
    page = walker.page
    before = page.title()
    page.evaluate(
        """path => {
          history.pushState({}, "", path);
          dispatchEvent(new PopStateEvent("popstate"));
        }""",
        f"{walker.address}/{path}",
    )
    page.wait_for_function("before => document.title !== before", arg=before, polling="raf")
    walker.settle()


def looked_at(walker: Walker, path: str, ways: Sequence[Way]) -> list[str]:
    """What is wrong with a page, in some ways to look at it."""
    turn_to(walker, path)
    wrong = [] if walker.page.title().endswith(" · Smart Image Gallery") else ["has no title"]
    for size, scheme, options in ways:
        walker.resize(size)
        dressed(walker, scheme)
        wrong += violations(walker, options)
        walker.assert_fits()
    walker.assert_well()
    return [f"{path or 'browse'}: {fault}" for fault in dict.fromkeys(wrong)]


def look_at_all(walker: Walker, ids: dict[str, int], ways: Sequence[Way]) -> None:
    page = walker.page
    page.add_init_script(script=Axe().axe_script)
    paths = [path.format(**ids) for path in PATHS]
    walker.open(paths[-1])
    # Colours on their way from one to the other are neither.
    page.add_style_tag(content="* { transition: none !important; }")
    wrong = [fault for path in paths for fault in looked_at(walker, path, ways)]
    assert not wrong, "\n".join(wrong)


def test_1_every_page_without_photos_is_for_everybody(desktop: Walker) -> None:
    gone = dict.fromkeys(("photo", "person", "album", "event"), 1)
    # What is there once and again is dark in the same colours.
    look_at_all(desktop, gone, (WAYS[0], WAYS[-1]))


def test_2_every_page_is_for_everybody(desktop: Walker, filled: dict[str, int]) -> None:
    look_at_all(desktop, filled, WAYS)


_SMALL = """() => {
  const buttons = (root) => [...root.querySelectorAll("*")].flatMap((node) => [
    ...(root instanceof ShadowRoot && node.matches("button:enabled, input") ? [node] : []),
    ...(node.shadowRoot ? buttons(node.shadowRoot) : []),
  ]);
  return buttons(document)
    .map((node) => [node, node.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.height < 43.5 || box.width < 24))
    .map(([node, box]) => `${node.outerHTML.slice(0, 120)}: ${box.width} × ${box.height}`);
}"""


def test_3_what_is_touched_is_as_large_as_a_finger(phone: Walker, filled: dict[str, int]) -> None:
    wrong = []
    for page in ("browse", "photo", "review", "history"):
        phone.open(_ABOUT.get(page, page).format(**filled))
        if page == "browse":
            phone.page.get_by_role("button", name="Select photos").click()
            phone.page.get_by_role("button", name="Ada, 4 May 2024").first.click()
            expect(phone.page.get_by_role("toolbar")).to_be_visible()
        wrong += [f"{page}: {one}" for one in phone.page.evaluate(_SMALL)]
    assert not wrong, "\n".join(wrong)
