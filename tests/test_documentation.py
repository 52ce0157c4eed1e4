"""CONTRIBUTING.md and docs/architecture.md name only what is there, and all of the house that a newcomer meets."""

import re
import shlex
import subprocess

import pytest
from click.testing import CliRunner

from compute_ledger.cli import cli
from compute_ledger.ledger import load
from compute_ledger.ledger.tables.schema import read_schema
from tests import structure
from tests.structure import ROOT

PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("CONTRIBUTING.md", "docs/architecture.md")}
COMMANDS = [
    line.split("#")[0].strip()
    for page in PAGES.values()
    for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    for line in block.splitlines()
]
INLINE = [line for page in PAGES.values() for line in re.findall(r"`((?:make|compute-ledger|python -m) [^`]+)`", page)]
COMMIT = re.compile(r"`([0-9a-f]{7,40})`")


@pytest.mark.parametrize("name", PAGES)
def test_every_path_exists(name):
    folder = (ROOT / name).parent
    links = re.findall(r"\]\(([^)#:]+)\)", PAGES[name])
    assert [link for link in links if not (folder / link).exists()] == []
    named = [word for word in re.findall(r"`([\w./-]+)`", PAGES[name]) if "/" in word]
    assert named
    built = ("book/_build", "my-run")
    assert [path for path in named if not path.startswith(built) and not (ROOT / path).exists()] == []


@pytest.mark.parametrize("command", sorted({*COMMANDS, *INLINE}))
def test_every_command_can_be_given(command):
    program, *words = shlex.split(command)
    if program == "make":
        targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert words[0] in targets
    elif program == "compute-ledger":
        name = next(word for word in words if not word.startswith("-"))
        result = CliRunner().invoke(cli, [name, "--help"])
        assert result.exit_code == 0
        assert [word for word in words if word.startswith("-") and word not in result.output] == []
    elif program == "pytest":
        assert [word for word in words if "/" in word and not (ROOT / word).exists()] == []
    elif program == "python":
        assert (ROOT / f"{words[1].replace('.', '/')}.py").is_file()
    else:
        assert command == ". .venv/bin/activate"


def test_every_folder_of_the_package_has_its_line():
    page = PAGES["docs/architecture.md"]
    rooms = {structure.room(name) for name in structure.graph(ROOT)} - {"", "report", "cli", "__main__", "terminal"}
    folders = {f"compute_ledger/{room.replace('.', '/')}/" for room in rooms} - {"compute_ledger/report/errors/"}
    assert [folder for folder in sorted(folders) if f"| `{folder}` |" not in page] == []


def git(*words):
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_commits_of_the_recipes_are_in_the_history():
    if git("rev-parse", "--is-shallow-repository").stdout.strip() != "false":
        pytest.skip("no history: this is a download, or a clone of the newest commit alone")
    named = COMMIT.findall(PAGES["CONTRIBUTING.md"])
    assert [commit for commit in named if git("cat-file", "-e", f"{commit}^{{commit}}").returncode] == []


def test_readme_leads_to_them():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in PAGES if f"]({name})" not in readme] == []


def test_what_the_recipe_of_a_deal_names_is_in_the_ledger():
    """Its tables, columns, and the values of columns that it tells to write."""
    recipe = PAGES["CONTRIBUTING.md"].split("### Add a deal")[1].split("###")[0]
    tables = read_schema(ROOT / "data").tables
    assert {"capacities", "financials", "ties"} <= set(re.findall(r"`data/(\w+)\.csv`", recipe)) <= set(tables)
    fields = [field for table in tables.values() for field in table.fields]
    values = {value for field in fields for value in field.constraints.get("enum", [])}
    metrics = set(load(ROOT / "data").financials["metric"])
    words = set(re.findall(r"`([a-z_]+)`", recipe))
    assert {"basis", "lease", "guarantees", "leases_not_started", "derived", "part"} <= words
    assert words - {field.name for field in fields} - values - metrics == set()
