"""Places that hold files: a folder of this machine, or what fsspec reaches (`s3://bucket/runs`).

Owns how a file gets there whole or not at all, and who may write to a folder of results at a
time. A place is told by a word as people type it. All troubles come as `OSError` with a reason;
a place whose library is not installed as `Unsupported`.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from abc import ABC, abstractmethod
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from nlp.errors import Unsupported
from nlp.files import writing

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK = ".wsis/lock"

_URL = re.compile(r"([a-z][a-z0-9+.-]+)://(.*)", re.DOTALL | re.IGNORECASE)
#: Where a file stands under its name while it is being written, so that it is put there by renaming.
#: An object store shows an object when all of it has come.
_SEEN_WHILE_WRITTEN = {"ftp", "hdfs", "sftp", "smb", "ssh", "webhdfs"}
#: Where there are no folders, and making one would make a bucket.
_OBJECT_STORES = {"abfs", "abfss", "az", "gcs", "gs", "oci", "oss", "s3", "s3a"}
#: What object stores answer when an object that only one can make is there; not all say which condition.
_TAKEN = {"409", "412", "ConditionalRequestConflict", "PreconditionFailed"}
#: The libraries that fsspec asks for, and the extra of ours that brings them.
_EXTRAS = {"s3": "s3", "s3a": "s3"}


class Locked(OSError):
    """Somebody else is writing to the folder."""


def is_url(word: str) -> bool:
    """Whether a word names a place by its URL."""
    return _URL.match(word) is not None


def shown(place: str) -> str:
    """Return a place without the name and password that a URL may carry."""
    return re.sub(r"^([a-z][a-z0-9+.-]+://)[^/]*@", r"\1", place, flags=re.IGNORECASE)


def local_path(place: str) -> Path | None:
    """Return the path of a place on this machine, or None for a URL of another."""
    match = _URL.match(place)
    if match is None:
        return Path(place)
    return Path(match[2]) if match[1].lower() in ("file", "local") else None


class Folder(ABC):
    """A folder of files that are named by relative paths with `/`."""

    #: Whether the lock of a holder that died is free at once.
    frees_itself = False

    @property
    @abstractmethod
    def place(self) -> str:
        """The folder as another process can open it."""

    @abstractmethod
    def make(self) -> None:
        """Make the folder if it is missing."""

    @abstractmethod
    def read(self, name: str) -> bytes:
        """Return a file's bytes."""

    @abstractmethod
    def write(self, name: str, data: bytes, *, durable: bool = True) -> None:
        """Put a file there whole or not at all; a `durable` one survives a power cut."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove a file, or a folder with all that is in it; do nothing if there is none."""

    @abstractmethod
    def names(self, folder: str) -> list[str]:
        """Name the files right in a folder within this one; none if there is no such folder."""

    @abstractmethod
    def locked(self, holder: str, *, force: bool = False) -> Any:  # noqa: ANN401 - a context manager
        """Hold the folder for one writer while the block runs; `force` takes it from a dead one.

        Raises
        ------
        Locked
            When another holds it, with what it says of itself.
        """


def open_folder(place: str) -> Folder:
    """Give the folder that a path or URL names; nothing is read or made yet.

    Raises
    ------
    Unsupported
        For a kind of URL that is not known, or whose library is not installed.
    """
    path = local_path(place)
    return LocalFolder(path) if path is not None else RemoteFolder(place)


class LocalFolder(Folder):
    """A folder of this machine, or one that several machines share."""

    frees_itself = True

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.abspath(path))  # noqa: PTH100 - the path as named: no link is followed

    @property
    def place(self) -> str:
        """The absolute path."""
        return str(self.path)

    def make(self) -> None:
        """Make the folder with its parents."""
        self.path.mkdir(parents=True, exist_ok=True)

    def read(self, name: str) -> bytes:
        """Return a file's bytes."""
        return self._path(name).read_bytes()

    def write(self, name: str, data: bytes, *, durable: bool = True) -> None:
        """Write beside the final name, then rename."""
        target = self._path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        with writing(target, durable=durable) as stream:
            stream.write(data)

    def remove(self, name: str) -> None:
        """Remove a file or folder."""
        target = self._path(name)
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)

    def names(self, folder: str) -> list[str]:
        """Name the files."""
        try:
            entries = [entry.name for entry in os.scandir(self._path(folder)) if entry.is_file()]
        except FileNotFoundError:
            return []
        return sorted(os.fsencode(name).decode("utf-8", "surrogateescape") for name in entries)

    def _path(self, name: str) -> Path:
        # Names are UTF-8 on the disk, whatever the locale says of names.
        return self.path / os.fsdecode(name.encode("utf-8", "surrogateescape"))

    @contextmanager
    def locked(self, holder: str, *, force: bool = False) -> Iterator[None]:  # noqa: ARG002
        """Hold the system's own lock, which it frees when its holder dies: no force is needed."""
        from filelock import FileLock, Timeout

        path = self.path / LOCK
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise Locked(errno.EAGAIN, path.read_text("utf-8", "replace").strip()) from error
        try:
            path.write_text(holder, "utf-8")
            yield
        finally:
            path.write_text("", "utf-8")
            lock.release()


class RemoteFolder(Folder):
    """A folder that fsspec reaches."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        protocol = _protocol(url)
        self._rename = protocol in _SEEN_WHILE_WRITTEN
        self._has_folders = protocol not in _OBJECT_STORES
        _ = self._system

    def __reduce__(self) -> tuple[type[RemoteFolder], tuple[str]]:
        """Cross a process border as a URL: each process connects by itself."""
        return RemoteFolder, (self._url,)

    @property
    def place(self) -> str:
        """The URL."""
        return self._url

    @cached_property
    def _system(self) -> Any:  # noqa: ANN401 - the library has no types
        return _connect(self._url)

    def _path(self, name: str) -> str:
        return f"{self._system._strip_protocol(self._url)}/{name}"  # noqa: SLF001 - as fsspec's own users do

    def make(self) -> None:
        """Make the folder where such a thing exists."""
        with _told(self._url):
            self._make_folder(self._path("").rstrip("/"))

    def _make_folder(self, path: str) -> None:
        if self._has_folders:
            self._system.makedirs(path, exist_ok=True)

    def read(self, name: str) -> bytes:
        """Return a file's bytes."""
        with _told(self._url):
            data: bytes = self._system.cat_file(self._path(name))
            return data

    def write(self, name: str, data: bytes, *, durable: bool = True) -> None:  # noqa: ARG002
        """Send all of it at once; under another name first where half a file would be seen."""
        path = self._path(name)
        with _told(self._url):
            self._make_folder(path.rpartition("/")[0])
            if not self._rename:
                self._system.pipe_file(path, data)
                return
            temporary = f"{path.rpartition('/')[0]}/.wsis-{secrets.token_hex(6)}.tmp"
            try:
                self._system.pipe_file(temporary, data)
                self._system.mv(temporary, path)
            except BaseException:
                with suppress(Exception):
                    self._system.rm_file(temporary)
                raise

    def remove(self, name: str) -> None:
        """Remove a file or folder."""
        with _told(self._url), suppress(FileNotFoundError):
            self._system.rm(self._path(name), recursive=True)

    def names(self, folder: str) -> list[str]:
        """Name the files."""
        with _told(self._url):
            self._system.invalidate_cache()
            try:
                entries = self._system.ls(self._path(folder), detail=True)
            except FileNotFoundError:
                return []
        files = (str(entry["name"]) for entry in entries if entry["type"] == "file")
        return sorted(name.rpartition("/")[2] for name in files)

    @contextmanager
    def locked(self, holder: str, *, force: bool = False) -> Iterator[None]:
        """Hold a file that only one can make.

        It stays when its holder dies, for nobody else can tell that: `force` takes it over.
        """
        path = self._path(LOCK)
        mine = f"{holder} {secrets.token_hex(6)}".encode()
        with _told(self._url):
            self._make_folder(path.rpartition("/")[0])
            try:
                self._system.pipe_file(path, mine, mode="overwrite" if force else "create")
            except OSError as error:
                if not _is_taken(error):
                    raise
                said = self._system.cat_file(path).decode("utf-8", "replace").rpartition(" ")[0]
                raise Locked(errno.EAGAIN, said) from error
        try:
            yield
        finally:
            # Only what is still ours: another may have taken it by force.
            with suppress(Exception):
                if self._system.cat_file(path) == mine:
                    self._system.rm_file(path)


class RemoteFiles:
    """Files to read, by URL."""

    @staticmethod
    def find(url: str) -> list[tuple[str, int]]:
        """Return the URLs and sizes of a file, of all files under a folder, or of those a glob means."""
        system = _connect(url)
        system.invalidate_cache()
        with _told(url):
            path = system._strip_protocol(url)  # noqa: SLF001
            if system.isfile(path):
                found = {path: system.info(path)}
            elif any(sign in path for sign in "*?[") and not system.isdir(path):
                found = system.glob(path, detail=True)
            else:
                found = system.find(path, detail=True)
        # What stands before the path, as typed: for SFTP and its like the path has no host.
        bare = url.rstrip("/")
        head = bare.removesuffix(path) if bare.endswith(path) else None
        return [
            (system.unstrip_protocol(name) if head is None else head + name, int(about.get("size") or 0))
            for name, about in sorted(found.items())
            if about["type"] == "file"
        ]

    @staticmethod
    @contextmanager
    def open(url: str) -> Iterator[BinaryIO]:
        """Open a file for reading; it can be sought in."""
        system = _connect(url)
        with _told(url), system.open(system._strip_protocol(url), "rb") as stream:  # noqa: SLF001
            yield stream


def _is_taken(error: OSError) -> bool:
    answer = getattr(error.__cause__, "response", None) or {}
    return isinstance(error, FileExistsError) or answer.get("Error", {}).get("Code") in _TAKEN


def _protocol(url: str) -> str:
    return url.partition("://")[0].lower()


def _connect(url: str) -> Any:  # noqa: ANN401 - the library has no types
    import fsspec

    protocol = _protocol(url)
    if protocol in _OBJECT_STORES and shown(url) != url:
        raise Unsupported(
            "credentials do not go into the URL of a bucket",
            input=shown(url),
            hint="Give them by the environment, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
        )
    try:
        fsspec.get_filesystem_class(protocol)
        with _told(url):
            system, _ = fsspec.core.url_to_fs(url)
    except ImportError as error:
        extra = _EXTRAS.get(protocol)
        hint = f"pip install 'wsis-tagger[{extra}]'." if extra else f"{error}."
        raise Unsupported(f"{protocol}:// needs a library that is not installed", hint=hint) from error
    except ValueError as error:
        raise Unsupported(f"{protocol}:// is no kind of place that is known", input=shown(url)) from error
    return system


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Turn what a remote place's library raises into an `OSError` with a reason."""
    from nlp.errors import WsisError

    try:
        yield
    except (OSError, WsisError, ImportError):
        raise
    except Exception as error:
        words = " ".join(str(error).replace(url, shown(url)).split())[:200]
        raise OSError(errno.EIO, f"{type(error).__name__}: {words}", shown(url)) from error
