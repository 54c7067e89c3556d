"""The command line in this process, with stand-ins for the heavy stages: options, places, exit codes."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import jsonschema
import pytest
import util

import nlp
import nlp.classifier
from nlp import pipeline
from nlp.cli import COMMANDS, cli
from nlp.errors import Exit, InternalError, ModelInvalid, from_dict
from nlp.schema import document_from_dict, json_schema

ROWS = b'{"id":"a","text":"The TBT Committee"}\n{"id":"b","text":"on broadband","section":["S"]}\n'
HEAVY = ("spacy", "sklearn", "pdfplumber", "pdfminer", "onnxruntime", "tokenizers", "lingua", "rich")


@pytest.fixture(autouse=True)
def stages(monkeypatch):
    """Stand-ins, and whatever they were called with."""
    calls = {"options": []}

    def tag_pdf(path, options, tagger, *, source=None):
        calls["options"].append(options)
        return util.fake_tag_pdf(path, options, tagger, source=source)

    monkeypatch.setattr(pipeline, "tag_pdf", tag_pdf)
    monkeypatch.setattr(pipeline, "load_tagger", util.fake_load_tagger)
    return calls


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, with inputs of every sort."""
    for word in ("good", "damaged", "encrypted", "bug", "scan"):
        (tmp_path / f"{word}.pdf").write_bytes(b"%PDF-1.7 " + word.encode())
    (tmp_path / "rows.jsonl").write_bytes(ROWS)
    (tmp_path / "plain.txt").write_bytes(b"The TBT Committee\n\non broadband\n")
    (tmp_path / "letter.docx").write_bytes(b"PK")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# One input ----------------------------------------------------------------------------------


def test_one_pdf_is_one_document(wsis, folder):
    code, out, err = wsis("tag", "good.pdf")
    assert (code, err) == (0, "")
    told = json.loads(out)
    jsonschema.validate(told, json_schema())
    assert told["document"]["source"] == "good.pdf"
    assert out.startswith('{\n  "schema_version": "1.0",\n  "document": {\n')
    assert document_from_dict(told).blocks[1].entities[0].text == "TBT Committee"


def test_no_folder_of_this_machine_is_in_it(wsis, folder):
    _, out, _ = wsis("tag", folder / "good.pdf")
    assert str(folder) not in out


def test_the_same_input_gives_the_same_bytes(wsis, folder):
    assert wsis("tag", "good.pdf") == wsis("tag", "good.pdf")


def test_jsonl_is_a_block_a_line(wsis, folder):
    code, out, _ = wsis("tag", "good.pdf", "--format", "jsonl")
    assert code == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["h1", "p1", "p2", "p3", "n1"]


def test_text_is_to_read_and_has_no_colour_in_a_pipe(wsis, folder):
    code, out, _ = wsis("tag", "good.pdf", "--format", "text")
    assert code == 0
    assert "C2 0.90" in out
    assert "\x1b" not in out


def test_plain_text_is_one_document(wsis, folder):
    code, out, _ = wsis("tag", "plain.txt")
    assert code == 0
    assert [block["text"] for block in json.loads(out)["blocks"]] == ["The TBT Committee", "on broadband"]


def test_warnings_are_told_unless_quiet(wsis, folder):
    _, out, err = wsis("tag", "scan.pdf")
    assert err == "Warning: scan.pdf: pages 3-4 have no text layer\n"
    assert json.loads(out)["summary"]["warnings"] == ["pages 3-4 have no text layer"]
    assert wsis("tag", "scan.pdf", "-q")[2] == ""


def test_warnings_as_json(wsis, folder):
    _, _, err = wsis("tag", "scan.pdf", "damaged.pdf", "--error-format", "json")
    warning, error = map(json.loads, err.splitlines())
    assert warning == {"level": "warning", "detail": "pages 3-4 have no text layer", "input": "scan.pdf"}
    assert error["code"] == "damaged"
    assert wsis("tag", "scan.pdf", "--error-format", "json", "-q")[2] == ""


# Rows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("args", [("rows.jsonl",), ("--input-format", "jsonl", "-"), ("-",)])
def test_rows_give_a_block_a_line(wsis, folder, args):
    code, out, err = wsis("tag", *args, stdin=ROWS)
    assert (code, err) == (0, "")
    first, second = map(json.loads, out.splitlines())
    jsonschema.validate(first, {**json_schema(), "$ref": "#/$defs/block", "required": []})
    assert (first["id"], first["text"], first["regions"]) == ("a", "The TBT Committee", [])
    assert (second["id"], second["section"]) == ("b", ["S"])
    assert second["scores"]["C2"] == 0.9


def test_rows_can_be_read_as_text(wsis, folder):
    assert "COMMITTEE Committee on Technical Barriers" in wsis("tag", "rows.jsonl", "--format", "text")[1]


def test_bad_rows_are_told_and_the_good_ones_go_on(wsis, folder):
    code, out, err = wsis("tag", "--input-format", "jsonl", "-", stdin=b'{"id":"x"}\n' + ROWS + b"oops\n")
    assert code == Exit.SOME_FAILED
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["a", "b"]
    first, second = err.splitlines()
    assert first.startswith(
        "Error: stdin line 1: Unsupported input: the field 'text' is missing. Mend the line;"
    )
    assert second.startswith("Error: stdin line 4: Unsupported input: not JSON")


def test_only_bad_rows_leave_no_file(wsis, folder):
    (folder / "bad.jsonl").write_bytes(b"oops\n")
    code, _, err = wsis("tag", "bad.jsonl", "-o", "out.jsonl")
    assert code == Exit.ALL_FAILED
    assert err.count("Error:") == 1
    assert "out.jsonl" not in names(folder)


@pytest.mark.parametrize("data", [b"", b"\n\n"])
def test_no_rows_are_an_error(wsis, folder, data):
    code, _, err = wsis("tag", "--input-format", "jsonl", "-", stdin=data)
    assert code == Exit.ALL_FAILED
    assert "stdin: Nothing in it: there are no rows" in err


# Standard input -----------------------------------------------------------------------------


def test_a_pdf_on_standard_input_is_the_same_but_for_its_name(wsis, folder):
    _, piped, _ = wsis("tag", "-", stdin=b"%PDF-1.7 good")
    _, named, _ = wsis("tag", "good.pdf")
    assert piped == named.replace("good.pdf", "stdin")


def test_text_on_standard_input_must_be_named(wsis, folder):
    code, _, err = wsis("tag", "-", stdin=b"Dear Sir")
    assert code == Exit.ALL_FAILED
    assert "Say it with --input-format: pdf, jsonl, text." in err
    code, out, _ = wsis("tag", "--input-format", "text", "-", stdin=b"Dear Sir")
    assert code == 0
    assert json.loads(out)["blocks"][0]["text"] == "Dear Sir"


def test_nothing_on_standard_input_is_an_error(wsis, folder):
    code, _, err = wsis("tag", "-")
    assert code == Exit.ALL_FAILED
    assert "stdin: Nothing in it" in err


def test_standard_input_that_breaks_off_is_told(wsis, folder, monkeypatch):
    class Broken(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            raise OSError(5, "Input/output error")

    monkeypatch.setattr("nlp.cli.plan.stdin", lambda: io.BufferedReader(Broken()))
    code, _, err = wsis("tag", "-")
    assert code == Exit.ALL_FAILED
    assert "stdin: Unsupported input: it cannot be read: Input/output error" in err


# Several inputs -----------------------------------------------------------------------------


def test_several_documents_are_a_line_each(wsis, folder):
    code, out, _ = wsis("tag", "good.pdf", "plain.txt", "good.pdf")
    assert code == 0
    sources = [json.loads(line)["document"]["source"] for line in out.splitlines()]
    assert sources == ["good.pdf", "plain.txt", "good.pdf"]


def test_several_results_go_to_a_folder(wsis, folder):
    code, out, err = wsis("tag", "good.pdf", "plain.txt", "rows.jsonl", "-o", "out")
    assert (code, out) == (0, "")
    assert names(folder / "out") == ["good.json", "plain.json", "rows.jsonl"]
    assert "good.pdf -> out/good.json\n" in err
    assert (folder / "out" / "good.json").read_text() == wsis("tag", "good.pdf")[1]


def test_one_bad_document_does_not_stop_the_others(wsis, folder):
    code, out, err = wsis("tag", "damaged.pdf", "good.pdf", "bug.pdf", "letter.docx")
    assert code == Exit.SOME_FAILED
    assert json.loads(out)["document"]["source"] == "good.pdf"
    assert [line.split(": ")[1] for line in err.splitlines()] == ["damaged.pdf", "bug.pdf", "letter.docx"]


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        (("damaged.pdf",), Exit.ALL_FAILED),
        (("damaged.pdf", "encrypted.pdf"), Exit.ALL_FAILED),
        (("damaged.pdf", "bug.pdf"), Exit.ALL_FAILED),
        (("bug.pdf",), Exit.INTERNAL),
        (("letter.docx",), Exit.ALL_FAILED),
    ],
)
def test_exit_code_when_nothing_was_done(wsis, folder, inputs, code):
    assert wsis("tag", *inputs)[0] == code


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nope.pdf", "there is no such file. Check the path."),
        ("nope", "there is no such file. Check the path."),
        ("nope.jsonl", "there is no such file. Check the path."),
        ("good.pdf/x.pdf", "it cannot be read: Not a directory."),
        ("n" * 300 + ".pdf", "it cannot be read: File name too long."),
        ("sub", "it is a folder. Name the files in it."),
        ("sub.pdf", "it is a folder. Name the files in it."),
    ],
)
def test_an_input_that_is_not_there_fails_alone(wsis, folder, name, message):
    (folder / "sub").mkdir()
    (folder / "sub.pdf").mkdir()
    code, _, err = wsis("tag", "good.pdf", name, "-o", "out", "-q")
    assert code == Exit.SOME_FAILED
    assert err.startswith(f"Error: {name}: Unsupported input: {message}")
    assert len(err.splitlines()) == 1
    assert names(folder / "out") == ["good.json"]
    code, _, err = wsis("tag", name, "--error-format", "json")
    assert (code, json.loads(err)["code"]) == (Exit.ALL_FAILED, "unsupported")


# Places -------------------------------------------------------------------------------------


def test_one_result_goes_to_a_file(wsis, folder):
    code, out, _ = wsis("tag", "good.pdf", "-o", "x.json")
    assert (code, out) == (0, "")
    assert json.loads((folder / "x.json").read_text())["document"]["source"] == "good.pdf"


@pytest.mark.parametrize("place", ["out", "out/"])
def test_one_result_goes_into_a_folder(wsis, folder, place):
    if place == "out":
        (folder / "out").mkdir()
    assert wsis("tag", "good.pdf", "-o", place, "--format", "text")[0] == 0
    assert names(folder / "out") == ["good.txt"]


def test_a_dash_is_standard_output(wsis, folder):
    assert wsis("tag", "good.pdf", "-o", "-") == wsis("tag", "good.pdf")


def test_a_failure_leaves_the_old_result(wsis, folder):
    (folder / "x.json").write_text("old")
    assert wsis("tag", "damaged.pdf", "-o", "x.json")[0] == Exit.ALL_FAILED
    assert (folder / "x.json").read_text() == "old"


def test_a_full_disk_is_told(wsis, folder):
    code, _, err = wsis("tag", "good.pdf", "-o", "/dev/full")
    assert code == Exit.INTERNAL
    assert err.startswith("Error: /dev/full: Cannot write: No space left on device. Free some space")


def test_a_read_only_file_is_not_replaced(wsis, folder):
    (folder / "x.json").write_text("old")
    (folder / "x.json").chmod(0o444)
    code, _, err = wsis("tag", "good.pdf", "-o", "x.json", "--error-format", "json")
    told = json.loads(err)
    assert (code, told["code"], told["title"]) == (Exit.INTERNAL, "internal", "Cannot write")
    assert (told["input"], told["detail"]) == ("x.json", "it is read-only")
    assert told["hint"].startswith("Get the right to write there")
    assert (folder / "x.json").read_text() == "old"


def test_a_folder_that_went_away_is_told(wsis, folder, monkeypatch):
    (folder / "out").mkdir()

    def tag_pdf(path, options, tagger, *, source=None):
        (folder / "out").rmdir()
        return util.fake_tag_pdf(path, options, tagger, source=source)

    monkeypatch.setattr(pipeline, "tag_pdf", tag_pdf)
    code, _, err = wsis("tag", "good.pdf", "-o", "out")
    assert code == Exit.INTERNAL
    assert "out/good.json: Cannot write: No such file or directory. Make the folder first" in err


def test_what_crossed_a_process_border_is_no_failure_to_write():
    assert type(from_dict(InternalError("x").to_dict())) is InternalError


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "Missing argument 'FILE...'"),
        (("good.pdf", "--fromat", "x"), "No such option '--fromat'"),
        (("good.pdf", "--format", "xml"), "'xml' is not one of 'json', 'jsonl', 'text'"),
        (("-", "-"), "standard input (-) can be read only once"),
        (("rows.jsonl", "--format", "json"), "rows are written a line each"),
        (("rows.jsonl", "--pages", "1"), "--pages is for PDFs"),
        (("good.pdf", "rows.jsonl"), "rows and documents do not go on one stream: use -o FOLDER"),
        (("good.pdf", "scan.pdf", "--format", "jsonl"), "use -o FOLDER, or --format json"),
        (("good.pdf", "-o", "no/x.json"), "the folder of no/x.json does not exist"),
        (("rows.jsonl", "-o", "."), "rows.jsonl is an input; its result must go elsewhere"),
        (("good.pdf", "-o", "good.pdf"), "good.pdf is an input"),
        (("good.pdf", "./good.pdf", "-o", "out"), "would both become out/good.json"),
        (("good.pdf", "plain.txt", "-o", "plain.txt"), "cannot be made"),
        (("-", "-o", "out/"), "say with --input-format what standard input is"),
        (("good.pdf", "--timeout", "0"), "0.0 is not in the range x>0"),
        (("good.pdf", "--timeout", "inf"), "inf is not a number up to 1,000,000"),
        (("good.pdf", "--timeout-per-page", "nan"), "nan is not a number up to"),
        (("good.pdf", "--max-size", "1e300"), "1e300 is not a number up to"),
        (("good.pdf", "--memory-limit", "nan"), "nan is not a number up to"),
        (("good.pdf", "-o", "n" * 300), "File name too long"),
        (("good.pdf", "-o", ""), "-o needs the name of a file or folder"),
        (("good.pdf", "--max-pages", "many"), "'many' is not a valid integer"),
        (("good.pdf", "--pages", "3-1"), "'3-1' is no page or range; write 1-3,7"),
        (("good.pdf", "--pages", "0"), "'0' is no page"),
        (("good.pdf", "--pages", ""), "'' is no page"),
        (("good.pdf", "--pages", "1,,2"), "'' is no page"),
        (("good.pdf", "--pages", "\u0663"), "is no page"),
    ],
)
def test_wrong_usage(wsis, folder, args, message):
    before = names(folder)
    code, out, err = wsis("tag", *args)
    assert (code, out) == (Exit.USAGE, "")
    assert message in err
    assert "Traceback" not in err
    assert names(folder) == before


def test_rows_told_by_their_first_bytes_are_no_json_document(wsis, folder):
    code, _, err = wsis("tag", "-", "--format", "json", stdin=ROWS)
    assert code == Exit.USAGE
    assert "rows are written a line each" in err


# Options ------------------------------------------------------------------------------------


def test_options_reach_the_reader(wsis, folder, stages):
    wsis("tag", "good.pdf", "--pages", "1-3, 7", "--ocr", "auto", "--timeout", "5", "--timeout-per-page", "1")
    wsis("tag", "good.pdf", "--max-pages", "9", "--max-size", "0.5", "--memory-limit", "512")
    wsis("tag", "good.pdf", "--max-blocks", "3", "--max-characters", "4")
    first, second, third = stages["options"]
    assert (first.pages, first.ocr) == (((1, 3), (7, 7)), "auto")
    assert (first.limits.seconds, first.limits.seconds_per_page) == (5, 1)
    assert (second.limits.pages, second.limits.file_bytes) == (9, 512 * 1024)
    assert second.limits.memory_bytes == 512 * 1024 * 1024
    assert (third.limits.blocks, third.limits.characters) == (3, 4)


def test_limits_hold_for_text_and_standard_input(wsis, folder):
    assert "Too large" in wsis("tag", "plain.txt", "--max-characters", "5")[2]
    assert "Too large" in wsis("tag", "-", "--max-size", "0.00001", stdin=b"%PDF-1.7 good")[2]
    assert wsis("tag", "rows.jsonl", "--max-characters", "9" * 20)[0] == 0
    assert "stdin line 1: Too large" in wsis("tag", "-", "--max-characters", "5", stdin=ROWS)[2]


def test_a_model_that_is_unusable_ends_the_run(wsis, folder, monkeypatch):
    def load(model=None, knowledge=None, threads=None):
        raise ModelInvalid("meta.json is missing")

    monkeypatch.setattr(pipeline, "load_tagger", load)
    code, _, err = wsis("tag", "good.pdf", "scan.pdf")
    assert code == Exit.MODEL
    assert err.count("Error:") == 1


# Errors as JSON -----------------------------------------------------------------------------


def test_an_error_as_json(wsis, folder):
    code, _, err = wsis("tag", folder / "damaged.pdf", "--error-format", "json")
    assert code == Exit.ALL_FAILED
    assert json.loads(err) == {
        "type": "urn:wsis-tagger:error:damaged",
        "code": "damaged",
        "title": "Damaged PDF",
        "detail": "no pages can be found",
        "input": str(folder / "damaged.pdf"),
        "page": 2,
        "hint": "Open it in a PDF viewer, print it to a new PDF and give that.",
    }


@pytest.mark.parametrize("option", [("--error-format=json",), ("--error-format", "json")])
def test_wrong_usage_as_json(wsis, folder, option):
    code, _, err = wsis("tag", "good.pdf", "--pages", "0", *option)
    assert code == Exit.USAGE
    assert json.loads(err)["title"] == "Wrong usage"
    assert json.loads(err)["code"] == "unsupported"


def test_a_fault_of_ours_as_json(wsis, folder):
    _, _, err = wsis("tag", "bug.pdf", "--error-format", "json")
    assert json.loads(err)["code"] == "internal"
    assert json.loads(err)["detail"] == "RuntimeError: a fault of ours"


# Other commands -----------------------------------------------------------------------------


def test_schema_is_printed(wsis):
    code, out, _ = wsis("schema")
    assert code == 0
    assert json.loads(out) == json_schema()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(wsis, shell):
    code, out, _ = wsis("completion", shell)
    assert code == 0
    assert "_WSIS_COMPLETE" in out


def test_completion_completes():
    environment = {
        "_WSIS_COMPLETE": "bash_complete",
        "COMP_WORDS": "wsis tag --for",
        "COMP_CWORD": "2",
        "PATH": "",
    }
    command = [sys.executable, "-c", "from nlp.cli import main; main()"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "plain,--format" in done.stdout


@pytest.mark.parametrize("word", ["tga", "tags"])
def test_a_mistyped_command_gets_the_nearest(wsis, word):
    code, _, err = wsis(word)
    assert code == Exit.USAGE
    assert f"No such command {word!r}. Did you mean tag?" in err


def test_a_strange_command_gets_the_list(wsis):
    assert "Commands: batch, completion, evaluate, export, knowledge, schema, tag, train." in wsis("quux")[2]


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("command", [(), *((name,) for name in sorted(COMMANDS))])
def test_help_everywhere(wsis, command, option):
    code, out, err = wsis(*command, option)
    assert (code, err) == (0, "")
    assert out.startswith("Usage: wsis")


def test_the_overview_says_what_each_command_says_of_itself():
    context = cli.make_context("wsis", ["tag", "--help"], resilient_parsing=True)
    for name, (_, line) in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert " ".join((command.help or "").split("\n\n")[0].split()) == line


def test_the_version_names_what_is_unusable(wsis, monkeypatch):
    def load(path=None):
        raise ModelInvalid("meta.json is missing")

    monkeypatch.setattr(nlp.classifier, "load_model", load)
    code, out, _ = wsis("--version")
    assert code == Exit.MODEL
    assert out.splitlines()[:2] == [
        f"wsis-tagger {nlp.__version__}",
        "model       unusable: meta.json is missing",
    ]


def test_help_and_version_load_no_heavy_library():
    code = (
        "import sys, nlp.cli\n"
        "for args in (['--help'], ['tag', '--help'], ['--version'], ['schema']):\n"
        "    nlp.cli.run(args)\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
