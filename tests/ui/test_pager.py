"""Lists that are never read whole keep their way back, whatever leaves them meanwhile."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from gallery.ui.pager import page_by_key

    items = st.session_state.setdefault("items", list(range(60)))

    def read(after: int | None) -> list[int]:
        return [one for one in items if after is None or one > after][:24]

    def count_to(key: int) -> int:
        return sum(one <= key for one in items)

    st.text(str(page_by_key(read, lambda one: one, count_to, "list", 24, len(items))))


def after_next(items: list[int], times: int = 1) -> AppTest:
    """The list as it is seen after some pages were turned, and others left it meanwhile."""
    app = AppTest.from_function(_page).run()
    for _ in range(times):
        app.button(key="Next-list").click().run()
    app.session_state["items"] = items
    return app.run()


def shown(app: AppTest) -> list[int]:
    return [int(number) for number in app.text[0].value.strip("[]").split(",")]


def pager(app: AppTest) -> tuple[str, bool, bool]:
    """Which part is said to be shown, and whether there are pages before and after."""
    before, after = (not app.button(key=f"{way}-list").disabled for way in ("Previous", "Next"))
    return app.markdown[0].value, before, after


def test_pages_are_turned_and_turned_back() -> None:
    app = after_next(list(range(60)))
    assert shown(app) == list(range(24, 48))
    assert pager(app) == ("25 to 48 of 60", True, True)
    app.button(key="Next-list").click().run()
    assert pager(app) == ("49 to 60 of 60", True, False)
    app.button(key="Previous-list").click().run()
    assert shown(app) == list(range(24, 48))


def test_some_of_the_pages_before_left_the_list() -> None:
    app = after_next(list(range(20, 60)))
    assert shown(app) == list(range(24, 48))
    assert pager(app) == ("5 to 28 of 40", True, True)
    app.button(key="Next-list").click().run()
    assert pager(app) == ("29 to 40 of 40", True, False)


def test_all_of_the_pages_before_left_the_list() -> None:
    app = after_next(list(range(30, 60)))
    assert shown(app) == list(range(30, 54))
    assert pager(app) == ("1 to 24 of 30", False, True)


def test_what_is_left_fits_on_one_page() -> None:
    app = after_next(list(range(18, 42)))
    assert shown(app) == list(range(18, 42))
    assert not app.button


def test_the_page_that_is_shown_left_the_list() -> None:
    app = after_next(list(range(40)), times=2)
    assert shown(app) == list(range(24, 40))
    assert pager(app) == ("25 to 40 of 40", True, False)
