"""An HTML report -> PDF, printed by a browser of this machine.

A browser is what draws the plots, so it is what prints them: any other way to a PDF would need a
second set of charts and of styles.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from gallery.errors import GalleryError

_NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "msedge",
)  # fmt: skip
_PLACES = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "win32": (
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
        r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
    ),
}
_SECONDS = 120


def find_browser() -> str | None:
    """A Chromium, Chrome or Edge of this machine, or None."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is not None:
        return found
    return next((path for path in _PLACES.get(sys.platform, ()) if Path(path).is_file()), None)


def print_pdf(html: str) -> bytes:
    """Print a self-contained page.

    Args:
        html: the page; nothing in it may come from elsewhere, and nothing is fetched.

    Raises:
        GalleryError: There is no browser here, or it fails.
    """
    browser = find_browser()
    if browser is None:
        raise GalleryError(
            "A PDF is printed by Chromium, Chrome or Edge, and none is installed here. Make an "
            "HTML report and print that from any browser."
        )
    # What a browser that hangs leaves open cannot be deleted everywhere.
    with tempfile.TemporaryDirectory(
        prefix="gallery-report-", ignore_cleanup_errors=True
    ) as folder:
        page, printed = Path(folder) / "report.html", Path(folder) / "report.pdf"
        page.write_text(html, encoding="utf-8")
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            # Root cannot have a sandbox; what is shown is ours alone.
            *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
            "--disable-background-networking",
            "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
            # The plots are drawn by a script first.
            "--virtual-time-budget=20000",
            f"--print-to-pdf={printed}",
            page.as_uri(),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603
            return printed.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise GalleryError(
                f"{Path(browser).name} could not print the report: {error}. Make an HTML report "
                "and print that."
            ) from error
