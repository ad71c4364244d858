"""Questions worth an answer, one at a time."""

import streamlit as st

from gallery.questions import Kind, Question
from gallery.store import photos, runs
from gallery.ui import frame, review_cards, words
from gallery.ui.components import review_card
from gallery.ui.naming import draw_undo
from gallery.ui.review_answers import Said
from gallery.ui.review_queue import ReviewQueue

_FILTER, _UNDO = "review-kind", "undo"


def draw(app: frame.App) -> None:
    """The question whose answer is worth most, or what to do where there is none."""
    if not photos.count(app.library):
        text = "Add photos first; the questions come with the people in them."
        draw_empty("Nothing to ask yet", text, "Add photos", "add")
        return
    if runs.current(app.library) is None:
        text = "Questions come up once the people in your photos are grouped."
        draw_empty("Nobody is grouped yet", text, "Add photos", "add")
        return
    queue = ReviewQueue.of_session()
    queue.follow(app.library, app.settings)
    if queue.questions:
        draw_asking(app, queue)
    else:
        draw_done(app, queue)


# Only this part is drawn again after an answer, so that the next question is there at once.
@st.fragment
def draw_asking(app: frame.App, queue: ReviewQueue) -> None:
    """How much is left, and the question."""
    with frame.guarded():
        queue.follow(app.library, app.settings)
        kind = Kind(st.session_state[_FILTER]) if st.session_state.get(_FILTER) else None
        question = queue.current(app.library, kind)
        if not queue.questions:
            st.rerun()
        with st.container(key="review-page"):
            frame.heading("Review", review_cards.left_in_words(queue.left()))
            draw_filter(queue)
            if question is not None:
                draw_question(app, queue, question, kind)
        if question is None:
            text = "There are questions of other kinds."
            with frame.empty("None of this kind is left", text, "done"):
                st.button("See all questions", type="primary", on_click=show_all)


def draw_question(
    app: frame.App, queue: ReviewQueue, question: Question, kind: Kind | None
) -> None:
    """The card; what is said to it."""

    def on_answer(turn: int, key: str, said: str, name: str) -> None:
        if turn != queue.turn:
            return  # The second of two clicks, said to a card that is gone.
        with frame.guarded(lambda text: setattr(queue, "problem", text)):
            if said == _UNDO:
                again = queue.undo(app.library)
                if again is not None and again.kind is not kind:
                    show_all()
            elif said in list(Said):
                queue.answer(app.library, key, Said(said), name)

    data = review_cards.page_data(app.library, queue, question, kind, app.pictures.url)
    opened = review_card("review", data, on_answer)
    if opened is not None:
        page, number = opened
        frame.go(page, **{page: number})


def draw_filter(queue: ReviewQueue) -> None:
    """Questions of one kind only."""
    st.segmented_control(
        "Kind of question",
        [kind.value for kind in Kind],
        format_func=lambda kind: review_cards.KINDS[Kind(kind)],
        key=_FILTER,
        label_visibility="collapsed",
        on_change=lambda: setattr(queue, "pending", None),
    )


def show_all() -> None:
    """Questions of all kinds again."""
    st.session_state[_FILTER] = None


def draw_done(app: frame.App, queue: ReviewQueue) -> None:
    """A good end, and what came of it."""
    text = "Everything that was worth asking is answered. New photos bring new questions."
    if queue.answered:
        answers = words.counted(queue.answered, "question")
        settled = words.counted(queue.settled, "face")
        text = f"You answered {answers}, which settled {settled}. New photos bring new questions."
    draw_undo(app)
    draw_empty("Nothing left to ask", text, "See your people", "people")


def draw_empty(title: str, text: str, label: str, page: str) -> None:
    """Why there is nothing to ask, and where to go."""
    icon = {"add": "quiz", "people": "check_circle"}[page]
    with frame.empty(title, text, icon):
        clicked = st.button(label, type="primary")
    if clicked:
        frame.go(page)


frame.run_page("Review", draw)
