"""What people wrote, read so that nothing in it can be more than one error of a kind that the caller expects."""

import ast
import tomllib
from pathlib import Path
from typing import Any

from compute_ledger.report.errors import ReportError


def python(source: str | bytes) -> ast.Module:
    """The syntax tree of `source`; SyntaxError for all that cannot be parsed, NULs and a thousand brackets included."""
    try:
        return ast.parse(source)
    except ValueError as error:
        raise SyntaxError(str(error)) from error
    except (RecursionError, MemoryError) as error:
        raise SyntaxError("it is nested too deep") from error


