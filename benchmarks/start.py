"""How long commands and the app take to begin, and how much is installed.

    python benchmarks/start.py [--library FOLDER] [--rounds 5] [--json]

Commands are run as a person runs them, in a process each. The app is started, waited for, and
opened in Chromium where there is one; its memory is what the process holds after the first page.
In an empty library, as without `--library`, the sample album is added next, by its button, and its
text is read: the most memory until then is what a server needs.
Sizes are of the files that pip installed for `requirements.txt`, with all that they need.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from arguments import positive
from machine import cores, cpu_model
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
GOAL_IMPORT, GOAL_MEMORY_MB = 0.5, 1000
_WAIT = 120.0
# Whether the page Add is there whole, without the bar that says how much text is read.
_READ = """() =>
  document.querySelector("h1") &&
  document.querySelector('[data-testid="stApp"]').dataset.testScriptState === "notRunning" &&
  !document.querySelector(".st-key-reading-text")"""


def commands(library: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Medians of seconds, by the clock and of the processor, of some commands."""
    gallery = [sys.executable, "-m", "gallery"]
    timed = {
        "Python alone": [sys.executable, "-c", ""],
        "import gallery.cli": [sys.executable, "-c", "import gallery.cli.app"],
        "gallery --version": [*gallery, "--version"],
        "gallery people list": [*gallery, "people", "list", "--library", str(library)],
        "gallery search person:Ada": [*gallery, "search", "person:Ada", "--library", str(library)],
    }
    found = {}
    for name, command in timed.items():
        runs = [_run(command) for _ in range(rounds + 1)][1:]  # the first fills the disk's cache
        clock, processor = np.median(np.array(runs), axis=0).tolist()
        found[name] = {"seconds": clock, "processor_seconds": processor}
    return found


def _run(command: Sequence[str]) -> tuple[float, float]:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=False, capture_output=True, cwd=ROOT)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def app(library: Path) -> dict[str, float | None]:
    """Seconds until the server answers and until the first page is seen, and its memory."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.perf_counter()
    command = [sys.executable, "-m", "gallery", "serve", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--library", str(library)], cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        try:
            address = f"http://localhost:{port}"
            _wait_for(f"{address}/_stcore/health")
            answered = time.perf_counter() - started
            return {"answers_seconds": answered} | _visit(address, server.pid)
        finally:
            server.terminate()


def _wait_for(address: str) -> None:
    until = time.perf_counter() + _WAIT
    while time.perf_counter() < until:
        try:
            urllib.request.urlopen(address, timeout=1)
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"{address} did not answer in {_WAIT:.0f} s")


def _visit(address: str, process: int) -> dict[str, float | None]:
    """Seconds until the first page is seen, and megabytes; nothing without a browser."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {}
    if browser is None:
        return {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page()
        page.set_default_timeout(1000 * _WAIT)
        started = time.perf_counter()
        page.goto(address)
        page.get_by_test_id("stMain").locator("h1").first.wait_for()
        found: dict[str, float | None] = {
            "first_page_seconds": time.perf_counter() - started,
            "memory_mb": _memory_mb(process, "VmRSS"),
        }
        album = page.get_by_role("button", name=re.compile("sample album"))
        if album.count():
            album.first.click()
            page.locator(".tile img").first.wait_for()
            page.goto(f"{address}/add")
            page.wait_for_function(_READ)
            found["memory_most_mb"] = _memory_mb(process, "VmHWM")
            found["memory_album_mb"] = _memory_mb(process, "VmRSS")
        chromium.close()
    return found


def _memory_mb(process: int, line: str) -> float | None:
    """Memory of a process in megabytes, by its line in `/proc`; None where there is none."""
    status = Path(f"/proc/{process}/status")
    if not status.is_file():
        return None
    found = re.search(rf"^{line}:\s+(\d+) kB", status.read_text(), re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else None


def installed() -> dict[str, float]:
    """Megabytes of each package that `requirements.txt` brings, the largest first."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    waiting = [line for line in lines if line and not line.startswith("#")]
    sizes: dict[str, float] = {}
    while waiting:
        wanted = Requirement(waiting.pop())
        name = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if name in sizes or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        try:
            package = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        files = (Path(str(package.locate_file(file))) for file in package.files or [])
        sizes[name] = sum(file.stat().st_size for file in files if file.is_file()) / 1e6
        waiting.extend(package.requires or [])
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def print_table(document: dict[str, Any]) -> None:
    """The document as Markdown."""
    print(f"{document['cpu']}, {document['cores']} cores, load {document['load']:.1f}\n")
    print("| what | seconds | processor |\n|---|---|---|")
    for name, row in document["commands"].items():
        print(f"| `{name}` | {row['seconds']:.2f} | {row['processor_seconds']:.2f} |")
    shown = document["app"]
    print(f"| `gallery serve` answers | {shown['answers_seconds']:.1f} | |")
    if "first_page_seconds" in shown:
        print(f"| the first page in a browser | {shown['first_page_seconds']:.1f} | |")
    sizes = document["installed_mb"]
    largest = ", ".join(f"{name} {size:.0f}" for name, size in list(sizes.items())[:12])
    print(f"\nMemory of the app after the first page: {shown.get('memory_mb') or 0:.0f} MB")
    if "memory_most_mb" in shown:
        print(
            f"While the sample album came in and was read: {shown['memory_most_mb'] or 0:.0f} MB "
            f"at most; then {shown['memory_album_mb'] or 0:.0f} MB"
        )
    print(f"Installed: {sum(sizes.values()):.0f} MB in {len(sizes)} packages ({largest})")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--library", type=Path, help="default: a new, empty one")
    parser.add_argument("--rounds", type=positive, default=5)
    parser.add_argument("--json", action="store_true", help="a document on standard output")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        library = options.library or Path(folder) / "library"
        document = {
            "cpu": cpu_model(),
            "cores": cores(),
            "load": os.getloadavg()[0],
            "commands": commands(library, options.rounds),
            "app": app(library),
            "installed_mb": installed(),
        }
    if options.json:
        json.dump(document, sys.stdout, indent=1)
        print()
    else:
        print_table(document)
    return 0


if __name__ == "__main__":
    sys.exit(main())
