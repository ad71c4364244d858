"""What a benchmark ran on: processor, cores, memory used, versions of what did the work."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path
from typing import Any

from gallery.machine import PACKAGES, cores, cpu_model, versions

_NAMED = ("openvino", "onnxruntime", "opencv", "pillow", "deepface")
_PACKAGES = {name: PACKAGES[name] for name in _NAMED} | {"face_recognition": ("face_recognition",)}


def keep_to_cores(count: int) -> None:
    """Let this process, and all threads it will start, use only `count` cores.

    Raises:
        OSError: The system cannot do that, or there are fewer.
    """
    if not hasattr(os, "sched_setaffinity"):
        raise OSError(f"{platform.system()} cannot keep a program to some cores: omit --threads")
    allowed = sorted(os.sched_getaffinity(0))
    if count > len(allowed):
        raise OSError(f"--threads {count} is more than the {len(allowed)} cores there are")
    os.sched_setaffinity(0, allowed[:count])


def has_bf16() -> bool:
    """Whether OpenVINO computes in bf16 on this processor."""
    try:
        import openvino
    except ImportError:
        return False
    return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def peak_memory_mb() -> float:
    """The most memory this process has held at one time, in megabytes (10^6 bytes)."""
    # On Linux `getrusage` also counts what the parent held when it started this process.
    status = Path("/proc/self/status")
    if status.is_file():
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE)
        if found:
            return int(found[1]) * 1024 / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if platform.system() == "Darwin" else 1024) / 1e6


def describe(threads: int) -> dict[str, object]:
    """The machine as a document.

    Args:
        threads: cores each contestant may use.
    """
    return {
        "cpu": cpu_model(),
        "cores": cores(),
        "threads": threads,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": versions(_PACKAGES),
    }


def as_text(described: dict[str, Any]) -> str:
    """Two lines for people: the machine, and what was installed on it.

    Args:
        described: what `describe` gave.
    """
    installed = (f"{name} {found}" for name, found in described["versions"].items() if found)
    return (
        f"{described['cpu']}, {described['threads']} of {described['cores']} cores, "
        f"{described['system']}, Python {described['python']}\n{', '.join(installed)}"
    )
