"""What this runs on: processor, cores, memory, versions of what does the work."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gallery import __version__

# By a short name the distributions that may bring a package; the first that is installed counts.
PACKAGES = {
    "streamlit": ("streamlit",),
    "deepface": ("deepface",),
    "openvino": ("openvino",),
    "onnxruntime": ("onnxruntime",),
    "opencv": (
        "opencv-contrib-python-headless",
        "opencv-contrib-python",
        "opencv-python-headless",
        "opencv-python",
    ),
    "faiss": ("faiss-cpu",),
    "scikit-learn": ("scikit-learn",),
    "hdbscan": ("hdbscan",),
    "numpy": ("numpy",),
    "pillow": ("pillow",),
}


def describe_machine() -> dict[str, Any]:
    """Processor, cores, memory, system, and versions by package; None for what is not there."""
    return {
        "cpu": cpu_model(),
        "cores": cores(),
        "memory_gb": memory_gb(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {"gallery": __version__, **versions()},
    }


def cpu_model() -> str:
    """The processor's name, as its maker writes it."""
    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        found = re.search(r"^model name\s*:\s*(.+)$", listing.read_text(), re.MULTILINE)
        if found:
            return found[1]
    return platform.processor() or platform.machine()


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory_gb() -> float | None:
    """Memory of the machine in gigabytes (10^9 bytes), or None where the system does not say."""
    try:
        return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1)
    except (AttributeError, ValueError, OSError):
        return None


def versions(packages: dict[str, tuple[str, ...]] | None = None) -> dict[str, str | None]:
    """Installed versions by a short name; None for what is not installed.

    Args:
        packages: distributions by short name; `PACKAGES` unless given.
    """
    wanted = PACKAGES if packages is None else packages
    return {name: _first_version(candidates) for name, candidates in wanted.items()}


def _first_version(candidates: tuple[str, ...]) -> str | None:
    for candidate in candidates:
        try:
            return version(candidate)
        except PackageNotFoundError:
            continue
    return None
