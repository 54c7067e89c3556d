"""Draw the blocks of a PDF over its pages, to look at what layout made of them.

A developer's tool: `python scripts/draw_blocks.py FILE.pdf --pages 1-4 -o OUT`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import pypdfium2
from PIL import ImageDraw

from nlp.pdf import read_pdf
from nlp.settings import ReadOptions

if TYPE_CHECKING:
    from nlp.document import Block, Document

COLOURS = {
    "heading": "red",
    "paragraph": "blue",
    "list_item": "green",
    "footnote": "purple",
    "table": "orange",
    "header": "gray",
    "footer": "gray",
    "contents": "brown",
    "cover": "teal",
    "margin": "magenta",
}


def draw(document: Document, path: Path, numbers: list[int], out: Path, scale: float) -> list[Path]:
    """Write one PNG a page with each block's boxes, its place in the order and its kind."""
    pdf = pypdfium2.PdfDocument(path)
    written = []
    for number in numbers:
        image = pdf[number - 1].render(scale=scale).to_pil().convert("RGB")
        pen = ImageDraw.Draw(image)
        for order, block in enumerate(document.blocks):
            for region in block.regions:
                if region.page_number == number:
                    _box(pen, block, order, (region.x0, region.top, region.x1, region.bottom), scale)
        target = out / f"{path.stem}-{number:03d}.png"
        image.save(target)
        written.append(target)
    return written


def _box(
    pen: ImageDraw.ImageDraw, block: Block, order: int, box: tuple[float, float, float, float], scale: float
) -> None:
    x0, top, x1, bottom = (value * scale for value in box)
    colour = COLOURS[block.kind]
    pen.rectangle((x0 - 1, top - 1, x1 + 1, bottom + 1), outline=colour, width=2)
    level = "" if block.level is None else f" h{block.level}"
    pen.text((max(0, x0 - 58), top), f"{order} {block.kind[:5]}{level} {block.number or ''}", fill=colour)


def _numbers(text: str) -> list[int]:
    out: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        out += range(int(first), int(last or first) + 1)
    return out


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--pages", default="1", help="Pages to draw, such as 1-3,7.")
@click.option("-o", "--out", default=".demo/pages", type=click.Path(path_type=Path))
@click.option("--scale", default=1.3, help="Pixels per point.")
def main(file: Path, pages: str, out: Path, scale: float) -> None:
    """Draw the blocks of FILE over its pages."""
    out.mkdir(parents=True, exist_ok=True)
    for target in draw(read_pdf(file, ReadOptions()), file, _numbers(pages), out, scale):
        click.echo(target)


if __name__ == "__main__":
    main()
