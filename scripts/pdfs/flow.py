"""Fill pages with blocks: frames, page breaks, footnotes at the foot; records what it sets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pdfs.press import Press, put
from pdfs.typeset import Line, Piece, Style, break_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pdfs.record import Expect, Record

    Draw = Callable[[Press, Sequence[Piece], float, float, float], None]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where text may stand on a page, y from the top."""

    x0: float
    top: float
    x1: float
    bottom: float

    def columns(self, count: int, gap: float) -> list[Frame]:
        """Cut it into columns of equal width."""
        width = (self.x1 - self.x0 - gap * (count - 1)) / count
        lefts = [self.x0 + i * (width + gap) for i in range(count)]
        return [replace(self, x0=left, x1=left + width) for left in lefts]


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote; `split` leaves only its first lines on the page of the call."""

    markup: str
    split: int | None = None


@dataclass(frozen=True, slots=True)
class NoteStyle:
    """How footnotes stand: mark at `mark_x`, text at `first` and `rest` from the frame's left."""

    style: Style
    mark_x: float = 0.0
    first: float = 12.0
    rest: float = 12.0
    raised: bool = True
    rule: float = 66.0
    dot: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of page.

    `frames` gives a page's frames; `furniture` draws header and footer for a page and the number of pages.
    """

    frames: Callable[[int], list[Frame]]
    furniture: Callable[[Press, int, int], None]
    body: Style
    notes: NoteStyle


@dataclass(slots=True)
class _Placed:
    """A footnote, or the part of one, that stands on the page being filled."""

    mark: str
    lines: list[Line]
    begins: bool
    note: Note
    expect: Expect | None = None


@dataclass(slots=True)
class Flow:
    """A cursor through frames and pages.

    `notes` maps marks to footnotes; a mark may be set anew for a later page.
    """

    press: Press
    layout: Layout
    record: Record
    total: int = 0
    notes: dict[str, Note] = field(default_factory=dict)
    y: float = 0.0
    _frames: list[Frame] = field(default_factory=list)
    _at: int = 0
    _placed: list[_Placed] = field(default_factory=list)
    _carried: list[_Placed] = field(default_factory=list)

    def start(self) -> None:
        """Draw the furniture of a new page and go to the top of its first frame."""
        self.layout.furniture(self.press, self.press.page, self.total)
        self._frames, self._at = self.layout.frames(self.press.page), 0
        self._placed, self._carried = self._carried, []
        self.y = self.frame.top

    @property
    def frame(self) -> Frame:
        """The frame being filled."""
        return self._frames[self._at]

    @property
    def at_top(self) -> bool:
        """Whether nothing stands in the frame yet."""
        return self.y <= self.frame.top

    def block(
        self,
        markup: str,
        kind: str = "paragraph",
        number: str | None = None,
        *,
        style: Style | None = None,
        mark: str | None = None,
        mark_x: float = 0.0,
        left: float = 0.0,
        right: float = 0.0,
        first: float = 0.0,
        rest: float = 0.0,
        draw: Draw = put,
        fill: float = 1.0,
        between: dict[int, Callable[[], None]] | None = None,
        expect: Expect | None = None,
        ends: Sequence[str] = (),
        **fields: Any,  # noqa: ANN401
    ) -> Expect:
        """Set a block, over as many frames and pages as it takes.

        Parameters
        ----------
        markup, kind, number
            What it says; the number is drawn at `mark_x`.
        mark : str, optional
            Drawn instead of the number: a bullet, which is not recorded.
        left, right, first, rest : float
            Insets from the frame, and indents of the first line and of the others.
        draw, fill
            How lines are put down, and which part of the width they are broken to.
        between : dict
            What to do after so many lines: a box that stands in the middle of the text.
        ends
            What some line must end with, for the sake of which the sample exists.

        Raises
        ------
        ValueError
            No line ends so: the text has to be set anew.
        """
        style = style or self.layout.body
        expect = expect or self.record.begin(kind, markup, number, **fields)
        width = self.frame.x1 - self.frame.x0 - left - right
        lines = break_lines(markup, style, width * fill, first, rest)
        for end in ends:
            if not any(str(line).endswith(end) for line in lines):
                raise ValueError(f"no line ends with {end!r}: {[str(line) for line in lines]}")
        if style.keep and not self.fits(style.before + style.leading * len(lines) + style.keep * 12):
            self.next_frame()
        self.y += 0 if self.at_top else style.before
        shown = mark or number
        for i, line in enumerate(lines):
            self.make_room(line, style)
            baseline = self.y + style.leading * 0.78
            x0, x1 = self.frame.x0 + left, self.frame.x1 - right
            if i == 0 and shown:
                label = break_lines(shown, replace(style, align="left", italic=False), 200)[0]
                self.press.line(label, replace(style, align="left"), x0 + mark_x, x1, baseline)
            self.press.line(line, style, x0, x1, baseline, draw)
            self.y += style.leading
            self._saw(expect)
            if between and i + 1 in between:
                between[i + 1]()
        self.y += style.after
        expect.notes = sum(mark in self.notes for mark in dict.fromkeys(expect.note_marks))
        return expect

    def fits(self, height: float) -> bool:
        """Whether so much room is left in the frame."""
        return self.y + height <= self._bottom()

    def make_room(self, line: Line, style: Style) -> None:
        """Go on to the next frame if the line, with the notes it calls, does not fit here."""
        here = {placed.mark for placed in self._placed if placed.begins}
        new = [self._place(mark) for mark in line.calls if mark in self.notes and mark not in here]
        if self.y + style.leading > self._bottom([placed for placed, _ in new]) + 0.01:
            self.next_frame()
        for placed, rest in new:
            self._placed.append(placed)
            if rest:
                self._carried.append(rest)

    def next_frame(self) -> None:
        """Go to the next column, or to the next page."""
        if self._at + 1 < len(self._frames):
            self._at += 1
            self.y = self.frame.top
        else:
            self.next_page()

    def next_page(self) -> None:
        """Close the page and start another."""
        self.finish()
        self.press.turn()
        self.start()

    def columns(self, count: int, gap: float, height: float) -> None:
        """Cut the page's next stretch into columns; `single` ends it."""
        frame = replace(self.frame, top=self.y, bottom=self.y + height)
        self._frames, self._at = frame.columns(count, gap), 0

    def single(self, after: float = 6.0) -> None:
        """Go on below a stretch of columns, over the whole width."""
        whole = self.layout.frames(self.press.page)[0]
        self.y = self._frames[0].bottom + after
        self._frames, self._at = [whole], 0

    def boxed(self, inset: float, frame: Frame | None = None) -> Frame:
        """Narrow the frame for a box; gives the frame to go back to with `unboxed`."""
        old = self.frame
        new = frame or replace(old, x0=old.x0 + inset, x1=old.x1 - inset)
        self._frames[self._at] = new
        return old

    def unboxed(self, frame: Frame) -> None:
        """Go back to the frame that `boxed` gave."""
        self._frames[self._at] = frame

    def finish(self) -> None:
        """Draw the page's footnotes."""
        if not self._placed:
            return
        spec = self.layout.notes
        style, frame = spec.style, self.layout.frames(self.press.page)[0]
        last = self.layout.frames(self.press.page)[-1]
        y = frame.bottom - self._notes_height() + 8
        if spec.rule:
            self.press.rule(frame.x0 + spec.mark_x, frame.x0 + spec.mark_x + spec.rule, y)
        y += 4
        for placed in self._placed:
            if placed.begins:
                number = placed.mark + spec.dot
                placed.expect = self.record.begin("footnote", placed.note.markup, number)
                placed.expect.section = []
                tag = f"<n>{placed.mark}</n>" if spec.raised else number
                label = break_lines(tag, style, 100)[0]
                at = frame.x0 + spec.mark_x
                self.press.line(label, replace(style, align="left"), at, at + 50, y + style.leading * 0.78)
            for line in placed.lines:
                self.press.line(line, style, frame.x0, last.x1, y + style.leading * 0.78)
                y += style.leading
                if placed.expect:
                    self._saw(placed.expect)
            self._hand_over(placed)

    def _hand_over(self, placed: _Placed) -> None:
        for rest in self._carried:
            if rest.note is placed.note:
                rest.expect = placed.expect

    def _place(self, mark: str) -> tuple[_Placed, _Placed | None]:
        spec, note = self.layout.notes, self.notes[mark]
        frames = self.layout.frames(self.press.page)
        width = frames[-1].x1 - frames[0].x0
        lines = break_lines(note.markup, spec.style, width, spec.first, spec.rest)
        if note.split is None:
            return _Placed(mark, lines, True, note), None
        rest = _Placed(mark, lines[note.split :], False, note)
        return _Placed(mark, lines[: note.split], True, note), rest

    def _notes_height(self, more: Sequence[_Placed] = ()) -> float:
        lines = sum(len(placed.lines) for placed in (*self._placed, *more))
        return lines * self.layout.notes.style.leading + 14 if lines else 0.0

    def _bottom(self, more: Sequence[_Placed] = ()) -> float:
        """Where text must end: at the frame's foot, and above the page's notes."""
        page = max(frame.bottom for frame in self.layout.frames(self.press.page))
        return min(self.frame.bottom, page - self._notes_height(more))

    def _saw(self, expect: Expect) -> None:
        if self.press.page not in expect.pages:
            expect.pages.append(self.press.page)
