"""What a chapter's result hangs on, each part as hashes of contents: never a time, a path of this machine or an order.

A part maps names (a parameter, a file, a package) to what each is, so that a change can be named.
"""

import ast
import functools
import hashlib
import importlib.util
import json
import platform
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

Part = dict[str, str]
Parts = dict[str, Part]
DATA = Path("data")  # what notebooks read that name no folder of data
PACKAGE = "datapackage.json"
RUNNER = ("compute_ledger.report.run", "compute_ledger.report.nursery")
RENDERER = tuple(f"compute_ledger.report.{name}" for name in ("making", "render", "search", "printing"))


def digest(value: Any) -> str:
    """SHA-256 of a value that JSON can hold."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def of_run(
    notebook: Mapping[str, Any], defaults: Mapping[str, Any], given: Mapping[str, Any], edition: str, root: Path
) -> Parts:
    """Everything that the executed notebook depends on; a parameter that is given is seen in it, default or not."""
    told = {name: f"{value!r} by default" for name, value in defaults.items()}
    told |= {name: repr(value) for name, value in given.items()} | {"the edition": edition}
    return {
        "notebook": _cells(notebook),
        "parameters": told,
        "data": files_in([DATA, *folders({**defaults, **given}, root)], root),
        "package": modules([*imported(notebook), *RUNNER], root),
        **installed(),
    }


def installed() -> Parts:
    """The Python that runs, and the name and version of every package that is installed for it."""
    infos = {path.stem for folder in sys.path if folder for path in Path(folder).glob("*.dist-info")}
    split = (name.partition("-") for name in infos)
    python = {"Python": sys.version, "system": f"{sys.platform} {platform.machine()}"}
    return {"versions": {name: version for name, _, version in split}, "python": python}


def files_in(folders: Iterable[Path], root: Path) -> Part:
    """Every file in `folders` (absolute, or below `root`) by its path in its folder.

    A folder from elsewhere is looked through to its depth only when it is a data package: it may be a whole disk.
    """
    found = {}
    for folder in folders:
        whole = not folder.is_absolute() or folder.is_relative_to(root) or (folder / PACKAGE).is_file()
        for path in sorted((root / folder).rglob("*") if whole else folder.glob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                name = path.relative_to(root / folder).as_posix()
                found[f"{folder.name}/{name}"] = _hashed(path)
    return found


def modules(names: Iterable[str], root: Path) -> Part:
    """The files of the modules `names` and of all that they import, as far as no package manager put them there."""
    found: Part = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        for each in _with_parents(name):
            path = None if each in found else _file(each, root)
            if path and path.suffix == ".py":
                source = path.read_bytes()
                found[each] = hashlib.sha256(source).hexdigest()
                waiting += _imports(source, each if path.name == "__init__.py" else each.rpartition(".")[0])
    return found


def _cells(notebook: Mapping[str, Any]) -> Part:
    kept = ("cell_type", "source", "metadata")
    cells = {cell["id"]: digest({key: cell[key] for key in kept}) for cell in notebook["cells"]}
    return {**cells, "the order of cells": digest(list(cells)), "metadata": digest(notebook["metadata"])}


def folders(parameters: Mapping[str, Any], root: Path) -> list[Path]:
    """Folders that parameters name: what is in them is read."""
    texts = [value for value in parameters.values() if isinstance(value, str) and value]
    named = [(root / text).resolve() for text in texts if len(text) < 4096 and "\0" not in text]
    return [folder for folder in named if folder.is_dir() and not root.is_relative_to(folder)]


def imported(notebook: Mapping[str, Any]) -> Iterator[str]:
    """Absolute names of what the code cells of a notebook import."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            try:
                yield from _named(ast.parse(cell["source"]), "")
            except SyntaxError:  # a magic: nothing that could be followed
                continue


@functools.cache
def _imports(source: bytes, package: str) -> tuple[str, ...]:
    try:
        return tuple(_named(ast.parse(source), package))
    except (SyntaxError, ValueError):  # for whoever imports it to tell
        return ()


def _named(tree: ast.AST, package: str) -> Iterator[str]:
    """Absolute names of what is imported anywhere in `tree`; `a.b.c` of `from a.b import c` may be no module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            above = parts[: len(parts) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _with_parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]


def _file(name: str, root: Path) -> Path | None:
    """The file of a module of the project's own, None for others. Nothing is imported to find it."""
    first, *rest = name.split(".")
    top = next((path for path in (root / f"{first}.py", root / first / "__init__.py") if path.is_file()), None)
    if top is None:
        spec = importlib.util.find_spec(first)
        top = Path(spec.origin) if spec and spec.origin and spec.has_location else None
        if top is None or any(top.is_relative_to(folder) for folder in _managed()):
            return None
    if not rest:
        return top
    stem = top.parent.joinpath(*rest)
    return next((path for path in (stem.with_name(f"{stem.name}.py"), stem / "__init__.py") if path.is_file()), None)


@functools.cache
def _managed() -> tuple[str, ...]:
    return tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})


def _hashed(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
