"""Named contents in and out of one directory: whole or not at all, with nothing else in it.

Arrays are packed without pickles and without clocks; what comes from disk is bounded in size.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nlp.errors import ModelInvalid

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

#: Largest file, packed or unpacked, that is read.
MAX_BYTES = 64 * 1024 * 1024


def read_directory(path: Path, names: AbstractSet[str]) -> dict[str, bytes]:
    """Read a directory that must hold plain files of these names and nothing else.

    Raises
    ------
    ModelInvalid
        A file is missing, unknown, a link or folder, too large or unreadable.
    """
    try:
        found = {entry.name: entry for entry in os.scandir(path)}
    except OSError as error:
        raise ModelInvalid(f"the model directory cannot be read: {error}", input=str(path)) from error
    for name in sorted(names ^ found.keys()):
        what = "is missing" if name in names else "does not belong there"
        raise ModelInvalid(f"{name!r} {what}", input=str(path))
    contents = {}
    for name, entry in sorted(found.items()):
        if not entry.is_file(follow_symlinks=False):
            raise ModelInvalid(f"{name!r} must be a plain file, not a link or folder", input=str(path))
        try:
            with Path(entry.path).open("rb") as stream:
                contents[name] = stream.read(MAX_BYTES + 1)
        except OSError as error:
            raise ModelInvalid(f"{name!r} cannot be read: {error}", input=str(path)) from error
        if len(contents[name]) > MAX_BYTES:
            raise ModelInvalid(f"{name!r} has more than {MAX_BYTES:,} bytes", input=str(path))
    return contents


def write_directory(path: Path, contents: dict[str, bytes]) -> None:
    """Put these files into a directory that stands under `path` only when all are on disk."""
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        for name, content in contents.items():
            with (temporary / name).open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        temporary.chmod(0o755)
        _sync(temporary)
        _put_in_place(temporary, path)
        _sync(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _put_in_place(temporary: Path, path: Path) -> None:
    if not path.exists():
        temporary.rename(path)
        return
    # A directory cannot be replaced in one step: the old one stays until the new one stands.
    old = Path(tempfile.mkdtemp(prefix=f".{path.name}-old-", dir=path.parent)) / path.name
    path.rename(old)
    try:
        temporary.rename(path)
    except BaseException:
        old.rename(path)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def unpack(content: bytes, name: str) -> dict[str, NDArray[Any]]:
    """Return the arrays of an `.npz`; one that holds Python objects is refused by numpy."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        # A small archive can be made to unpack to any size.
        if sum(info.file_size for info in archive.infolist()) > MAX_BYTES:
            raise ModelInvalid(f"{name} unpacks to more than {MAX_BYTES:,} bytes")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {key: arrays[key] for key in arrays.files}


def pack(arrays: dict[str, NDArray[Any]]) -> bytes:
    """Return an `.npz` of these arrays; the same arrays give the same bytes."""
    stream = io.BytesIO()
    # numpy gives each member the zip format's first day as its date: no clock gets in.
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    return stream.getvalue()


def dump(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return JSON in the one way that it is written in a model directory."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return text.encode() + b"\n"


def sha256(content: bytes) -> str:
    """Return the SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
