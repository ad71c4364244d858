"""The app: run it with `streamlit run streamlit_app.py`."""

import streamlit as st

SHOWN = {
    st.Page("pages/browse.py", title="Browse", default=True): ":material/photo_library:",
    st.Page("pages/add.py", title="Add"): ":material/add_photo_alternate:",
    st.Page("pages/people.py", title="People"): ":material/group:",
    st.Page("pages/events.py", title="Events"): ":material/event:",
    st.Page("pages/review.py", title="Review"): ":material/quiz:",
    st.Page("pages/explore.py", title="Explore"): ":material/scatter_plot:",
    st.Page("pages/evaluate.py", title="Evaluate"): ":material/query_stats:",
    st.Page("pages/settings.py", title="Settings"): ":material/tune:",
}
HIDDEN = [
    st.Page("pages/photo.py", title="Photo", visibility="hidden"),
    st.Page("pages/person.py", title="Person", visibility="hidden"),
    st.Page("pages/history.py", title="History", visibility="hidden"),
    st.Page("pages/groupings.py", title="Groupings", visibility="hidden"),
    st.Page("pages/event.py", title="Event", visibility="hidden"),
    st.Page("pages/map.py", title="Map", visibility="hidden"),
]

page = st.navigation([*SHOWN, *HIDDEN], position="hidden")
# Drawn here so that a phone shows it as a bar at the bottom, not behind a button. Icons belong
# to the links: those of a page would be fetched from another site for the browser's tab.
with st.container(key="nav", horizontal=True):
    for link, icon in SHOWN.items():
        st.page_link(link, icon=icon)
page.run()
