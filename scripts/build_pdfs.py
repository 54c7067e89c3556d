"""Build the sample PDFs of the tests and the JSON that says what is to be read out of them."""

from __future__ import annotations

from pathlib import Path

import click
from pdfs.samples import SAMPLES

HOME = Path(__file__).resolve().parent.parent / "tests" / "pdfs"


@click.command(help=__doc__)
@click.argument("names", nargs=-1, type=click.Choice(sorted(SAMPLES)), metavar="[NAME]...")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=HOME, help="Folder to write to."
)
def main(names: tuple[str, ...], out: Path) -> None:
    """Build the named samples, or all of them."""
    out.mkdir(parents=True, exist_ok=True)
    for name in names or sorted(SAMPLES):
        for path in SAMPLES[name].build(out):
            click.echo(f"{path.stat().st_size:7d}  {path.name}")


if __name__ == "__main__":
    main()
