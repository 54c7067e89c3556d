"""Every failure the product knows, as one tree; owns codes, titles, hints and exit codes.

A code is on the closed list that users, the command line and HTTP share. A module raises the
class that says what went wrong; only the edge (`cli`, later `service`) turns it into output.

    WsisError
    ├── DocumentError        one input cannot be read; others go on
    │   ├── NotAPdf, Encrypted, Damaged, Empty, TooLarge, TooManyPages
    │   └── Timeout, MemoryLimit, NoText, Unsupported
    ├── ModelInvalid         model or knowledge files unusable or tampered with
    ├── CorpusInvalid        annotated rows that cannot be trained on
    ├── InternalError        a fault of ours
    ├── CannotWrite          the place for a result takes no more bytes
    ├── ClusterUnusable      no scheduler, or none with workers
    ├── ClusterLost          a cluster that is gone in the middle of the work
    └── RunInvalid           a run folder that cannot be used
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class Exit(IntEnum):
    """Exit codes of the command line."""

    DONE = 0
    INTERNAL = 1
    USAGE = 2
    SOME_FAILED = 3
    ALL_FAILED = 4
    MODEL = 5
    INTERRUPTED = 130
    TERMINATED = 143


class WsisError(Exception):
    """Base of all failures that are told to a user.

    Parameters
    ----------
    detail : str
        What happened, with the value met and what was allowed.
    input : str, optional
        The file, row or option it happened in, as the user named it.
    page : int, optional
        Page number from 1, where one page is to blame.
    hint : str, optional
        What to do; the class has a general one.
    """

    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Internal error"
    exit_code: ClassVar[Exit] = Exit.INTERNAL
    default_hint: ClassVar[str] = "Please report this with the input and the program's version."

    def __init__(
        self,
        detail: str,
        *,
        input: str | None = None,  # noqa: A002 - the error object's own field name
        page: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.input = input
        self.page = page
        self.hint = hint or self.default_hint

    def __str__(self) -> str:
        """One line: where, what, and what to do."""
        where = f"{self.input}: " if self.input else ""
        page = f" (page {self.page})" if self.page else ""
        return f"{where}{self.title}: {self.detail}{page}. {self.hint}"

    def to_dict(self) -> dict[str, object]:
        """Return the error object of the command line and of HTTP (RFC 9457 names)."""
        return {
            "type": f"urn:wsis-tagger:error:{self.code}",
            "code": self.code,
            "title": self.title,
            "detail": self.detail,
            "input": self.input,
            "page": self.page,
            "hint": self.hint,
        }


class DocumentError(WsisError):
    """One input cannot be read; the others are not touched by it."""

    exit_code = Exit.ALL_FAILED


class NotAPdf(DocumentError):
    """The bytes do not begin like a PDF."""

    code = "not_a_pdf"
    title = "Not a PDF"
    default_hint = "Give a PDF file; paragraphs can be given as .jsonl or .txt."


class Encrypted(DocumentError):
    """A password is needed to open the file."""

    code = "encrypted"
    title = "Password needed"
    default_hint = "Save a copy without a password and give that."


class Damaged(DocumentError):
    """The PDF's structure cannot be followed, or the reader broke on it."""

    code = "damaged"
    title = "Damaged PDF"
    default_hint = "Open it in a PDF viewer, print it to a new PDF and give that."


class Empty(DocumentError):
    """No bytes, no pages or no rows."""

    code = "empty"
    title = "Nothing in it"
    default_hint = "Check that the file was copied whole."


class TooLarge(DocumentError):
    """The file, its text or its number of blocks is over the limit."""

    code = "too_large"
    title = "Too large"
    default_hint = "Raise the limit with an option, or split the file."


class TooManyPages(DocumentError):
    """The PDF has more pages than the limit."""

    code = "too_many_pages"
    title = "Too many pages"
    default_hint = "Choose a part with --pages, or raise --max-pages."


class Timeout(DocumentError):
    """Reading took longer than the limit and was ended."""

    code = "timeout"
    title = "Took too long"
    default_hint = "Raise --timeout, or choose a part with --pages."


class MemoryLimit(DocumentError):
    """Reading needed more memory than the limit and was ended."""

    code = "memory_limit"
    title = "Needs too much memory"
    default_hint = "Raise --memory-limit, or choose a part with --pages."


class NoText(DocumentError):
    """No page has a text layer that can be read."""

    code = "no_text"
    title = "No text layer"
    default_hint = "The pages are pictures: install tesseract and use --ocr auto."


class Unsupported(DocumentError):
    """An input of a kind that is not read here."""

    code = "unsupported"
    title = "Unsupported input"
    default_hint = "Give .pdf, .jsonl or .txt, or name the kind with --input-format."


class ModelInvalid(WsisError):
    """Model or knowledge files are missing, changed or of another version."""

    code = "model_invalid"
    title = "Model or knowledge files unusable"
    exit_code = Exit.MODEL
    default_hint = "Install the package again, or name a sound model with --model."


class CorpusInvalid(WsisError):
    """Annotated rows that cannot be trained on, named by file and line."""

    code = "corpus_invalid"
    title = "Corpus unusable"
    exit_code = Exit.USAGE
    default_hint = "Mend the named line; corpus/README.md tells the fields."


# Before what shares its code: `from_dict` takes the first class of a code.
class InternalError(WsisError):
    """A fault of ours, with what is known of it."""


class CannotWrite(WsisError):
    """A result cannot be written; going on would lose the others, too."""

    title = "Cannot write"
    default_hint = "Choose another place with -o."


class ClusterUnusable(WsisError):
    """No scheduler answers, or it has no workers."""

    code = "unsupported"
    title = "Cluster unusable"
    exit_code = Exit.USAGE
    default_hint = "Start a scheduler with `dask scheduler`, and workers with `dask worker`."


class ClusterLost(WsisError):
    """A cluster that was at work is gone, or cannot do the work."""

    title = "Cluster lost"
    default_hint = "Nothing is lost: run the same command again to go on."


class RunInvalid(WsisError):
    """A folder that is no run, is being written to, or was changed by other hands."""

    code = "unsupported"
    title = "Run folder unusable"
    exit_code = Exit.USAGE
    default_hint = "Run `wsis batch` on it again, which mends what is missing."


def from_dict(data: dict[str, object]) -> WsisError:
    """Make the error that `to_dict` told, for crossing a process border.

    An unknown code becomes `InternalError`.
    """
    classes = {cls.code: cls for cls in reversed(_leaves(WsisError))}
    cls = classes.get(str(data.get("code")), InternalError)
    page = data.get("page")
    return cls(
        str(data.get("detail") or ""),
        input=None if data.get("input") is None else str(data["input"]),
        page=page if isinstance(page, int) else None,
        hint=None if data.get("hint") is None else str(data["hint"]),
    )


def _leaves(cls: type[WsisError]) -> list[type[WsisError]]:
    children = cls.__subclasses__()
    return [leaf for child in children for leaf in _leaves(child)] if children else [cls]
