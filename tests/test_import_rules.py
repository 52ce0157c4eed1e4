"""Two wings that meet only in the notebooks, and a command line that starts at once."""

import ast
import re
import subprocess
import sys

import pytest

from compute_ledger.report.cache import fingerprints, read_recorder, source_imports, up_to_date
from compute_ledger.report.charts import drawing_cache
from compute_ledger.report.kernels import forked_kernel

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
    path = tmp_path / "compute_ledger/report/charts/x.py"
    path.parent.mkdir(parents=True)
    path.write_text("from ...ledger import load\nfrom . import vega_svg\n")
    assert list(imported(path)) == ["compute_ledger.ledger.load", "compute_ledger.report.charts.vega_svg"]


def test_starting_the_command_line_imports_nothing_heavy():
    heavy = "pandas altair papermill nbconvert nbformat jupyter_client frictionless vl_convert tqdm mistune jinja2"
    code = f"import sys, compute_ledger.cli; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPO)
    assert done.stdout.strip() == "[]"


def named_modules():
    """Every string of the sources that looks like a module of ours, and where it stands."""
    files = [path for folder in ("compute_ledger", "tests", "benchmarks") for path in (REPO / folder).rglob("*.py")]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for name in re.findall(r"(?<![\w./])compute_ledger(?:\.[A-Za-z_]\w*)+(?!\w|\()", node.value):
                    yield name, f"{path.relative_to(REPO)}:{node.lineno}"
    for name in re.findall(r"compute_ledger[\w.]+", (REPO / "pyproject.toml").read_text()):
        yield name, "pyproject.toml"


def is_there(name):
    """Whether the dotted name is a module of ours, or something defined in one."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        stem = REPO.joinpath(*parts[:end])
        if stem.with_suffix(".py").is_file() or (stem / "__init__.py").is_file():
            path = stem.with_suffix(".py") if stem.with_suffix(".py").is_file() else stem / "__init__.py"
            return end == len(parts) or re.search(rf"\b{parts[end]}\b", path.read_text(encoding="utf-8")) is not None
    return False


def test_every_string_that_names_a_module_names_one():
    """A misspelt one in a key of the cache would weaken it in silence."""
    named = list(named_modules())
    assert len(named) > 20
    assert [
        f"{place}: {name}"
        for name, place in named
        if not is_there(name) and not name.endswith((".nowhere", ".__file__"))
    ] == []
    assert not is_there("compute_ledger.report.nowhere")


def test_what_the_keys_of_the_cache_rest_on_is_there():
    for name in (
        *fingerprints.RUNNER,
        *fingerprints.RENDERER,
        up_to_date.COMMAND,
        forked_kernel.NURSERY,
        read_recorder.__name__,
    ):
        assert is_there(name), name
        assert name in source_imports.files([name], REPO), name
    assert [name for name in drawing_cache.DRAWERS if not (REPO / name).is_file()] == []
    # What runs cells is in the key of a run, and what draws in that of a page.
    assert {"compute_ledger.report.cache.read_recorder", "compute_ledger.report.kernels.kernel_manager"} <= set(
        source_imports.files(fingerprints.RUNNER, REPO)
    )
    assert {"compute_ledger.report.charts.vega_svg", "compute_ledger.shared.fonts"} <= set(
        source_imports.files(fingerprints.RENDERER, REPO)
    )
