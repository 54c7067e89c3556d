"""Measure whole batches on this machine, beside the naive script, and write docs/benchmark.md.

    python scripts/benchmark_batch.py [--write] [FILE.pdf ...]

Without files those of `../shared/reference/pdfs` are taken where they are, and the repository's own
otherwise. Takes a quarter of an hour. Figures are of one run, so that their ratios hold.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from benchmark import stage_times

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT.parent / "shared" / "reference" / "pdfs"
OWN = ROOT / "tests" / "pdfs"
PAGE, PLOT = ROOT / "docs" / "benchmark.md", ROOT / "docs" / "benchmark.svg"

#: Ten short papers of the repository for the growth from 10 to 1,000 documents.
SHORT = (
    "sample-submission", "headers-footers", "footnotes", "two-columns", "box",
    "cover", "contents", "list-items", "paragraph-over-page", "hyphens",
)  # fmt: skip
_SAMPLE_SECONDS = 0.3
_MIB = 1024 * 1024


@dataclass
class Result:
    """What one command took."""

    seconds: float
    cpu: float
    pages: int = 0
    documents: int = 0
    #: Peak resident memory in MiB of the coordinator, the workers and the children that read PDFs.
    peaks: dict[str, float] = field(default_factory=dict)
    #: Resident memory of the largest worker over time: (seconds, MiB).
    worker: list[tuple[float, float]] = field(default_factory=list)

    @property
    def pages_per_second(self) -> float:
        """Pages a second of wall time."""
        return self.pages / self.seconds


class Watch:
    """Samples the memory of a process and all below it."""

    def __init__(self, pid: int) -> None:
        self.peaks: dict[str, float] = defaultdict(float)
        self.worker: list[tuple[float, float]] = []
        self._process = psutil.Process(pid)
        self._started = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the sampling."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            now: dict[str, float] = defaultdict(float)
            with suppress(psutil.NoSuchProcess):
                for process in [self._process, *self._process.children(recursive=True)]:
                    with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                        kind = self._kind(process)
                        now[kind] = max(now[kind], process.memory_info().rss / _MIB)
            for kind, size in now.items():
                self.peaks[kind] = max(self.peaks[kind], size)
            # With one worker the coordinator does the work itself.
            self.worker.append((time.monotonic() - self._started, now["worker"] or now["coordinator"]))

    def _kind(self, process: psutil.Process) -> str:
        if process.pid == self._process.pid:
            return "coordinator"
        command = " ".join(process.cmdline())
        if "nlp.pdf.child" in command:
            return "reader"
        return "other" if "resource_tracker" in command else "worker"


def run(command: Sequence[str]) -> tuple[Result, bytes]:
    """Run a command to its end; give what it took, and what it printed."""
    before = os.times()
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    watch = Watch(process.pid)
    out, err = process.communicate()
    seconds = time.perf_counter() - started
    watch.stop()
    if process.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(command[:6])} ended with {process.returncode}: {err.decode()[-500:]}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Result(seconds, cpu, peaks=dict(watch.peaks), worker=watch.worker), out


def batch(inputs: Sequence[Path], folder: Path, workers: int) -> Result:
    """Tag inputs into a new run folder."""
    wsis = [sys.executable, "-c", "from nlp.cli import main; main()"]
    words = [str(path) for path in inputs]
    result, _ = run([*wsis, "batch", *words, "-o", str(folder), "--workers", str(workers)])
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    result.documents = sum(row["status"] == "done" for row in rows)
    result.pages = sum(row["pages"] for row in rows)
    return result


def naive(inputs: Sequence[Path], folder: Path) -> tuple[Result, dict[str, float]]:
    """Do the same with the naive script; give what it took, and its CPU seconds by stage."""
    script = [sys.executable, str(ROOT / "scripts" / "naive.py")]
    subprocess.run([*script, "prepare", str(folder / "models")], check=True, stdout=subprocess.DEVNULL)
    command = [*script, "tag", str(folder / "models"), str(folder / "out"), *map(str, inputs)]
    result, out = run(command)
    told = json.loads(out)
    result.documents, result.pages = told["files"], told["pages"]
    return result, told["cpu"]


def copies(folder: Path, count: int) -> Path:
    """Make so many PDFs with different bytes of the short papers."""
    folder.mkdir()
    for number in range(count):
        name = SHORT[number % len(SHORT)]
        data = (OWN / f"{name}.pdf").read_bytes()
        (folder / f"{name}-{number:04d}.pdf").write_bytes(data + b"\n%% %d\n" % number)
    return folder


def machine() -> str:
    """Name the processor, its cores as the system counts them, and Python."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def ceiling() -> float:
    """Tell how much more two processes do than one on this machine, whatever the program."""
    spin = [sys.executable, "-c", "x = 0\nfor i in range(20_000_000): x += i * i % 7"]
    best = []
    for count in (1, 2):
        walls = []
        for _ in range(3):
            started = time.perf_counter()
            for process in [subprocess.Popen(spin) for _ in range(count)]:
                process.wait()
            walls.append(time.perf_counter() - started)
        best.append(min(walls))
    return 2 * best[0] / best[1]


def main() -> None:
    """Measure everything, print it, and write it down if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--write", action="store_true", help="renew docs/benchmark.md and its plot")
    parser.add_argument("--most", type=int, default=1000, help="documents of the largest batch")
    options = parser.parse_args()
    paths = options.files or sorted(REFERENCE.glob("*.pdf")) or sorted(OWN.glob("*.pdf"))

    with tempfile.TemporaryDirectory(prefix="wsis-bench-") as name:
        folder = Path(name)
        ideal = ceiling()
        stages, _ = stage_times(paths)
        by_hand, naive_stages = naive(paths, folder / "naive")
        # Each twice, the better one counts: other work on the machine only ever adds.
        one = min((batch(paths, folder / f"one{i}", 1) for i in range(2)), key=lambda got: got.seconds)
        two = min((batch(paths, folder / f"two{i}", 2) for i in range(2)), key=lambda got: got.seconds)
        growth = {}
        for count in sorted({10, 100, options.most}):
            growth[count] = batch([copies(folder / f"in{count}", count)], folder / f"run{count}", 2)
            shutil.rmtree(folder / f"in{count}")
    text = told(len(paths), ideal, one, two, by_hand, stages, naive_stages, growth)
    print(text)
    if options.write:
        plot(one, two, by_hand, growth)
        PAGE.write_text(text, encoding="utf-8")


def told(
    files: int,
    ideal: float,
    one: Result,
    two: Result,
    by_hand: Result,
    stages: dict[str, float],
    naive_stages: dict[str, float],
    growth: dict[int, Result],
) -> str:
    """Write the page."""
    chain = stages["reading"] + stages["entities"] + stages["classifier"]
    few, most = min(growth), max(growth)
    times = growth[most].seconds / growth[few].seconds
    held = {kind: max(result.peaks.get(kind, 0.0) for result in (two, growth[most])) for kind in two.peaks}
    late = [size for _, size in growth[most].worker if size]
    flat = max(late[len(late) // 2 :]) / max(late[: max(1, len(late) // 10)])
    without = by_hand.cpu - naive_stages["entities"]
    promises = [
        ("2 workers, to 1", two.pages_per_second / one.pages_per_second, ">=", 1.7),
        (f"{most} documents, to {few}: time", times, "<=", 105 * most / 1000),
        (
            "pages/s, to the naive script (1 worker)",
            one.pages_per_second / by_hand.pages_per_second,
            ">=",
            1.5,
        ),
        ("largest worker, MiB", held.get("worker", 0.0), "<=", 700),
        (f"largest worker in the second half of {most} documents, to the first tenth", flat, "<=", 1.1),
    ]
    lines = [
        "# What a batch takes",
        "",
        f"Made by `make bench` on {machine()}.",
        "All figures are of one run: trust the ratios, not the seconds.",
        f"Two processes that only count do {ideal:.2f} times the work of one here:",
        "that is the most that two workers can reach.",
        "",
        "| promise | got | asked | |",
        "|---|---:|---:|---|",
        *(
            f"| {what} | {got:.2f} | {sign} {bound:g} | "
            f"{'ok' if (got >= bound if sign == '>=' else got <= bound) else 'MISS'} |"
            for what, got, sign, bound in promises
        ),
        "",
        f"## {files} real documents",
        "",
        "| | documents | pages | seconds | CPU seconds | pages/s | documents/s |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {what} | {got.documents} | {got.pages} | {got.seconds:.1f} | {got.cpu:.1f} | "
            f"{got.pages_per_second:.2f} | {got.documents / got.seconds:.2f} |"
            for what, got in (("1 worker", one), ("2 workers", two), ("naive script", by_hand))
        ),
        "",
        "The naive script (`scripts/naive.py`) is pdfplumber's `extract_text`, parted at blank lines, an",
        "EntityRuler with the same names as token patterns, TF-IDF and logistic regression. It finds no",
        "paragraphs, numbers, notes, tables, sections or boxes. All seconds have start and loading in them.",
        f"Without its entities it takes {without / by_hand.cpu:.0%} of its time,",
        f"which is {without / one.cpu:.2f} times the CPU of the whole chain here.",
        "",
        "Each stage by itself, in one process (loading, starting readers, JSON and files are not in it):",
        "",
        "| stage | CPU seconds | share | naive |",
        "|---|---:|---:|---:|",
        *(
            f"| {what} | {spent:.1f} | {spent / chain:.0%} | {naive_stages[other]:.1f} |"
            for what, spent, other in (
                ("PDF to blocks", stages["reading"], "read"),
                ("entities", stages["entities"], "entities"),
                ("action lines", stages["classifier"], "labels"),
            )
        ),
        "",
        "## From 10 documents to many",
        "",
        "Short papers, repeated with changed bytes, 2 workers.",
        "",
        "| documents | pages | seconds | seconds a document | largest worker, MiB | coordinator, MiB |",
        "|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {count} | {got.pages} | {got.seconds:.1f} | {got.seconds / count:.3f} | "
            f"{got.peaks.get('worker', 0.0):.0f} | {got.peaks.get('coordinator', 0.0):.0f} |"
            for count, got in growth.items()
        ),
        "",
        "![Rate and memory](benchmark.svg)",
        "",
    ]
    return "\n".join(lines)


def plot(one: Result, two: Result, by_hand: Result, growth: dict[int, Result]) -> None:
    """Draw rates, time by documents, and the memory of a worker."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "wsis", "font.size": 9})
    from matplotlib import pyplot as plt

    figure, (rates, times, memory) = plt.subplots(1, 3, figsize=(11, 3.2), layout="constrained")
    names = ("naive", "1 worker", "2 workers")
    values = [got.pages_per_second for got in (by_hand, one, two)]
    bars = rates.bar(names, values, color=("0.7", "C0", "C0"))
    rates.bar_label(bars, fmt="%.1f")
    rates.set_title("Pages a second")
    counts = list(growth)
    times.loglog(counts, [growth[count].seconds for count in counts], "o-")
    for count in counts:
        times.annotate(
            f"{growth[count].seconds:.0f} s",
            (count, growth[count].seconds),
            (4, -10),
            textcoords="offset points",
        )
    times.set_title("Time by documents, 2 workers")
    times.set_xlabel("documents")
    times.set_ylabel("seconds")
    most = growth[max(growth)]
    memory.plot(*zip(*most.worker, strict=True))
    memory.set_ylim(0, 750)
    memory.axhline(700, color="0.7", linestyle="--")
    memory.set_title(f"Largest worker over {max(growth):,} documents, MiB")
    memory.set_xlabel("seconds")
    for axes in (rates, times, memory):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(PLOT, metadata={"Date": None})


if __name__ == "__main__":
    main()
