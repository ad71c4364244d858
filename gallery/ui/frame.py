"""What all pages share: the open library, errors in words, messages, ways from page to page."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from gallery import photo_bin, workflow
from gallery.config import Settings, load_settings
from gallery.errors import ConfigError, GalleryError
from gallery.store.library import Library, open_library
from gallery.ui.images import Pictures
from gallery.ui.releasing import release
from gallery.ui.visitors import current_visit
from gallery.ui.words import plain, sentence, without_paths

logger = logging.getLogger(__name__)

_SAID, _LEAVING = "_said", "_leaving_for"
_LONGEST_TEXT = 1000
# Drawn here: the icons that come with Streamlit are fetched from another site for this use.
_ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect x="2" y="2" width="28" height="28" rx="7" fill="#0b6e63"/>
<circle cx="16" cy="12.5" r="5" fill="#fff"/>
<path d="M6.5 27a9.5 8.5 0 0 1 19 0z" fill="#fff"/></svg>"""


@dataclass(frozen=True, slots=True)
class App:
    """What a page works with.

    Args:
        library: the owner's, or the visitor's own.
        settings: with what the owner chose for this library on top.
        pictures: addresses of the library's pictures.
    """

    library: Library
    settings: Settings
    pictures: Pictures


def run_page(title: str, draw: Callable[[App], None], *, narrow: bool = False) -> None:
    """Draw a page in the frame that all share; what goes wrong is said in a sentence.

    Args:
        title: for the browser's tab.
        draw: fills the page.
        narrow: keep lines short, on pages of text and fields.
    """
    _leave_pages_folder()
    st.set_page_config(
        page_title=f"{title} · Smart Image Gallery",
        page_icon=_ICON,
        layout="wide",
    )
    for text in st.session_state.pop(_SAID, []):
        st.toast(plain(text))
    leaving: tuple[str, dict[str, int | str | None]] | None = st.session_state.pop(_LEAVING, None)
    if leaving is not None:
        go(leaving[0], **leaving[1])
    with guarded():
        app = open_app()
        with st.container(key="narrow") if narrow else nullcontext():
            draw(app)


def show_error(text: str) -> None:
    """A sentence about what went wrong, where the page is now."""
    st.error(plain(text), icon=":material/error:")


@contextmanager
def guarded(tell: Callable[[str], None] = show_error) -> Iterator[None]:
    """Tell what goes wrong inside in a sentence, and go on with what comes after.

    Around an action it keeps the rest of the page. What Streamlit itself raises to stop or to
    rerun a page is no `Exception` and passes.

    Args:
        tell: `say` where nothing is drawn, as in a callback.
    """
    try:
        yield
    except GalleryError as error:
        logger.info("told a user", exc_info=error)
        tell(sentence(_for_whom_it_is(str(error))))
    except Exception:
        logger.exception("a page met a fault")
        tell(
            "Something went wrong in the gallery itself; its log says what. Reload the page and "
            "try again."
        )


def _for_whom_it_is(text: str) -> str:
    # What an option of a command would do, a page asks.
    text = re.sub(r" \(--[a-z-]+\)", "", text)
    try:
        is_demo = load_settings().demo
    except ConfigError:
        # Then there is no library, and the text is about the setting.
        return text
    return without_paths(text) if is_demo else text


def _leave_pages_folder() -> None:
    """Run the app itself where Streamlit ran a page alone.

    A server that was asked for no other page yet takes a folder `pages/` for the whole app,
    with a menu of file names. It is told otherwise by the first run of the app.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


def open_app() -> App:
    """The library of the settings, or in the public demo that of the visitor.

    Raises:
        GalleryError: A setting is wrong or the library cannot be opened.
    """
    # The environment can change between two runs, as it does in tests; reading it costs nothing.
    load_settings.cache_clear()
    settings = load_settings()
    if settings.demo:
        settings = settings.for_demo()
        visit = current_visit()
        library, pictures = visit.library, visit.pictures
    else:
        library, pictures = _opened(str(settings.library.expanduser().absolute()))
    if photo_bin.empty_old(library).photos:
        release(library, pictures)
    return App(library, workflow.settings_of(library, settings), pictures)


def _is_there(opened: tuple[Library, Pictures]) -> bool:
    return (opened[0].root / "library.db").is_file()


@st.cache_resource(show_spinner=False, validate=_is_there)
def _opened(root: str) -> tuple[Library, Pictures]:
    library = open_library(Path(root))
    return library, Pictures(library.media)


def say(text: str) -> None:
    """Show a short message on the next page that is drawn."""
    st.session_state.setdefault(_SAID, []).append(text)


def go(page: str, **parameters: int | str | None) -> NoReturn:
    """Open another page, such as `photo` with `photo=3`.

    On the way Streamlit leaves an address with the new parameters on the old page in the
    browser's history. The parameters are therefore named for what they are, and those of the
    old page go along, so that the way back leads to what was seen there.
    """
    given = {name: str(value) for name, value in sorted(parameters.items()) if value is not None}
    st.switch_page(f"pages/{page}.py", query_params=given)


def leave_for(page: str, **parameters: int | str | None) -> None:
    """Open another page as `go` does, before anything of this one is drawn again: in callbacks.

    Not in those of a fragment: of these only the fragment itself runs again.
    """
    st.session_state[_LEAVING] = page, parameters


def open_person(person: int) -> None:
    """Open a person: in callbacks."""
    leave_for("person", person=person)


def open_photo(photo: int) -> None:
    """Open a photo among all others: in callbacks."""
    leave_for("photo", photo=photo)


def asked_for(*names: str) -> int | None:
    """The first of some numbers in the page's address, or None where there is none."""
    for name in names:
        text = st.query_params.get(name, "")
        # Longer numbers do not fit a database.
        if text.isascii() and text.isdigit() and len(text) < 19:
            return int(text)
    return None


def asked_text(name: str) -> str:
    """A text in the page's address, empty where there is none."""
    return str(st.query_params.get(name, ""))[:_LONGEST_TEXT].strip()


def heading(text: str, detail: str = "") -> None:
    """The title of a page; the text may be a user's, and is shown as it is."""
    below = f'<p class="gallery-detail">{html.escape(detail)}</p>' if detail else ""
    st.html(f'<h1 class="gallery-title">{html.escape(text)}</h1>{below}')


def note(text: str) -> None:
    """A line in smaller letters; the text is shown as it is."""
    st.html(f'<p class="gallery-detail">{html.escape(text)}</p>')


def definitions(rows: list[tuple[str, str]]) -> None:
    """Names and values, one under the other; rows without a value are left out."""
    items = "".join(
        f"<dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd>"
        for name, value in rows
        if value
    )
    st.html(f'<dl class="gallery-facts">{items}</dl>')


@contextmanager
def empty(title: str, text: str, icon: str, *, below: bool = False) -> Iterator[None]:
    """What to say where there is nothing to show; the buttons drawn inside say what to do.

    Args:
        title: in a few words.
        text: what will be here, and how it comes here.
        icon: of the title.
        below: whether the page has a heading already, below which this one is.
    """
    with st.container(key="empty"):
        heading = st.header if below else st.title
        sign = f":material/{icon}:"
        heading(plain(title), anchor=False, icon=sign, text_alignment="center")
        st.markdown(plain(text))
        with st.container(horizontal=True, horizontal_alignment="center"):
            yield
