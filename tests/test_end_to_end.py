"""The product as a user has it, with its own model and lists, on the sample that the repository carries."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from nlp import taxonomy
from nlp.document import LABELLED_KINDS
from nlp.schema import document_from_dict, document_to_dict, dumps, json_schema

WSIS = [sys.executable, "-c", "from nlp.cli import main; main()"]
SAMPLE = Path(__file__).parent / "pdfs" / "sample-submission.pdf"

pytestmark = pytest.mark.slow


def wsis(*args, stdin=b"", **environment):
    done = subprocess.run(
        [*WSIS, *map(str, args)],
        input=stdin,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def output():
    return wsis("tag", SAMPLE)


@pytest.fixture(scope="module")
def document(output):
    return document_from_dict(json.loads(output))


def test_the_output_fits_the_schema_and_comes_back_to_the_same_bytes(output, document):
    jsonschema.Draft202012Validator(json_schema()).validate(json.loads(output))
    assert (dumps(document_to_dict(document), indent=2) + "\n").encode() == output


def test_every_paragraph_is_judged_and_nothing_else_is(document):
    for block in document.blocks:
        assert list(block.scores) == list(taxonomy.CODES)
        if block.kind not in LABELLED_KINDS:
            assert not any(block.scores.values()), block
            assert not block.action_lines, block
        for line in block.action_lines:
            assert line.probability == block.scores[line.code]
            assert (line.status == "assigned") == (line.probability >= line.threshold)
            assert line.title == taxonomy.line(line.code).title


def test_the_sample_has_lines_entities_and_places(document):
    assert {line.code for block in document.blocks for line in block.action_lines} >= {"C2", "C4", "C5"}
    assert {"wto:tbt"} <= {entity.id for block in document.blocks for entity in block.entities}
    assert all(block.regions for block in document.blocks)
    assert document.language == "en"


def test_the_same_bytes_on_every_run(output):
    assert wsis("tag", SAMPLE, PYTHONHASHSEED="1", OMP_NUM_THREADS="1") == output


def test_standard_input_gives_the_same_but_for_the_name(output):
    piped = wsis("tag", "-", stdin=SAMPLE.read_bytes())
    assert piped == output.replace(b"sample-submission.pdf", b"stdin")


def test_a_bare_surrounding_is_enough(output, tmp_path):
    """T21: the C locale and a home that cannot be written to; nothing is left anywhere."""
    bare = {key: "" for key in os.environ if key.startswith(("LC_", "LANG"))}
    nowhere = {
        "LC_ALL": "C",
        "HOME": "/proc/nowhere",
        "XDG_CACHE_HOME": "/proc/nowhere",
        "TMPDIR": str(tmp_path),
    }
    assert wsis("tag", SAMPLE, **{**bare, **nowhere}) == output
    assert not list(tmp_path.iterdir())


def test_a_row_has_the_same_marks_alone_and_among_others(document):
    rows = [
        {"id": block.id, "text": block.text, "section": list(block.section)}
        for block in document.blocks
        if block.kind == "paragraph"
    ]
    feed = "".join(dumps(row) + "\n" for row in rows).encode()
    together = wsis("tag", "--input-format", "jsonl", "-", stdin=feed).splitlines()
    assert [json.loads(line)["id"] for line in together] == [row["id"] for row in rows]
    assert [json.loads(line)["text"] for line in together] == [row["text"] for row in rows]
    middle = len(rows) // 2
    alone = wsis("tag", "--input-format", "jsonl", "-", stdin=feed.splitlines(keepends=True)[middle])
    assert alone.splitlines() == [together[middle]]


def test_any_row_is_taken():
    texts = [
        "",
        " ",
        "\n",
        "\0",
        "🌍",
        "e\u0301",
        "a" * 20_000,
        "\u202e",
        "A\r\nB",
        "(" * 5_000,
        "\ufffd\ufeff",
    ]
    feed = "".join(dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(texts))
    blocks = [
        json.loads(line)
        for line in wsis("tag", "--input-format", "jsonl", "-", stdin=feed.encode()).splitlines()
    ]
    assert [block["text"] for block in blocks] == texts
    assert all(list(block["scores"]) == list(taxonomy.CODES) for block in blocks)


def test_another_language_is_tagged_with_a_warning(tmp_path):
    text = "Le comité des obstacles techniques au commerce s'est réuni pour examiner l'accès à large bande."
    told = json.loads(wsis("tag", "--input-format", "text", "-", stdin=text.encode()))
    assert told["document"]["language"] == "fr"
    assert any("the language is fr" in warning for warning in told["summary"]["warnings"])


def test_the_version_names_program_model_and_knowledge():
    lines = wsis("--version").decode().splitlines()
    produced_by = json.loads(wsis("tag", "--input-format", "text", "-", stdin=b"Broadband"))["produced_by"]
    assert lines[0] == f"wsis-tagger {produced_by['version']}"
    assert produced_by["model"]["version"] in lines[1]
    assert produced_by["model"]["name"] in lines[1]
    assert produced_by["knowledge"]["version"] in lines[2]


README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def blurred(line):
    """A printed line without its probabilities, whose last decimals another processor may change."""
    return re.sub(r"\d\.\d\d", "#", line.rstrip())


def test_summary_in_the_readme_is_what_is_printed():
    (excerpt,) = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    printed = {
        blurred(line) for line in wsis("tag", SAMPLE, "--format", "text", COLUMNS="100").decode().splitlines()
    }
    told = [blurred(line) for line in excerpt.splitlines() if line.strip() not in ("", "...")]
    assert [line for line in told if line not in printed] == []


def test_block_in_the_readme_is_what_is_written(document):
    (excerpt,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    told = json.loads(excerpt)
    (block,) = (block for block in document_to_dict(document)["blocks"] if block["id"] == told["id"])
    assert block["text"].startswith(told.pop("text").removesuffix(" ..."))
    for code, score in told.pop("scores").items():
        assert block["scores"][code] == pytest.approx(score, abs=0.03)
    (line,) = told.pop("action_lines")
    (found,) = (other for other in block["action_lines"] if other["code"] == line["code"])
    assert [line[key] for key in ("title", "threshold", "status")] == [
        found[key] for key in ("title", "threshold", "status")
    ]
    assert set(line["because"]) == set(found["because"])
    assert line["because"]["words"][0] in found["because"]["words"]
    assert line["because"]["heading"] == found["because"]["heading"]
    assert line["because"]["nearest"][0]["id"] in {near["id"] for near in found["because"]["nearest"]}
    assert [entity for entity in told.pop("entities") if entity not in block["entities"]] == []
    assert told.items() <= block.items()
