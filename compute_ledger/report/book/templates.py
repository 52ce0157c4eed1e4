"""Jinja environments: what holds for every template of the project."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2


def environment(folder: Path) -> "jinja2.Environment":
    """One for the templates in `folder`."""
    import jinja2

    return strict(jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=True))


def strict(environment: "jinja2.Environment") -> "jinja2.Environment":
    """`environment`, changed: every value is escaped, an unknown name is an error, lines of tags leave no trace."""
    import jinja2

    environment.autoescape = True
    environment.undefined = jinja2.StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment
