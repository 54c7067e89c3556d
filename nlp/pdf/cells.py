"""Rows and columns of a table: where cells begin and end, and which pieces belong to which."""

from __future__ import annotations

from dataclasses import replace

from nlp.pdf.geometry import Line, overlap
from nlp.pdf.lines import split_at
from nlp.pdf.marks import bare

#: Pieces of text on one height, from left to right.
Row = list[Line]


def without_mark(row: Row) -> Row:
    """Return a row without the piece that is a bare number or letter: it belongs to the text after it."""
    numbered = len(row) > 1 and (bare(row[0].text) or (row[0].text.isdigit() and len(row[0].text) <= 3))
    return row[1:] if numbered else row


class Columns:
    """Where the columns of a table stand: intervals that grow with each row."""

    def __init__(self, row: Row) -> None:
        self.spans = [[line.x0, line.x1] for line in without_mark(row)]

    def fits(self, row: Row) -> bool:
        """Whether no piece of a row reaches over two columns."""
        return all(len(self._hit(line)) <= 1 for line in row)

    def cut(self, row: Row) -> Row:
        """Return copies of a row's pieces, cut where a word begins with the next column."""
        out: Row = []
        for line in row:
            out.append(replace(line))
            for i in self._hit(line)[1:]:
                edge = self.spans[i][0]
                words = [k for k, (_, x0) in enumerate(out[-1].starts) if k and abs(x0 - edge) <= 3]
                if words:
                    out.append(split_at(out[-1], words[0]))
        return out

    def absorb(self, row: Row) -> None:
        """Let the columns grow by a row that fits."""
        for line in row:
            hit = self._hit(line)
            if hit:
                span = self.spans[hit[0]]
                span[0], span[1] = min(span[0], line.x0), max(span[1], line.x1)
            else:
                self.spans = sorted([*self.spans, [line.x0, line.x1]])

    def of(self, line: Line) -> int:
        """Return the column a piece stands in, from 0."""
        hit = self._hit(line)
        return hit[0] if hit else self._nearest(line)

    def _hit(self, line: Line) -> list[int]:
        return [i for i, (x0, x1) in enumerate(self.spans) if overlap(line.x0, line.x1, x0, x1) > 2]

    def _nearest(self, line: Line) -> int:
        middle = (line.x0 + line.x1) / 2
        return min(range(len(self.spans)), key=lambda i: abs(sum(self.spans[i]) / 2 - middle))
