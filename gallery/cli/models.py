"""`models list | pull | verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallery.cli.options import JsonOption, LibraryOption, settings_with
from gallery.cli.output import download_line, megabytes, print_json, remark, say, table

if TYPE_CHECKING:
    from gallery.config import Settings
    from gallery.models.cards import ModelCard

app = typer.Typer(help="The networks: what they are, and their files.", no_args_is_help=True)


@app.command("list")
def list_models(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List every model with licence, size, state and what was measured."""
    from gallery.models import registry

    settings = settings_with(library)
    documents = [card_document(card, settings) for card in registry.cards()]
    if as_json:
        print_json(documents)
        return
    rows = [
        (d["name"], d["task"], d["state"], megabytes(d["size"]), d["runtime"], d["licence"])
        for d in documents
    ]
    table(rows, ("NAME", "TASK", "STATE", "SIZE", "RUNTIME", "LICENCE"))
    remark(f"Files lie in {settings.weights}")


@app.command("pull")
def pull(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Default: the default models.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every model whose hash is known.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch models; a file is accepted only with the right SHA-256."""
    from gallery.models import loading, registry, weights

    settings = settings_with(library)
    if everything:
        cards = [card for card in registry.cards() if card.sha256]
    elif names:
        cards = [registry.find_card(name) for name in names]
    else:
        cards = loading.default_cards(settings)
    for card in cards:
        if card.file is None:
            remark(f"{card.title}: {card.measured}; needs: pip install {card.needs}")
            continue
        with download_line(card.title) as on_bytes:
            path = weights.ensure(card, settings, on_bytes)
        if not as_json:
            say(f"{card.name}: {path}")
    if as_json:
        print_json([card_document(card, settings) for card in cards])


@app.command("verify")
def verify(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Check the SHA-256 of every model file that is here."""
    from gallery.models import registry, weights
    from gallery.models.weights import FileState

    settings = settings_with(library)
    found = {
        card: weights.state(card, settings, check_hash=True)
        for card in registry.cards()
        if card.file and weights.weights_path(card, settings).is_file()
    }
    corrupt = [card for card, state in found.items() if state is FileState.CORRUPT]
    if as_json:
        print_json([{"name": card.name, "state": str(state)} for card, state in found.items()])
    else:
        for card, state in found.items():
            say(f"{card.name}: {state}")
        if not found:
            say("No model files here yet. Fetch them with: gallery models pull")
    if corrupt:
        names = " ".join(card.name for card in corrupt)
        remark(f"gallery: fetch them again with: gallery models pull {names}")
        raise typer.Exit(1)


def card_document(card: ModelCard, settings: Settings) -> dict[str, Any]:
    """The JSON of a model."""
    from gallery.models import weights
    from gallery.models.session import available_runtime

    ours = ("detector", "embedder", "tagger")
    own = card.deepface is None and card.task in ours
    runtime = available_runtime(settings) if own and card.name != "yunet" else "opencv"
    if card.name == "dlib":
        runtime = "dlib"
    elif card.deepface:
        runtime = f"deepface ({settings.deepface_engine})"
    elif card.task not in ours:
        runtime = ""
    return {
        **weights.describe_card(card, settings),
        "state": str(weights.state(card, settings)),
        "runtime": runtime,
        "precision": settings.precision,
    }
