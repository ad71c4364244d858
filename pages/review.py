"""Questions worth an answer, one at a time."""

import streamlit as st

from gallery.questions import Kind, Question
from gallery.store import photos, runs
from gallery.ui import frame, review_cards
from gallery.ui.components import review_card
from gallery.ui.review_answers import Said
from gallery.ui.review_ends import draw_done, draw_empty, draw_none_of_kind
from gallery.ui.review_queue import ReviewQueue
from gallery.ui.review_work import Work

_FILTER, _UNDO = "review-kind", "undo"
_POLL_SECONDS = 2.0


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
    if queue.work is not None:
        draw_work(queue.work)
    elif not queue.questions and queue.problem:
        frame.show_error(queue.problem)
        st.button("Try again", icon=":material/refresh:", on_click=queue.try_again)
    elif not queue.questions:
        draw_done(app, queue)


@st.fragment(run_every=_POLL_SECONDS)
def draw_work(work: Work) -> None:
    """That more is to come; what is asked goes on meanwhile."""
    if not work.is_going_on:
        st.rerun()
    frame.note("Faces are being compared: more questions come in a while.")


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
            frame.heading("Review", review_cards.left_in_words(queue.left(), more=queue.more))
            draw_filter(queue)
            if question is not None:
                draw_question(app, queue, question, kind)
        if question is None:
            draw_none_of_kind(app, queue, show_all)


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


frame.run_page("Review", draw)
