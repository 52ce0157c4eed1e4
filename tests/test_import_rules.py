"""Two wings that meet only in the notebooks, and a command line that starts at once."""

import ast
import subprocess
import sys

import pytest

from .tiny_project import REPO

PACKAGE = REPO / "compute_ledger"
FORBIDDEN = {
    "ledger": ("measures", "exhibits", "report", "cli", "commands"),
    "measures": ("exhibits", "report", "cli", "commands"),
    "exhibits": ("report", "cli", "commands"),
    "report": ("ledger", "measures", "exhibits", "cli", "commands"),
    "commands": ("measures", "exhibits"),
}


def imported(path):
    """Absolute names of all modules that the file imports, at any depth."""
    inside = path.relative_to(REPO).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(inside[: -node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield from (f"{module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("wing", FORBIDDEN)
def test_a_wing_keeps_to_its_side(wing):
    files = sorted((PACKAGE / wing).rglob("*.py"))
    assert files
    for path in files:
        for name in imported(path):
            for other in FORBIDDEN[wing]:
                assert not name.startswith(f"compute_ledger.{other}"), f"{path.name} imports {name}"


def test_relative_imports_are_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "REPO", tmp_path)
    path = tmp_path / "compute_ledger/report/x.py"
    path.parent.mkdir(parents=True)
    path.write_text("from ..ledger import load\nfrom . import svg\n")
    assert list(imported(path)) == ["compute_ledger.ledger.load", "compute_ledger.report.svg"]


def test_starting_the_command_line_imports_nothing_heavy():
    heavy = "pandas altair papermill nbconvert nbformat jupyter_client frictionless vl_convert tqdm mistune jinja2"
    code = f"import sys, compute_ledger.cli; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPO)
    assert done.stdout.strip() == "[]"
