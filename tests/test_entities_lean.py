"""spaCy is imported without its command line, and has it all the same."""

from __future__ import annotations

import subprocess
import sys


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_command_line_is_not_loaded():
    loaded = run("import sys, nlp.entities.language; print(*sorted(sys.modules))").split()
    assert "spacy" in loaded
    assert not {"spacy.cli", "spacy.cli.info", "typer", "requests", "weasel"} & set(loaded)


def test_command_line_is_there_for_those_who_ask():
    code = """
import nlp.entities.language, spacy
told = spacy.info(silent=True)
import spacy.cli
print(told["spacy_version"] == spacy.__version__, callable(spacy.cli.download))
"""
    assert run(code) == "True True"


def test_spacy_that_is_loaded_stays_as_it_is():
    assert run("import spacy; a = spacy.cli; import nlp.entities.language; print(spacy.cli is a)") == "True"
