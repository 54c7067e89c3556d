"""Files appear whole or not at all."""

from __future__ import annotations

import io
import os

import pytest

from nlp.errors import TooLarge
from nlp.files import read_all, spooled, writing


def names(folder):
    return [path.name for path in folder.iterdir()]


def write_half(path, failure):
    with writing(path) as stream:
        stream.write(b"half")
        raise failure


def test_a_file_is_there_when_the_block_ends(tmp_path):
    path = tmp_path / "out.json"
    with writing(path) as stream:
        stream.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["out.json"]


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_what_was_there(tmp_path, failure):
    path = tmp_path / "out.json"
    path.write_bytes(b"old")
    with pytest.raises(failure):
        write_half(path, failure)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["out.json"]


def test_mode_and_symbolic_link_stay(tmp_path):
    path, link = tmp_path / "out.json", tmp_path / "link"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link.symlink_to(path)
    with writing(link) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_new_file_has_the_mode_that_the_user_set(tmp_path):
    before = os.umask(0o027)
    try:
        with writing(tmp_path / "out.json") as stream:
            stream.write(b"new")
    finally:
        os.umask(before)
    assert (tmp_path / "out.json").stat().st_mode & 0o777 == 0o640


def test_the_longest_name_can_be_written(tmp_path):
    path = tmp_path / ("n" * 250 + ".json")
    with writing(path) as stream:
        stream.write(b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("name", ["out.json", "link"])
def test_a_read_only_file_is_refused_before_anything_is_written(tmp_path, name):
    (tmp_path / "out.json").write_bytes(b"old")
    (tmp_path / "out.json").chmod(0o444)
    (tmp_path / "link").symlink_to("out.json")
    with pytest.raises(PermissionError, match="it is read-only"), writing(tmp_path / name):
        pytest.fail("it was given out")
    assert (tmp_path / "out.json").read_bytes() == b"old"


def test_devices_are_written_to(tmp_path):
    with writing(tmp_path.joinpath("/dev/null")) as stream:
        stream.write(b"new")


def test_a_missing_folder_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError), writing(tmp_path / "no" / "out.json"):
        pass


def test_a_spooled_stream_is_a_file_for_a_while():
    with spooled(io.BytesIO(b"%PDF"), limit=4, source="stdin") as path:
        assert path.read_bytes() == b"%PDF"
    assert not path.exists()


def test_a_stream_over_the_limit_is_not_read_to_its_end():
    with pytest.raises(TooLarge, match="stdin: Too large: more than 3 bytes"):
        read_all(io.BytesIO(b"12345"), limit=3, source="stdin")
    with pytest.raises(TooLarge), spooled(io.BytesIO(b"12345"), limit=3, source="stdin"):
        pytest.fail("it was given out")
