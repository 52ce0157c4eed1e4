"""TOML as its maker wrote it: read whole, or refused in one line."""

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from compute_ledger.report.errors import ReportError
from compute_ledger.shared.text import did_you_mean


def toml(path: Path, name: str, failure: type[ReportError]) -> dict[str, Any]:
    """The content of a TOML file called `name` in messages; `failure` says what is wrong with it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise failure(f"cannot read {name}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise failure(f"{name} is not valid TOML: {error}") from error
    except RecursionError as error:
        raise failure(f"{name} is nested too deep; write plain values") from error


def refuse_unknown(keys: Iterable[str], allowed_keys: Sequence[str], place: str, failure: type[ReportError]) -> None:
    """A key that nobody reads is a misspelt one."""
    for key in keys:
        if key not in allowed_keys:
            raise failure(f"{place}: unknown key {key!r}{did_you_mean(key, allowed_keys)}")
