"""What can go wrong while a book is made: one class and one exit code for each layer."""

import errno
import tempfile

import click

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
MOST_MESSAGE = 800  # characters: of a long value one needs its beginning, then the place and the fix


class ReportError(click.ClickException):
    """A failure that a person can fix; its text is one line with the value, the place and the fix.

    `exit_code` names the class of failure, so that a CI job can tell a typing mistake from a dead kernel. Being an
    error of click, it is one line and that exit code for papermill's command line too.
    """

    exit_code = 70  # of a class that has none; never 1, which is "differs"

    def __init__(self, message: str) -> None:
        """A message of any length; of a long one the middle is left out."""
        cut = f" … ({len(message):,} characters) … "
        super().__init__(message if len(message) <= MOST_MESSAGE else message[:200] + cut + message[-400:])


class ParameterError(ReportError):
    """A parameter or command-line value that no notebook would accept."""

    exit_code = 2


class ContentsError(ReportError):
    """book/contents.toml is missing, malformed or names something that does not exist."""

    exit_code = 3


class NotebookError(ReportError):
    """A notebook file that cannot be read or does not follow the contract (tags, MIME types, ids)."""

    exit_code = 4


class ExecutionError(ReportError):
    """A cell raised, a kernel died or a cell ran out of time."""

    exit_code = 5


class RenderError(ReportError):
    """A page could not be made, or the finished book failed its own checks."""

    exit_code = 6


class DataError(ReportError):
    """The data folder does not fit its schema."""

    exit_code = 7


class TargetError(ReportError):
    """The folder to publish into cannot or must not be replaced."""

    exit_code = 8


def no_room(error: OSError) -> TargetError:
    """What to say of an error in NO_ROOM when nobody nearer to it knows which disk that was."""
    where = f"cannot write {error.filename}: " if error.filename else ""
    place = tempfile.gettempdir()
    return TargetError(f"{where}{error.strerror}; temporary files go to {place}: make room there, or set TMPDIR")
