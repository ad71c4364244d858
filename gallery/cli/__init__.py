"""The `gallery` command: the only place in the package that prints or exits."""

from __future__ import annotations

import sys


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
    except KeyboardInterrupt:
        report_error("Stopped. Run the same command again to go on.", as_json=False)
        sys.exit(130)
