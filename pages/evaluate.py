"""How sure "the same person" is: measured on the owner's people, and on pairs of known people."""

import streamlit as st

from gallery.ui import frame, grouping_lab, own_people, pair_lists, report_part

_PARTS = {
    "Your people": own_people.draw,
    "Grouping": grouping_lab.draw,
    "Pairs": pair_lists.draw,
    "Report": report_part.draw,
}


def draw(app: frame.App) -> None:
    """What was chosen to be measured."""
    frame.heading("Evaluate", "How sure is “the same person”? Measured where the truth is known.")
    part = st.segmented_control(
        "What to measure",
        list(_PARTS),
        default=next(iter(_PARTS)),
        required=True,
        label_visibility="collapsed",
        key="measured",
    )
    _PARTS[str(part)](app)


frame.run_page("Evaluate", draw)
