"""The ingest benchmark's document as a header and tables, for people."""

from __future__ import annotations

from typing import Any

import machine
from made_photos import HEIGHT, WIDTH

HOW_TO_INSTALL = {
    "face_recognition": 'pip install face_recognition "setuptools<81" '
    "(it builds dlib, which needs a C++ compiler and CMake)",
    "deepface": "pip install -r requirements.txt",
}


def print_table(report: dict[str, Any]) -> None:
    """The header and the tables, for people."""
    settings = report["settings"]
    print(machine.as_text(report["machine"]))
    print(f"faces from {settings['lfw']}")
    print(
        f"{settings['photos']} photos of {WIDTH} x {HEIGHT}, {settings['megabytes']:.1f} MB each, "
        f"with {report['faces_placed']} faces; seed {settings['seed']}; "
        f"median of {settings['rounds']} rounds after a photo to warm up"
    )
    print(
        f"ours: {settings['detector']} at {settings['detect_side']} pixels, "
        f"{settings['embedder']}, on {settings['runtime']}; deepface: yunet, SFace\n"
    )
    row = "{:18}{:>10}{:>14}{:>16}{:>8}{:>11}"
    print(row.format("", "photos/s", "x deepface", "faces found", "others", "peak MB"))
    for name, one in report["contestants"].items():
        ratio = one["ratio_to_deepface"]
        print(
            row.format(
                name,
                f"{one['photos_per_second']:.2f}",
                "-" if ratio is None else f"{ratio:.2f}",
                f"{one['faces_found']} of {report['faces_placed']}",
                one["others_found"],
                f"{one['peak_memory_mb']:.0f}",
            )
        )
    placed = report["placed_by_size"]
    print("\nfaces found, by pixels across:")
    print(f"{'':18}" + "".join(f"{band:>16}" for band in placed))
    for name, one in report["contestants"].items():
        shares = (f"{one['found_by_size'][band]} of {count}" for band, count in placed.items())
        print(f"{name:18}" + "".join(f"{share:>16}" for share in shares))
    for name in report["not_installed"]:
        print(f"{name} is not installed: {HOW_TO_INSTALL[name]}")
    _print_stages({n: one["stages_ms_per_photo"] for n, one in report["contestants"].items()})


def _print_stages(by_name: dict[str, dict[str, float] | None]) -> None:
    known = {name: stages for name, stages in by_name.items() if stages}
    if not known:
        return
    print("\nmilliseconds a photo, photos one at a time (a run overlaps them):")
    print(f"{'':24}" + "".join(f"{name:>11}" for name in known))
    for stage in next(iter(known.values())):
        print(f"{stage:24}" + "".join(f"{stages[stage]:>11.1f}" for stages in known.values()))
