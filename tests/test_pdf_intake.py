"""What is refused before a child is started, and what it is called."""

from __future__ import annotations

import gzip
import os
import zipfile

import pytest

from nlp.errors import DocumentError, Empty, NotAPdf, TooLarge, Unsupported
from nlp.pdf import guard
from nlp.settings import MIB, Limits, ReadOptions


@pytest.fixture(autouse=True)
def no_child(monkeypatch):
    """Fail if a child is started after all."""
    monkeypatch.setattr(guard, "child_command", lambda: pytest.fail("a child was started"))


def refusal(path, options=ReadOptions()) -> DocumentError:  # noqa: B008 - frozen
    with pytest.raises(DocumentError) as caught:
        guard.start_reading(path, options)
    assert str(path.parent) not in str(caught.value)
    assert caught.value.input == path.name
    return caught.value


def test_empty_file(tmp_path):
    path = tmp_path / "empty.pdf"
    path.touch()
    assert isinstance(refusal(path), Empty)


def test_file_over_the_limit(tmp_path):
    path = tmp_path / "large.pdf"
    path.write_bytes(b"%PDF-1.4" + bytes(2 * MIB))
    error = refusal(path, ReadOptions(limits=Limits(file_bytes=MIB)))
    assert isinstance(error, TooLarge)
    assert error.detail == "the file has 2.0 MiB; 1.0 MiB are allowed"


def test_file_a_little_over_the_limit(tmp_path):
    path = tmp_path / "large.pdf"
    path.write_bytes(b"%PDF-1.4" + bytes(MIB))
    error = refusal(path, ReadOptions(limits=Limits(file_bytes=MIB)))
    assert error.detail == "the file has 1,048,584 bytes; 1,048,576 are allowed"


def test_what_is_no_regular_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "folder.pdf").mkdir()
    (tmp_path / "device.pdf").symlink_to("/dev/zero")
    (tmp_path / "dangling.pdf").symlink_to("nowhere")
    told = {path.name: refusal(path) for path in tmp_path.iterdir()}
    assert all(type(error) is Unsupported for error in told.values())
    assert {name: error.detail for name, error in told.items()} == {
        "pipe.pdf": "it is a named pipe",
        "folder.pdf": "it is a folder",
        "device.pdf": "it is a device",
        "dangling.pdf": "there is no such file",
    }


def test_name_with_nul_and_name_that_is_too_long(tmp_path):
    assert isinstance(refusal(tmp_path / "a\0b.pdf"), Unsupported)
    assert isinstance(refusal(tmp_path / ("x" * 5000)), Unsupported)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_file_that_may_not_be_read(tmp_path):
    path = tmp_path / "secret.pdf"
    path.write_bytes(b"%PDF-1.4")
    path.chmod(0)
    assert refusal(path).detail == "the file cannot be opened: Permission denied"


def archive(path, *names):
    with zipfile.ZipFile(path, "w") as file:
        for name in names:
            file.writestr(name, "x" * 5000)
    return path.read_bytes()


def test_likeness_of_what_is_no_pdf(tmp_path):
    made = tmp_path / "made.zip"
    cases = {
        "a ZIP archive": archive(made, "a.txt"),
        "a Word document (.docx)": archive(made, "[Content_Types].xml", "word/document.xml"),
        "an Excel workbook (.xlsx)": archive(made, "xl/workbook.xml"),
        "an e-book (EPUB)": b"PK\3\4" + bytes(26) + b"mimetypeapplication/epub+zip",
        "a web page (HTML)": b"\xef\xbb\xbf\n <!DOCTYPE html><html><body>404</body></html>",
        "an XML or HTML file": b"<?xml version='1.0'?><a/>",
        "an RTF document": rb"{\rtf1\ansi",
        "an old Office document (.doc, .xls) or a protected new one": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "a PNG image": b"\x89PNG\r\n\x1a\n",
        "a JPEG image": b"\xff\xd8\xff\xe0",
        "a gzip file": gzip.compress(b"%PDF-1.4"),
        "PostScript": b"%!PS-Adobe-3.0",
        "a file of zeros": bytes(5000),
        "plain text": ("é" * 600).encode()[1:][1:] + b"x" * 1000 + b"%PDF-1.4",
        "another binary format": bytes(range(256)) * 8,
    }
    for likeness, data in cases.items():
        path = tmp_path / "file.pdf"
        path.write_bytes(data)
        error = refusal(path)
        assert isinstance(error, NotAPdf)
        assert error.detail.endswith(f"it looks like {likeness}"), likeness


def test_header_may_stand_late(tmp_path):
    path = tmp_path / "late.pdf"
    path.write_bytes(b"x" * 1019 + b"%PDF-1.4")
    with pytest.raises(pytest.fail.Exception, match="started"):
        guard.start_reading(path)
