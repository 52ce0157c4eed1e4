"""Options that several commands share, and how what is given for them is read."""

from pathlib import Path

import click

FOLDER = click.Path(path_type=Path)

PROJECT = click.option("--project", type=FOLDER, help="Project folder [default: the one around you].")
JOBS = click.option("--jobs", type=click.IntRange(1, 256), help="Notebooks at a time [default: one a core].")
FORCE = click.option("--force", is_flag=True, help="Replace the folder even if it is not a book made here.")
PARAMETERS = click.option(
    "-p", "assignments", multiple=True, metavar="NAME=VALUE", help="Set a parameter (repeatable)."
)
LEDGER = click.option("--data", type=FOLDER, metavar="DIR", help="Use the ledger in this folder.")
TIMEOUT = click.option(
    "--timeout", type=click.IntRange(1), default=300, show_default=True, help="Seconds that one cell may take."
)
STRICT = click.option("--strict", is_flag=True, help="Stop at warnings, and at what no page can show.")
NO_CACHE = click.option("--no-cache", is_flag=True, help="Run and draw everything again, and keep nothing.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="The result as JSON on stdout, for programs.")
OPEN = click.option("--open", "in_browser", is_flag=True, help="Show what was made in a browser.")
