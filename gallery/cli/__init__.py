"""The `gallery` command: the only place in the package that prints or exits."""

from __future__ import annotations

import sys

_STOPPED = "Stopped. Run the same command again to go on."
_INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit: 0 well, 1 an error with its message, 2 a wrong call."""
    from gallery.cli.app import app
    from gallery.cli.output import report_error, wants_json
    from gallery.errors import GalleryError

    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        app(args=arguments, prog_name="gallery")
    except GalleryError as error:
        report_error(str(error), as_json=wants_json(arguments))
        sys.exit(1)
    except OverflowError:
        report_error(
            "There is nothing with a number that long in this library.",
            as_json=wants_json(arguments),
        )
        sys.exit(1)
    except KeyboardInterrupt:
        report_error(_STOPPED, as_json=False)
        sys.exit(_INTERRUPTED)
    except SystemExit as stop:
        # Typer turns Ctrl-C during a command into this, without a word.
        if stop.code == _INTERRUPTED:
            report_error(_STOPPED, as_json=False)
        raise
