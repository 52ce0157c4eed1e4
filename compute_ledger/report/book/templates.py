"""Jinja environments: what holds for every template of the project."""

from pathlib import Path
from typing import TYPE_CHECKING

from compute_ledger.shared.languages import phrases

if TYPE_CHECKING:
    import jinja2


def environment(folder: Path) -> "jinja2.Environment":
    """One for the templates in `folder`."""
    import jinja2

    return strict(jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=True))


def strict(environment: "jinja2.Environment") -> "jinja2.Environment":
    """`environment`, changed: every value is escaped, an unknown name is an error, lines of tags leave no trace.

    `_` and `number_of` say phrases in the `language()` of the page.
    """
    import jinja2

    environment.autoescape = True
    environment.undefined = jinja2.StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.globals |= {"_": phrases.phrase, "number_of": phrases.number_of, "language": phrases.spoken}
    return environment
