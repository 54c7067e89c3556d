"""The house rules, read from the code: layers, one room for each library, small modules, no leaks."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nlp

PACKAGE = Path(nlp.__file__).parent
ROOT = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))

#: A room may import from the rooms of lower layers, and from itself.
LAYERS = (
    {"nlp", "errors", "document", "display"},
    {"settings", "taxonomy", "files", "language"},
    {"knowledge", "schema", "storage"},
    {"pdf", "entities", "classifier", "corpus", "inputs", "runs"},
    {"pipeline", "evaluation"},
    {"training"},
    {"summary", "batch", "report", "service", "exchange"},
    {"cli"},
)
LAYER = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}

#: A third-party library may be imported in these rooms only.
ROOMS = {
    "click": {"cli"},
    "distributed": {"batch"},
    "filelock": {"storage"},
    "fsspec": {"storage"},
    "joblib": {"classifier", "training", "evaluation", "batch"},
    "lingua": {"language"},
    "matplotlib": {"evaluation"},
    "numpy": {"classifier", "training", "evaluation"},
    "onnxruntime": {"classifier"},
    "pdfminer": {"pdf"},
    "pdfplumber": {"pdf"},
    "PIL": {"pdf"},
    "pyarrow": {"exchange"},
    "pypdfium2": {"pdf"},
    "rich": {"summary", "cli"},
    "scipy": {"classifier", "training", "evaluation"},
    "sklearn": {"classifier", "training", "evaluation"},
    "spacy": {"entities"},
    "tokenizers": {"classifier"},
}

#: Loaded by the work, never by saying what can be done.
HEAVY = sorted(ROOMS.keys() - {"click"})


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "nlp" if first == "__init__" else first


def imports_of(path: Path) -> set[str]:
    """Dotted names that a module imports, at the top or within a function."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write `from nlp.x import y`, not a relative import"
            names |= {f"nlp.{alias.name}" for alias in node.names} if node.module == "nlp" else {node.module}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_imports_from_lower_layers_only(path):
    room = room_of(path)
    assert room in LAYER, f"{room} has no layer yet: say in tests/test_house.py where it stands"
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] == "nlp" and parts[-1] != "__version__":
            other = parts[1] if len(parts) > 1 else "nlp"
            assert other == room or LAYER[other] < LAYER[room], f"{room} may not import {other}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_library_lives_in_one_room(path):
    for name in imports_of(path):
        library = name.split(".")[0]
        if library not in sys.stdlib_module_names and library != "nlp":
            assert library in ROOMS, f"{library} has no room yet: say in tests/test_house.py where it lives"
            assert room_of(path) in ROOMS[library], f"{library} is for {', '.join(ROOMS[library])} only"


def test_the_list_of_libraries_names_nothing_that_is_gone():
    used = {name.split(".")[0] for path in MODULES for name in imports_of(path)}
    # Pillow comes with pdfplumber; it is listed so that the command line never loads it.
    assert ROOMS.keys() - {"PIL"} <= used
    assert set().union(*ROOMS.values()) <= {room_of(path) for path in MODULES}


#: The modules of the classifier that only training needs.
FOR_TRAINING = {"calibration", "estimator"}


def test_what_tagging_needs_of_the_classifier_imports_no_training_library():
    for path in (PACKAGE / "classifier").glob("*.py"):
        if path.stem not in FOR_TRAINING:
            names = imports_of(path)
            assert not {name.split(".")[0] for name in names} & {"sklearn", "scipy", "joblib"}, path
            assert not {name for name in names if name.split(".")[-1] in FOR_TRAINING}, path


def test_a_module_is_small_enough_to_read():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    long = {path.relative_to(ROOT).as_posix(): n for path, n in lengths.items() if n > 400}
    assert not long, f"split them: {long}"


def test_every_module_says_what_it_owns():
    bare = [
        path.name for path in MODULES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not bare


def test_importing_the_command_line_loads_nothing_heavy():
    code = f"import sys, nlp.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_is_pickled():
    for path in MODULES:
        assert not imports_of(path) & {"pickle", "cloudpickle", "dill", "marshal", "shelve"}, path
        assert not re.search(r"allow_pickle\s*=\s*True", path.read_text(encoding="utf-8")), path


def test_no_connection_leaves_this_machine():
    import socket

    with socket.socket() as connection, pytest.raises(PermissionError, match="do not leave this machine"):
        connection.connect(("192.0.2.1", 80))
    with pytest.raises(PermissionError, match="do not leave this machine"):
        socket.getaddrinfo("example.org", 80)
    code = "import socket; socket.create_connection(('192.0.2.1', 80))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "do not leave this machine" in done.stderr


def test_loopback_is_left_open():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


def test_locks_name_no_place():
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert not re.search(r"://|--index|--find-links|(?m:^/)| @ ", text), lock.name
        assert text.count("--hash=sha256:") > text.count("==")
