"""The documents tell the truth: commands, options, files and codes in them exist, and none is missing."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

import nlp
from nlp import errors
from nlp.cli import COMMANDS, cli
from nlp.document import Block
from nlp.entities import EntityTagger
from nlp.knowledge import load_knowledge, load_samples, read_own

ROOT = Path(nlp.__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def command(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def shell_lines(text: str) -> list[str]:
    blocks = re.findall(r"```(?:sh|bash)\n(.*?)```", text, re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def calls(lines) -> list[list[str]]:
    """Words of every call of `wsis` in shell lines, up to a pipe, a redirection or a comment."""
    found = []
    for line in lines:
        words = shlex.split(line, comments=True)
        for start, word in enumerate(words):
            if word == "wsis":
                rest = words[start + 1 :]
                stop = next((n for n, part in enumerate(rest) if re.match(r"[|<>&;]", part)), len(rest))
                found.append(rest[:stop])
    return found


def check_call(words: list[str]) -> None:
    if words[0].startswith("-"):
        known = {option for param in cli.params for option in param.opts} | {"-h", "--help"}
        assert set(words) <= known, words
        return
    assert words[0] in COMMANDS, words
    called = command(words[0])
    if isinstance(called, click.Group) and not words[1].startswith("-"):
        assert words[1] in called.commands, words
        called = called.commands[words[1]]
    known = {option for param in called.params for option in param.opts} | {"-h", "--help"}
    for word in words[1:]:
        if word.startswith("-") and word != "-":
            assert word.split("=")[0] in known, f"wsis {words[0]} has no {word}"


def test_every_call_in_the_readme_would_run():
    found = calls(shell_lines(README))
    assert found
    for words in found:
        check_call(words)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_in_the_readme_and_its_help_has_an_example(name):
    assert f"wsis {name}" in README
    text = command(name).help or ""
    assert re.search(r"\x08\n\s*Examples?:\n\s+wsis ", text), "a \\b block that begins with Example:"
    for words in calls(text.splitlines()):
        check_call(words)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_has_help(name):
    for param in command(name).params:
        assert isinstance(param, click.Argument) or param.help, param.name


def test_every_exit_code_is_in_the_readme():
    for code in errors.Exit:
        assert re.search(rf"^\| {code.value} \|", README, re.MULTILINE), code


def test_every_error_code_is_in_the_readme():
    codes = {leaf.code for leaf in errors._leaves(errors.WsisError)}
    assert codes <= set(re.findall(r"`([a-z_]+)`", README))


def test_every_target_in_the_readme_can_be_made():
    made = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    told = set(re.findall(r"\bmake ([a-z]+)\b", README))
    assert {"demo", "test"} <= told <= made


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name):
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", (ROOT / name).read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target


def test_the_version_has_its_entry_in_the_changelog():
    headings = re.findall(r"^## \[(.+?)\]", CHANGELOG, re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert nlp.__version__ in headings or headings == ["Unreleased"]


def fenced(page, language):
    """The blocks of a page in one language."""
    text = (ROOT / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_the_file_of_ones_own_in_the_docs_is_sound(tmp_path):
    (text,) = fenced("docs/entities.md", "toml")
    (tmp_path / "my.toml").write_text(text, encoding="utf-8")
    lists = load_knowledge(tmp_path / "my.toml")
    ((entry,), (sample,)) = read_own(tmp_path / "my.toml")
    assert lists.by_id["ru:board"] == entry
    (entities,) = EntityTagger(lists).tag([Block("b", "paragraph", sample.text)])
    assert tuple((e.start, e.end, e.id) for e in entities) == sample.spans


def test_the_pipeline_in_the_docs_finds_what_it_says():
    (code,) = fenced("docs/entities.md", "python")
    *kept, last = [line for line in code.splitlines() if "displacy" not in line]
    names: dict[str, object] = {}
    exec("\n".join(kept), names)  # noqa: S102 - the documentation's own lines
    found = eval(last, names)  # noqa: S307
    assert [(text, ident) for text, _, ident, _, _ in found] == [
        ("WTO TBT Committee", "wto:tbt"),
        ("G/TBT/N/KEN/12", "G/TBT/N/KEN/12"),
    ]


def test_the_docs_count_the_samples():
    samples = load_samples()
    text = " ".join((ROOT / "docs" / "entities.md").read_text("utf-8").split())
    assert f"with {len(samples):,} of" in text
    assert f"{sum(not sample.spans for sample in samples)} in which there is nothing" in text
