"""Zip archives as inputs: members by name, nothing unpacked, each trouble with a code of its own."""

from __future__ import annotations

import hashlib
import io
import struct
import uuid
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from nlp.batch import find
from nlp.batch.work import look
from nlp.errors import Damaged, DocumentError, Encrypted, TooLarge, Unsupported
from nlp.settings import Limits


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder to work in."""
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def zipped(members, how=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", how) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def patched(data, local, central, value):
    """The archive with two bytes changed in every local header and every entry of the contents."""
    data = bytearray(data)
    for signature, offset in ((b"PK\3\4", local), (b"PK\1\2", central)):
        start = data.find(signature)
        while start >= 0:
            data[start + offset : start + offset + 2] = struct.pack("<H", value)
            start = data.find(signature, start + 1)
    return bytes(data)


def with_flag(data, flag):
    return patched(data, 6, 8, flag)


def found(data, word="in/a.zip"):
    Path("in/a.zip").write_bytes(data)
    return find([word])


def opened(source, limits=Limits()):  # noqa: B008 - it is frozen
    with source.opened(limits) as path:
        return path.read_bytes()


GOOD = zipped({"x.pdf": b"x" * 500, "y.txt": b"y" * 500})


@pytest.mark.parametrize("word", ["in/a.zip", "in", "in/*.zip", "in/../in/a.zip"])
def test_documents_of_an_archive_are_inputs(here, word):
    sources = found(zipped({"b.txt": b"b", "deep/er/a.PDF": b"aa"}), word).sources
    assert [source.label for source in sources] == ["in/a.zip/b.txt", "in/a.zip/deep/er/a.PDF"]
    assert [source.name for source in sources] == ["b.txt", "a.PDF"]
    assert [source.kind for source in sources] == ["text", "pdf"]
    assert [source.bytes for source in sources] == [1, 2]
    assert [opened(source) for source in sources] == [b"b", b"aa"]


def test_an_archive_is_known_by_its_ending_in_any_case(here):
    Path("in/B.ZIP").write_bytes(GOOD)
    assert len(find(["in"]).sources) == len(find(["in/B.ZIP"]).sources) == 2


def test_a_member_is_copied_and_the_copy_is_gone_afterwards(here):
    source = found(GOOD).sources[0]
    with source.opened(Limits()) as path:
        assert path.read_bytes() == b"x" * 500
        assert here not in path.parents
    assert not path.exists()
    with pytest.raises(RuntimeError, match="ours"), source.opened(Limits()) as path:
        raise RuntimeError("a fault of ours")
    assert not path.exists()
    assert source.sha256(Limits()) == (hashlib.sha256(b"x" * 500).hexdigest(), 500)
    assert [path.name for path in Path("in").iterdir()] == ["a.zip"]


def test_what_is_no_document_in_an_archive_is_counted(here):
    names = ("a.pdf", "b.doc", "C.DOC", "none", ".hidden.pdf", ".git/x.pdf", "__MACOSX/._a.pdf", "in.zip")
    made = found(zipped(dict.fromkeys((*names, "folder/"), b"")))
    assert [source.label for source in made.sources] == ["in/a.zip/a.pdf"]
    assert made.passed_over == {".doc": 2, "(no ending)": 1, "(hidden)": 3, ".zip": 1}


def test_a_member_whose_name_leads_out_of_the_archive_is_a_name_only(here):
    made = found(zipped({"../../x.pdf": b"1", "/etc/y.pdf": b"2", "C:\\z.pdf": b"3", "a/../w.pdf": b"4"}))
    assert sorted(opened(source) for source in made.sources) == [b"1", b"2", b"3", b"4"]
    assert {source.name for source in made.sources} == {"x.pdf", "y.pdf", "C:\\z.pdf", "w.pdf"}
    for source in made.sources:
        assert source.label.startswith("in/a.zip/")
        assert "/" not in source.name
    assert not (here.parent / "x.pdf").exists()


def test_no_label_has_an_absolute_path(here):
    Path("in/a.zip").write_bytes(GOOD)
    Path("in/b.zip").write_bytes(b"no archive")
    for word in (here, here / "in", here / "in/a.zip", here / "in/*.zip", here / "in/b.zip"):
        for source in find([str(word)]).sources:
            assert not source.label.startswith("/")
            assert str(here.parent) not in source.label


@pytest.mark.parametrize(
    "data", [b"", b"no archive", GOOD[:-30], GOOD[: len(GOOD) // 2], b"PK\5\6" + b"\xff" * 18]
)
def test_what_is_no_archive_is_one_input_that_fails(here, data):
    (source,) = found(data).sources
    assert source.label == "in/a.zip"
    assert isinstance(source.trouble, Damaged)
    assert "the zip archive cannot be opened" in str(source.trouble)
    assert look(source, Limits()) is source.trouble


def test_an_archive_that_cannot_be_read_is_one_input_that_fails(here, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    Path("in/a.zip").write_bytes(GOOD)
    monkeypatch.setattr(Path, "open", refuse)
    (source,) = find(["in"]).sources
    assert isinstance(source.trouble, Unsupported)
    assert "Permission denied" in str(source.trouble)


@pytest.mark.parametrize(
    ("spoil", "kind", "told"),
    [
        (lambda data: with_flag(data, 1), Encrypted, "the archive asks for a password"),
        (lambda data: patched(data, 8, 10, 77), Unsupported, "packs it in a way not known here"),
        (lambda data: with_flag(data, 0x20), Unsupported, "packs it in a way not known here"),
        (lambda data: patched(data, 14, 16, 0xDEAD), Damaged, "its place in the archive is spoilt: Bad CRC"),
        (lambda data: data.replace(b"x.pdf", b"q.pdf", 1), Damaged, "the archive does not give it"),
        (lambda data: data.replace(b"PK\3\4", b"PK\3\5", 1), Damaged, "the archive does not give it"),
    ],
)
def test_each_trouble_of_a_member_has_its_code(here, spoil, kind, told):
    source = found(spoil(GOOD)).sources[0]
    assert source.trouble is None
    assert type(look(source, Limits())) is kind
    with pytest.raises(kind, match=told):
        opened(source)


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_spoilt_member_fails_and_its_neighbour_does_not(here, how):
    data = bytearray(zipped({"x.pdf": bytes(range(256)) * 4, "y.txt": b"y" * 500}, how))
    data[60:64] = b"\xff\0\xff\0"
    first, second = found(bytes(data)).sources
    assert isinstance(look(first, Limits()), DocumentError)
    assert opened(second) == b"y" * 500


def test_a_spoilt_lzma_member_fails_alone(here):
    data = bytearray(zipped({"x.pdf": bytes(range(256)) * 4}, zipfile.ZIP_LZMA))
    data[60:64] = b"\xff\0\xff\0"
    assert isinstance(look(found(bytes(data)).sources[0], Limits()), Damaged)


def test_a_member_whose_name_is_spoilt_fails_alone(here):
    data = zipped({"é.pdf": b"x"}).replace("é".encode(), b"\xff\xfe", 1)
    assert isinstance(look(found(data).sources[0], Limits()), Damaged)


def is_dir_breaks():
    with suppress(IndexError):
        return zipfile.ZipInfo("").is_dir()
    return True


def test_a_member_without_a_name_does_not_stop_the_others(here):
    made = found(zipped({"\1.pdf": b"1", "y.txt": b"2"}).replace(b"\1.pdf", b"\0.pdf"))
    assert "in/a.zip/y.txt" in [source.label for source in made.sources]


def test_a_bomb_is_not_unpacked_beyond_the_limit(here):
    data = zipped({"bomb.pdf": bytes(20_000_000)})
    assert len(data) < 50_000
    (source,) = found(data).sources
    limits = Limits(file_bytes=1_000_000)
    with pytest.raises(TooLarge, match="more than 1,000,000 bytes"):
        opened(source, limits)
    assert isinstance(look(source, limits), TooLarge)


def test_a_bomb_that_lies_about_its_size_is_damaged_or_too_large(here):
    data = zipped({"bomb.pdf": bytes(20_000_000)})
    (source,) = found(data.replace(struct.pack("<I", 20_000_000), struct.pack("<I", 10))).sources
    assert source.bytes == 10
    assert isinstance(look(source, Limits(file_bytes=1_000_000)), (Damaged, TooLarge))


def two_of_a_name():
    return zipped({"x.pdf": b"first", "y.pdf": b"second"}).replace(b"y.pdf", b"x.pdf")


def test_of_two_members_with_one_name_one_is_read(here):
    sources = found(two_of_a_name()).sources
    assert opened(sources[0]) in (b"first", b"second")


def test_two_members_with_one_name_are_two_inputs(here):
    made = found(two_of_a_name())
    assert len(made.sources) + made.passed_over.total() == 2


def test_names_of_members_that_are_not_utf_8_can_be_told(here):
    sources = found(
        zipped({"a.pdf": b"1", "b\x1b[2J\u202e.pdf": b"2"}).replace(b"a.pdf", b"\xff.pdf")
    ).sources
    assert sorted(opened(source) for source in sources) == [b"1", b"2"]
    assert all(source.label.isprintable() and source.name.isprintable() for source in sources)


def test_an_archive_that_changed_since_is_told(here):
    first, second = found(GOOD).sources
    Path("in/a.zip").write_bytes(zipped({"x.pdf": b"new"}))
    assert opened(first) == b"new"
    with pytest.raises(Damaged, match="it is no longer in the archive"):
        opened(second)
    Path("in/a.zip").unlink()
    assert isinstance(look(first, Limits()), Unsupported)


def test_an_archive_behind_a_url_is_read_as_one_on_disk():
    url = f"memory://{uuid.uuid4().hex}"
    MemoryFileSystem().pipe_file(f"{url}/a.zip", GOOD)
    MemoryFileSystem().pipe_file(f"{url}/b.zip", b"no archive")
    try:
        first, second, third = find([url]).sources
        assert first.label.endswith("/a.zip/x.pdf")
        assert find([f"{url}/a.zip"]).sources == [first, second]
        assert opened(second) == b"y" * 500
        assert first.sha256(Limits()) == (hashlib.sha256(b"x" * 500).hexdigest(), 500)
        assert isinstance(third.trouble, Damaged)
        with second.opened(Limits()) as path:
            pass
        assert not path.exists()
    finally:
        MemoryFileSystem().rm(url, recursive=True)
