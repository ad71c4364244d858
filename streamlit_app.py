"""The app: run it with `streamlit run streamlit_app.py`."""

import streamlit as st

st.navigation(
    [
        st.Page("pages/browse.py", title="Browse", icon=":material/photo_library:", default=True),
        st.Page("pages/add.py", title="Add", icon=":material/add_photo_alternate:"),
        st.Page("pages/people.py", title="People", icon=":material/group:"),
        st.Page("pages/settings.py", title="Settings", icon=":material/tune:"),
        st.Page("pages/photo.py", title="Photo", visibility="hidden"),
        st.Page("pages/person.py", title="Person", visibility="hidden"),
    ],
    position="top",
).run()
