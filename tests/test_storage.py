"""Places that hold files: a folder of this machine and one that fsspec reaches, side by side."""

from __future__ import annotations

import errno
import pickle
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.registry import _registry

from nlp import storage
from nlp.errors import Unsupported
from nlp.storage import LocalFolder, Locked, RemoteFiles, RemoteFolder, is_url, local_path, open_folder, shown


class Failing(Exception):
    """What a library raises that is no OSError."""


def fail(*args, **kwargs):
    raise Failing("the bucket\n  is on fire")


@pytest.fixture
def url():
    """A place of its own in memory."""
    return f"memory://{uuid.uuid4().hex}"


@pytest.fixture(params=["local", "remote", "renaming"])
def folder(request, tmp_path, url, monkeypatch):
    """A folder of each kind; `renaming` is remote as SFTP is, where half a file would be seen."""
    if request.param == "renaming":
        monkeypatch.setattr(storage, "_SEEN_WHILE_WRITTEN", {"memory"})
    return open_folder(str(tmp_path / "run") if request.param == "local" else url)


def everything(folder):
    """All files at a place, by asking the place itself."""
    if isinstance(folder, LocalFolder):
        found = [path.relative_to(folder.path).as_posix() for path in folder.path.rglob("*")]
        return sorted(name for name in found if (folder.path / name).is_file())
    root = MemoryFileSystem._strip_protocol(folder.place)
    return sorted(name.removeprefix(f"{root}/") for name in MemoryFileSystem().find(root))


def test_what_is_written_is_read_and_named_and_removed(folder):
    assert open_folder(folder.place).place == folder.place
    folder.make()
    folder.make()
    assert folder.names("documents") == everything(folder) == []
    for name in ("documents/b.json", "documents/é 1.json", "documents/deep/c.json", "run.json"):
        folder.write(name, name.encode())
    assert folder.read("documents/é 1.json") == "documents/é 1.json".encode()
    assert folder.names("documents") == ["b.json", "é 1.json"]
    folder.write("run.json", b"", durable=False)
    assert folder.read("run.json") == b""
    folder.remove("run.json")
    folder.remove("documents/b.json")
    assert everything(folder) == ["documents/deep/c.json", "documents/é 1.json"]
    folder.remove("documents")
    assert everything(folder) == []


def test_what_is_not_there_is_told_or_passed_over(folder):
    folder.make()
    with pytest.raises(FileNotFoundError):
        folder.read("none.json")
    folder.remove("none.json")
    folder.remove("none")
    assert folder.names("none") == []


def test_a_failing_write_leaves_what_was_there(folder, monkeypatch):
    folder.write("documents/a.json", b"old")
    if isinstance(folder, LocalFolder):
        monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    else:
        monkeypatch.setattr(folder._system, "pipe_file", fail)
    for name in ("documents/a.json", "documents/new.json"):
        with pytest.raises(OSError, match=r"full|on fire"):
            folder.write(name, b"new")
    assert everything(folder) == ["documents/a.json"]
    monkeypatch.undo()
    assert folder.read("documents/a.json") == b"old"


def test_where_half_a_file_would_be_seen_it_comes_under_its_name_by_renaming(url, monkeypatch):
    monkeypatch.setattr(storage, "_SEEN_WHILE_WRITTEN", {"memory"})
    folder = RemoteFolder(url)
    sent, whole = [], folder._system.pipe_file

    def half(path, data):
        sent.append(whole(path, data[:1]) or path)
        raise KeyboardInterrupt

    monkeypatch.setattr(folder._system, "pipe_file", half)
    with pytest.raises(KeyboardInterrupt):
        folder.write("documents/a.json", b"new")
    assert everything(folder) == []
    assert sent[0].rpartition("/")[2].startswith(".wsis-")
    monkeypatch.setattr(folder._system, "pipe_file", whole)
    monkeypatch.setattr(folder._system, "mv", fail)
    with pytest.raises(OSError, match="on fire"):
        folder.write("documents/a.json", b"new")
    assert everything(folder) == []


def test_a_second_writer_is_told_who_is_the_first(folder):
    with folder.locked("process 7 on tuvalu"):
        for _ in range(2):
            with pytest.raises(Locked) as met, folder.locked("another"):
                pytest.fail("two held it")
            assert met.value.strerror == "process 7 on tuvalu"
    with folder.locked("another"):
        pass


def test_a_lock_is_freed_by_an_exception(folder):
    with pytest.raises(KeyboardInterrupt), folder.locked("first"):
        raise KeyboardInterrupt
    with folder.locked("second"):
        pass


def test_force_takes_a_remote_lock_and_its_first_holder_leaves_it_alone(url):
    folder = RemoteFolder(url)
    first = folder.locked("first")
    first.__enter__()
    with folder.locked("second", force=True):
        first.__exit__(None, None, None)
        assert folder.read(storage.LOCK).startswith(b"second ")
    assert everything(folder) == []


def test_force_does_not_take_a_local_lock_from_the_living(tmp_path):
    folder = LocalFolder(tmp_path)
    with folder.locked("first"), pytest.raises(Locked), folder.locked("2", force=True):
        pytest.fail("two held it")


def test_a_local_lock_is_freed_when_its_holder_is_killed(tmp_path):
    code = (
        "import sys, time; from nlp.storage import open_folder\n"
        "with open_folder(sys.argv[1]).locked('process 7'): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout.readline() == b"held\n"
        folder = LocalFolder(tmp_path)
        with pytest.raises(Locked, match="process 7"), folder.locked("second"):
            pytest.fail("two held it")
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
    with folder.locked("second"):
        pass


@pytest.mark.parametrize(
    ("place", "safe"),
    [
        ("ftp://user:secret@host/a@b", "ftp://host/a@b"),
        ("SFTP://user@host/a", "SFTP://host/a"),
        ("s3://bucket/a@b", "s3://bucket/a@b"),
        ("folder/user:secret@host", "folder/user:secret@host"),
        pytest.param(
            "ftp://user:se@cret@host/a",
            "ftp://host/a",
        ),
    ],
)
def test_a_place_is_shown_without_credentials(place, safe):
    assert shown(place) == safe


def test_paths_and_urls_are_told_apart():
    assert is_url("S3A://b")
    assert not any(map(is_url, ("a/b", "C:/a", "c://a", "://a", "")))
    assert local_path("a/b.pdf") == Path("a/b.pdf")
    assert local_path("FILE:///a/b.pdf") == local_path("local:///a/b.pdf") == Path("/a/b.pdf")
    assert local_path("s3://bucket/a") is None


def test_a_local_place_is_absolute_and_no_link_is_followed(tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    monkeypatch.chdir(tmp_path)
    assert open_folder("link/../link").place == str(tmp_path / "link")


@pytest.mark.parametrize("make", [open_folder, RemoteFiles.find])
def test_a_place_of_an_unknown_kind_is_refused_without_its_password(make):
    with pytest.raises(Unsupported, match="nosuch:// is no kind of place that is known") as met:
        make("nosuch://user:secret@host/a")
    assert met.value.input == "nosuch://host/a"


@pytest.mark.parametrize(
    ("place", "hint"),
    [("s3://b/a", "pip install 'wsis-tagger[s3]'."), ("gs://b/a", "Please install gcsfs")],
)
def test_a_missing_library_is_told_with_what_brings_it(place, hint, monkeypatch):
    def without(_):
        raise ImportError("Please install gcsfs")

    monkeypatch.setattr(fsspec.core, "url_to_fs", without)
    with pytest.raises(Unsupported, match="needs a library that is not installed") as met:
        open_folder(place)
    assert met.value.hint.startswith(hint)


def test_what_a_library_raises_becomes_an_os_error_with_its_words(url, monkeypatch):
    place = url.replace("memory://", "memory://user:secret@")
    folder = RemoteFolder(place)
    for method in ("cat_file", "pipe_file", "ls", "rm", "makedirs", "isfile", "open"):
        monkeypatch.setattr(folder._system, method, fail)
    calls = [
        folder.make,
        lambda: folder.read("a"),
        lambda: folder.write("a", b""),
        lambda: folder.remove("a"),
        lambda: folder.names("a"),
        lambda: folder.locked("me").__enter__(),
        lambda: RemoteFiles.find(place),
        lambda: RemoteFiles.open(place).__enter__(),
    ]
    for call in calls:
        with pytest.raises(OSError, match="Failing: the bucket is on fire") as met:
            call()
        assert met.value.errno == errno.EIO
        assert "secret" not in str(met.value)
        assert isinstance(met.value.__cause__, Failing)


def test_what_a_library_raises_on_connecting_becomes_an_os_error(url, monkeypatch):
    monkeypatch.setattr(fsspec.core, "url_to_fs", fail)
    with pytest.raises(OSError, match="on fire"):
        RemoteFolder(url)


def test_a_remote_folder_crosses_a_process_border_by_its_url(url):
    folder = RemoteFolder(url + "/")
    folder.write("a", b"1")
    other = pickle.loads(pickle.dumps(folder))  # noqa: S301 - our own bytes
    assert other.place == url
    assert other.read("a") == b"1"
    assert pickle.dumps(folder).find(b"memory.MemoryFileSystem") == -1


def test_remote_files_are_found_by_file_folder_and_glob(url):
    folder = RemoteFolder(url)
    for name in ("a.pdf", "b.txt", "deep/c.pdf"):
        folder.write(name, name.encode())

    def found(word):
        return {place.partition(url[9:])[2]: size for place, size in RemoteFiles.find(url + word)}

    assert found("/a.pdf") == {"/a.pdf": 5}
    assert found("") == found("/") == found("/**") == {"/a.pdf": 5, "/b.txt": 5, "/deep/c.pdf": 10}
    assert found("/*.pdf") == {"/a.pdf": 5}
    assert found("/**/*.pdf") == {"/a.pdf": 5, "/deep/c.pdf": 10}
    assert found("/none") == found("/none*") == {}
    with RemoteFiles.open(url + "/deep/c.pdf") as stream:
        assert stream.seek(5) == 5
        assert stream.read() == b"c.pdf"


def test_a_remote_file_whose_name_has_brackets_is_found(url):
    RemoteFolder(url).write("a [1].pdf", b"1")
    assert len(RemoteFiles.find(f"{url}/a [1].pdf")) == 1


def test_a_found_file_keeps_the_host_of_its_url(monkeypatch):
    class Hosted(MemoryFileSystem):
        """Paths have no host, as with SFTP: the connection knows it."""

        protocol = "hosted"

        @classmethod
        def _strip_protocol(cls, path):
            rest = path.removeprefix("hosted://")
            return MemoryFileSystem._strip_protocol(rest if rest == path else "/" + rest.partition("/")[2])

    monkeypatch.setitem(_registry, "hosted", Hosted)
    url = f"hosted://user@host/{uuid.uuid4().hex}.pdf"
    Hosted().pipe_file(Hosted._strip_protocol(url), b"1")
    assert RemoteFiles.find(url) == [(url, 1)]
