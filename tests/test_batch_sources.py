"""From words to inputs: files, folders, globs, lists and URLs; nothing is left out in silence."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections import Counter
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from nlp.batch import Source, find, words_of
from nlp.errors import TooLarge, Unsupported
from nlp.settings import Limits


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def url():
    """A place of its own in memory."""
    place = f"memory://{uuid.uuid4().hex}"
    yield place
    if MemoryFileSystem().exists(place):
        MemoryFileSystem().rm(place, recursive=True)


def make(*names):
    for name in names:
        path = Path(os.fsdecode(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.fsencode(name))


def labels(*words):
    return [source.label for source in find(map(str, words)).sources]


def trouble(word):
    (source,) = find([word]).sources
    return source.trouble


def test_a_folder_gives_all_documents_below_it_in_order(here):
    make("in/b.pdf", "in/deep/er/a.PDF", "in/a.txt", "in/C.Txt", "in/e.pdf.bak", "in/readme", "in/x.JSON")
    found = find(["in"])
    assert [source.label for source in found.sources] == [
        "in/C.Txt",
        "in/a.txt",
        "in/b.pdf",
        "in/deep/er/a.PDF",
    ]
    assert [source.bytes for source in found.sources] == [len(source.label) for source in found.sources]
    assert found.passed_over == {".bak": 1, "(no ending)": 1, ".json": 1}
    assert all(os.path.isabs(source.place) and source.trouble is None for source in found.sources)  # noqa: PTH117


@pytest.mark.parametrize("word", ["in", "in/", "./in", "../{}/in", "{}"])
def test_a_label_has_the_folder_that_was_named_and_none_above(here, word):
    make("in/x/a.pdf", "in/b.pdf")
    found = labels(word.format(here if word == "{}" else here.name))
    top = f"{here.name}/" if word == "{}" else ""
    assert found == [f"{top}in/b.pdf", f"{top}in/x/a.pdf"]


def test_the_current_folder_is_told_by_its_name(here):
    make("a.pdf")
    assert (
        labels(".") == labels("a.pdf") == labels(here / "a.pdf") == labels("*.pdf") == [f"{here.name}/a.pdf"]
    )


def test_what_is_hidden_or_a_systems_own_is_passed_over(here):
    make("in/a.pdf", "in/.b.pdf", "in/._a.pdf", "in/.git/c.pdf", "in/__MACOSX/d.pdf", "in/.pdf")
    found = find(["in"])
    assert [source.label for source in found.sources] == ["in/a.pdf"]
    assert found.passed_over == {"(hidden)": 3}
    assert labels("in/.b.pdf", "in/.git") == [".git/c.pdf", "in/.b.pdf"]


def test_a_hidden_archive_is_passed_over_as_other_hidden_files(here):
    make("in/a.pdf", "in/._papers.zip")
    found = find(["in"])
    assert [source.label for source in found.sources] == ["in/a.pdf"]
    assert found.passed_over == {"(hidden)": 1}


def test_links_to_files_are_read_and_links_to_folders_not_followed(here):
    make("in/a.pdf", "else/b.pdf")
    Path("in/around").symlink_to(here / "in")
    Path("in/else").symlink_to(here / "else")
    Path("in/link.pdf").symlink_to(here / "else/b.pdf")
    Path("way").symlink_to(here / "in")
    assert labels("in") == ["in/a.pdf", "in/link.pdf"]
    assert labels("way") == ["way/a.pdf", "way/link.pdf"]


@pytest.mark.parametrize("target", ["none.pdf", "link.pdf"])
def test_a_link_in_a_folder_that_leads_nowhere_is_an_input_that_fails(here, target):
    make("in/a.pdf")
    Path("in/link.pdf").symlink_to(target)
    assert labels("in") == ["in/a.pdf", "in/link.pdf"]


def test_a_folder_that_cannot_be_listed_is_an_input_that_fails(here, monkeypatch):
    make("in/a.pdf", "in/closed/b.pdf")
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = find(["in"]).sources
    assert [source.label for source in found] == ["in/a.pdf", "in/closed"]
    assert "Permission denied" in str(found[1].trouble)


def test_globs_mean_files_at_any_depth(here):
    make("in/a.pdf", "in/x/b.pdf", "in/x/y/c.pdf", "in/x/d.doc", "in/x/.e.pdf")
    assert labels("in/**/*.pdf") == labels(here / "in/**/*.pdf") == ["in/a.pdf", "x/b.pdf", "y/c.pdf"]
    assert labels("in/?/*.pdf") == labels("in/*/[a-b].pdf") == ["x/b.pdf"]
    found = find(["in/**"])
    assert len(found.sources) == 3
    assert found.passed_over == {".doc": 1}


def test_a_glob_that_means_folders_gives_what_is_in_them(here):
    make("2024/a.pdf", "2025/b.pdf")
    assert labels("202?") == ["2024/a.pdf", "2025/b.pdf"]


def test_names_with_brackets_that_are_there_are_no_globs(here):
    make("in [draft]/a [1].pdf", "in [draft]/a*.pdf", "in [draft]/a1.pdf")
    assert labels("in [draft]/a [1].pdf") == ["in [draft]/a [1].pdf"]
    assert labels("in [draft]/a*.pdf") == ["in [draft]/a*.pdf"]
    assert len(labels("in [draft]")) == 3


def test_a_word_that_leads_nowhere_is_an_input_that_fails(here):
    make("empty/readme")
    assert "there is no such file" in str(trouble("none.pdf"))
    assert "no file matches it" in str(trouble("none*.pdf"))
    assert "there is no such file" in str(trouble("a\0b"))
    with pytest.raises(Unsupported, match="no such file"):
        find(["none.pdf"]).sources[0].sha256(Limits())
    with pytest.raises(Unsupported, match="no such file"), find(["none.pdf"]).sources[0].opened(Limits()):
        pytest.fail("it was given out")
    assert find([]).sources == find(["empty"]).sources == []


@pytest.mark.parametrize("word", ["x" * 5_000, pytest.param("nosuch://host/a")])
def test_a_word_that_cannot_be_looked_up_does_not_stop_the_others(here, word):
    make("in/a.pdf")
    assert len(find(["in", word]).sources) == 2


def test_a_file_named_twice_is_one_input(here):
    make("in/a.pdf", "in/b.pdf")
    assert labels("in/a.pdf", here / "in/a.pdf", "in", "in/*.pdf", "in/") == ["in/a.pdf", "in/b.pdf"]


def test_a_file_passed_over_twice_is_counted_once(here):
    make("in/a.doc")
    assert find(["in", "in/"]).passed_over == {".doc": 1}


def test_a_file_that_was_asked_for_is_an_input_whatever_its_ending(here):
    make("in/a.doc", "in/rows.jsonl", "in/none", "in/a.TXT", "in/b.Pdf")
    kinds = {}
    for name in ("a.doc", "rows.jsonl", "none", "a.TXT", "b.Pdf"):
        (source,) = find([f"in/{name}"]).sources
        try:
            kinds[name] = source.kind
        except Unsupported as error:
            kinds[name] = error.detail
    assert kinds["a.TXT"] == "text"
    assert kinds["b.Pdf"] == "pdf"
    assert kinds["rows.jsonl"] == "rows are no document"
    assert "the ending '.doc'" in kinds["a.doc"]
    assert "no ending" in kinds["none"]


def test_names_that_are_not_utf_8_can_be_told(here):
    make(b"in/\xff.pdf", b"in/\xe9t\xe9.txt")
    found = find(["in"]).sources
    assert [source.label for source in found] == ["in/\ufffd.pdf", "in/\ufffdt\ufffd.txt"]
    assert [source.name for source in found] == ["\ufffd.pdf", "\ufffdt\ufffd.txt"]
    assert found[0].sha256(Limits()) == (hashlib.sha256(b"in/\xff.pdf").hexdigest(), 8)
    make("in/\u202etxt.pdf")
    assert "\u202e" not in "".join(labels("in"))


def test_endings_that_are_not_utf_8_can_be_told(here):
    make(b"in/a.\xff", "in/b.\x1b[2J")
    assert all(ending.isprintable() for ending in find(["in"]).passed_over)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", []),
        (b"a.pdf\nb c.pdf\r\n\r\n  \n\xc3\xa9.pdf", ["a.pdf", "b c.pdf", "é.pdf"]),
        (b"a\nb.pdf\0 c.pdf\0\0", ["a\nb.pdf", " c.pdf"]),
        (b"\xff.pdf\n", ["\udcff.pdf"]),
        pytest.param(
            b"a.pdf\n\0",
            ["a.pdf\n"],
        ),
    ],
)
def test_a_list_is_parted_at_nul_bytes_or_else_at_lines(data, words):
    assert words_of(data) == words


def test_a_local_file_is_read_where_it_is_and_its_size_is_limited(here):
    make("in/a.pdf")
    (source,) = find(["in/a.pdf"]).sources
    with source.opened(Limits()) as path:
        assert path == here / "in/a.pdf"
    assert path.exists()
    assert source.sha256(Limits(file_bytes=8)) == (hashlib.sha256(b"in/a.pdf").hexdigest(), 8)
    with pytest.raises(TooLarge, match="more than 7 bytes"):
        source.sha256(Limits(file_bytes=7))


def put(url, *names):
    for name in names:
        MemoryFileSystem().pipe_file(f"{url}/{name}", name.encode())


def told(url, found):
    return [source.label.partition(url.removeprefix("memory://"))[2] for source in found.sources]


def test_urls_lead_to_files_folders_and_globs(url):
    put(url, "a.pdf", "deep/b.TXT", "deep/c.doc", "deep/.d.pdf")
    found = find([url])
    assert told(url, found) == ["/a.pdf", "/deep/b.TXT"]
    assert found.passed_over == Counter({".doc": 1, "(hidden)": 1})
    assert told(url, find([f"{url}/a.pdf", f"{url}/*.pdf", url])) == ["/a.pdf", "/deep/b.TXT"]
    assert told(url, find([f"{url}/**/*.TXT"])) == ["/deep/b.TXT"]
    assert [source.kind for source in found.sources] == ["pdf", "text"]
    assert [source.bytes for source in found.sources] == [5, 10]
    assert "there is nothing at this place" in str(trouble(f"{url}/none"))


def test_a_url_gives_a_copy_that_is_gone_afterwards(url):
    put(url, "a.pdf")
    (source,) = find([f"{url}/a.pdf"]).sources
    with source.opened(Limits()) as path:
        assert path.read_bytes() == b"a.pdf"
    assert not path.exists()
    assert source.sha256(Limits()) == (hashlib.sha256(b"a.pdf").hexdigest(), 5)
    with pytest.raises(TooLarge, match="more than 4 bytes"), source.opened(Limits(file_bytes=4)):
        pytest.fail("it was given out")
    MemoryFileSystem().rm_file(f"{url}/a.pdf")
    with pytest.raises(FileNotFoundError):
        source.sha256(Limits())


def test_a_fault_of_ours_while_a_copy_is_used_stays_what_it_is(url):
    put(url, "a.pdf")
    with pytest.raises(RuntimeError), Source(f"{url}/a.pdf", "a.pdf").opened(Limits()):
        raise RuntimeError("a fault of ours")


def test_hidden_folders_of_a_url_are_passed_over_as_those_of_a_disk(url):
    put(url, "a.pdf", ".git/b.pdf", "__MACOSX/c.pdf")
    assert told(url, find([url])) == ["/a.pdf"]


def test_a_url_of_a_file_is_an_input_whatever_its_ending(url):
    put(url, "a.doc")
    assert told(url, find([f"{url}/a.doc"])) == ["/a.doc"]
