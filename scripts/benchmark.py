"""Measure what the product promises, as ratios on this machine, and print them beside the promise.

    python scripts/benchmark.py [FILE.pdf ...]

Without files those of `../shared/reference/pdfs` are taken where they are, and the repository's own
otherwise. Times are seconds of CPU, so that a busy machine changes little.
"""

from __future__ import annotations

import argparse
import gc
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pdfplumber

from nlp.errors import DocumentError
from nlp.pdf.extract import extract_document
from nlp.pipeline import load_tagger
from nlp.settings import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.document import Document
    from nlp.pipeline import Tagger

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT.parent / "shared" / "reference"
SAMPLE = ROOT / "tests" / "pdfs" / "sample-submission.pdf"

READ = "import sys; from pathlib import Path; from nlp.pdf import read_pdf; read_pdf(Path(sys.argv[1]))"
#: Builds the entity pipeline with the collector off, as `wsis tag` does, and tells its seconds.
START = (
    "import gc, time; gc.disable(); started = time.perf_counter()\n"
    "from nlp.entities import EntityTagger; from nlp.knowledge import load_knowledge\n"
    "EntityTagger(load_knowledge()); print(time.perf_counter() - started)"
)
#: Runs a command and tells its peak memory (KiB) and its CPU time, with all that it started.
MEASURE = (
    "import resource, subprocess, sys\n"
    "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
    "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
    "print(used.ru_maxrss, used.ru_utime + used.ru_stime)\n"
)


def plain_text(path: Path) -> None:
    """Read a file as the plainest use of pdfplumber does."""
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.close()


def measured(command: Sequence[str]) -> tuple[int, float]:
    """Peak memory in KiB and CPU seconds of a command."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *command], capture_output=True, text=True, check=True
    )
    peak, seconds = done.stdout.split()
    return int(peak), float(seconds)


def run_python(code: str) -> str:
    """Run a program in a fresh process and return what it prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def long_pdf(path: Path, pages: int) -> None:
    """Make a PDF of so many dense pages."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=A4)
    for page in range(pages):
        for line in range(40):
            words = f"line {line + 1} of page {page + 1} in a long report on broadband and on skills"
            canvas.drawString(60, 780 - 16 * line, words if line % 8 else f"{line + 1}. On this {words}")
        canvas.showPage()
    canvas.save()


def stage_times(paths: Sequence[Path]) -> tuple[dict[str, float], int]:
    """CPU seconds of each stage over all files, and how many words they have."""
    tagger = load_tagger()
    extract_document(SAMPLE, ReadOptions())
    tagger.tag(extract_document(SAMPLE, ReadOptions()))
    spent = dict.fromkeys(("plain", "reading", "entities", "classifier"), 0.0)
    # As `wsis tag` does: what was loaded stays, and the collector passes it over.
    gc.collect()
    gc.freeze()
    for language in ("en", "es", "fr"):
        tagger.entities.pipeline(language)  # type: ignore[attr-defined]
    documents: list[Document] = []
    for path in paths:
        started = time.process_time()
        try:
            document = extract_document(path, ReadOptions())
        except DocumentError as error:
            print(f"  {path.name}: {error.title}", file=sys.stderr)
            continue
        spent["reading"] += time.process_time() - started
        started = time.process_time()
        plain_text(path)
        spent["plain"] += time.process_time() - started
        documents.append(document)
        started = time.process_time()
        tagger.model.classify(document.blocks)
        spent["classifier"] += time.process_time() - started
    words = sum(len(block.text.split()) for document in documents for block in document.blocks)
    spent["entities"] = min(entity_time(tagger, documents) for _ in range(3))
    return spent, words


def entity_time(tagger: Tagger, documents: Sequence[Document]) -> float:
    """Seconds of this thread alone: those of the classifier wait for work with open eyes."""
    started = time.thread_time()
    for document in documents:
        tagger.entities.tag(document.blocks, [document.language] * len(document.blocks))
    return time.thread_time() - started


def say(name: str, value: float, promise: float, unit: str = "") -> None:
    """Print a figure beside the promise."""
    print(
        f"{'ok  ' if value <= promise else 'MISS'} {value:6.2f}{unit:2} (promised: {promise:g}{unit})  {name}"
    )


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("files", nargs="*", type=Path)
    paths = parser.parse_args().files or sorted((REFERENCE / "pdfs").glob("*.pdf")) or [SAMPLE]

    spent, words = stage_times(paths)
    print(f"{len(paths)} files: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in spent.items()))
    say("reading and layout, to plain pdfplumber", spent["reading"] / spent["plain"], 0.75)
    say("classifier, to reading and layout", spent["classifier"] / spent["reading"], 1.0)
    say(f"entities, for 150,000 of {words:,} words", 150_000 * spent["entities"] / words, 1.0, " s")
    starts = [float(run_python(START)) for _ in range(5)]
    say("start-up of the entity pipeline, spaCy's import in it", min(starts), 0.6, " s")

    with tempfile.TemporaryDirectory() as folder:
        peaks = []
        for pages in (50, 400):
            long_pdf(Path(folder) / f"{pages}.pdf", pages)
            peaks.append(measured([sys.executable, "-c", READ, f"{folder}/{pages}.pdf"])[0])
    say("peak memory of 400 pages, to 50", peaks[1] / peaks[0], 1.2)

    wsis = [sys.executable, "-c", "from nlp.cli import main; main()"]
    walls = []
    for _ in range(7):
        started = time.perf_counter()
        subprocess.run([*wsis, "--help"], stdout=subprocess.DEVNULL, check=True)
        walls.append(time.perf_counter() - started)
    say("wsis --help", min(walls), 0.15, " s")

    seed = REFERENCE / "wto-cstd29-submission.pdf"
    seed = seed if seed.exists() else SAMPLE
    seconds = [measured([*wsis, "tag", str(seed)])[1] for _ in range(2)][1]
    say(f"CPU of a second `wsis tag {seed.name}`", seconds, 3.0, " s")
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


if __name__ == "__main__":
    main()
