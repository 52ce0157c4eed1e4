"""The streams that commands print on: of any encoding, closed, or gone."""

import codecs
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

READER_GONE = 141  # what a shell gives for a program that SIGPIPE has ended, as in `compute-ledger params | head`
PLAINER = "compute-ledger-plainer"
# What texts of ours have that an older encoding may lack; of a name out of the data nothing may be lost.
PLAIN = {"−": "-", "–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "×": "x", "→": "->"}
PLAIN |= dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}", " ")


class ClosedPipeError(Exception):
    """A BrokenPipeError as one that click does not know: at its own click ends with exit code 1, "differs"."""


class Commands(click.Group):
    """Commands that raise ClosedPipeError for a closed pipe, whether they print a result or their help."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """As click does it."""
        with _closed_pipes():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """As click does it."""
        with _closed_pipes():
            return super().invoke(ctx)


@contextmanager
def _closed_pipes() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise ClosedPipeError(str(error)) from error


def prepare() -> None:
    """Let standard output and errors take any text whatever their encoding; a closed stream becomes the null device.

    Else an é that the terminal's encoding lacks would end a command in the middle, and the first file opened would be
    the standard output of a command that was started without one.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115
    codecs.register_error(PLAINER, _plainer)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=PLAINER)


def _plainer(error: UnicodeError) -> tuple[str | bytes, int]:
    """A sign of ours as its plain twin, any other character as the escape that Python writes for it."""
    if isinstance(error, UnicodeEncodeError):
        plain = PLAIN.get(error.object[error.start])
        if plain:
            return plain, error.start + 1
        error.end = error.start + 1
    return codecs.backslashreplace_errors(error)


def tell_json(record: Any) -> None:
    """Print a record for programs, in ASCII: the same JSON in every encoding."""
    click.echo(json.dumps(record, indent=1))


def is_lost(stream: io.TextIOBase | Any) -> bool:
    """Whether a stream is what cannot be written, tried with an empty line: the error does not say."""
    try:
        os.write(stream.fileno(), b"\n")
    except OSError:
        return True
    return False


def forget(stream: io.TextIOBase | Any) -> None:
    """Let what is still to be written to a lost stream go nowhere; Python would try again when it ends, and fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
