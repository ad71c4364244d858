"""The app: run it with `streamlit run streamlit_app.py`."""

from pathlib import Path

import streamlit as st

SHOWN = {
    st.Page("pages/browse.py", title="Browse", default=True): ":material/photo_library:",
    st.Page("pages/search.py", title="Search"): ":material/search:",
    st.Page("pages/people.py", title="People"): ":material/group:",
    st.Page("pages/albums.py", title="Albums"): ":material/photo_album:",
    st.Page("pages/events.py", title="Events"): ":material/event:",
    st.Page("pages/add.py", title="Add"): ":material/add_photo_alternate:",
}
MORE = {
    st.Page("pages/map.py", title="Map"): ":material/map:",
    st.Page("pages/review.py", title="Review"): ":material/quiz:",
    st.Page("pages/duplicates.py", title="Duplicates"): ":material/content_copy:",
    st.Page("pages/explore.py", title="Explore"): ":material/scatter_plot:",
    st.Page("pages/evaluate.py", title="Evaluate"): ":material/query_stats:",
    st.Page("pages/settings.py", title="Settings"): ":material/tune:",
}
HIDDEN = [
    st.Page(f"pages/{name.lower()}.py", title=name, visibility="hidden")
    for name in ("Photo", "Person", "Album", "Event", "History", "Groupings")
]

# First of all, so that nothing is seen without it.
st.html(Path(__file__).parent / "gallery" / "ui" / "page.css")
page = st.navigation([*SHOWN, *MORE, *HIDDEN], position="hidden")
# Drawn here so that a phone shows it as a bar at the bottom, not behind a button. Icons belong
# to the links: those of a page would be fetched from another site for the browser's tab.
with st.container(key="nav", horizontal=True):
    for link, icon in SHOWN.items():
        st.page_link(link, icon=icon)
    here, icon = (page.title, MORE[page]) if page in MORE else ("More", ":material/more_horiz:")
    chosen = st.menu_button(
        here, list(MORE), format_func=lambda p: f"{MORE[p]} {p.title}", icon=icon, type="tertiary"
    )
if chosen is not None:
    st.switch_page(chosen)
page.run()
