"""The files of a project's own modules, found from what their sources import: nothing is imported to find them.

What a source imports is read out of its syntax once, and known by the hash of the source: reading all of them anew
takes longer than all else that a build with nothing to do has to look at.
"""

import ast
import functools
import hashlib
import importlib.util
import json
import os
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from compute_ledger.report.notebooks import code_cells

PACKAGE = __name__.partition(".")[0]
READ: dict[str, list[str]] = {}  # what each source that was read imports, by its hash


def files(names: Iterable[str], root: Path) -> dict[str, str]:
    """Module -> hash of its file, as in `sources`."""
    return {name: hashlib.sha256(source).hexdigest() for name, (_, source) in sources(names, [root]).items()}


def sources(names: Iterable[str], places: Iterable[Path]) -> dict[str, tuple[Path, bytes]]:
    """Module -> its file and what is in it, of the modules `names` and of all that they import.

    They are looked for in the folders `places`, then where Python finds them. Without those that the standard library
    or a package manager put there, this package apart. Of a package also the files beside its modules, which they may
    read (a font, a table), as `package/file`.
    """
    sources_read: dict[str, tuple[Path, bytes]] = {}
    seen: set[str] = set()
    top = functools.cache(functools.partial(_top, places=tuple(map(str, places))))
    waiting = list(names)
    while waiting:
        parts = waiting.pop().split(".")
        for end in range(1, len(parts) + 1):
            name = ".".join(parts[:end])
            if name in seen:
                continue
            seen.add(name)
            path = _file(top(parts[0]), parts[1:end])
            if path and path.endswith(".py"):
                source = Path(path).read_bytes()
                sources_read[name] = Path(path), source
                is_package = os.path.basename(path) == "__init__.py"
                waiting += of_source(source, name if is_package else name.rpartition(".")[0])
                if is_package:
                    sources_read |= _beside(os.path.dirname(path), name)
    return sources_read


def _beside(folder: str, package: str) -> dict[str, tuple[Path, bytes]]:
    """The files of a package that are no modules."""
    files_beside = [path for path in sorted(Path(folder).iterdir()) if path.is_file() and not path.name.startswith(".")]
    files = (path for path in files_beside if path.suffix not in (".py", ".pyc"))
    return {f"{package}/{path.name}": (path, path.read_bytes()) for path in files}


def of_source(source: bytes, package: str) -> list[str]:
    """Absolute names of what Python source in the `package` imports."""
    return read_once(source, package, lambda: _named(ast.parse(source), package))


def of_notebook(notebook: Mapping[str, Any]) -> Iterator[str]:
    """Absolute names of what the code cells of a notebook import."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            yield from _of_cell("".join(cell["source"]))


def _of_cell(source: str) -> list[str]:
    return read_once(source.encode(errors="surrogatepass"), "a cell", lambda: _named(code_cells.cell(source), ""))


def of_notebook_file(content: bytes) -> list[str]:
    """The same for the bytes of a notebook's file; nothing for one that cannot be read, which the build tells."""
    return read_once(content, "the cells of a notebook", lambda: of_notebook(json.loads(content)))


def read_once(content: bytes, kind: str, read: Callable[[], Iterable[str]]) -> list[str]:
    """What `read` finds in the `content`, each once, unless that is known; `kind` says what else that depends on.

    Nothing for content that cannot be read.
    """
    name = f"{kind} {sys.version_info[:2]} {hashlib.sha256(content).hexdigest()}"
    if name not in READ:
        try:
            READ[name] = list(dict.fromkeys(read()))
        except (
            SyntaxError,
            ValueError,
            KeyError,
            TypeError,
            RecursionError,
            MemoryError,
        ):  # for whoever runs it to tell
            READ[name] = []
    return READ[name]


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


def _top(first: str, places: Iterable[str]) -> str | None:
    """The file of a module or package that lies in no other, if it is the project's own."""
    for path in (f"{place}/{first}{end}" for place in places for end in (".py", "/__init__.py")):
        if os.path.isfile(path):
            return path
    if not first or first in sys.stdlib_module_names or first == "__main__":  # which may have no spec
        return None
    spec = importlib.util.find_spec(first)
    if not (spec and spec.origin and spec.has_location):
        return None
    # What a package manager put there is known by its version, but for this package: a wheel of it may be made anew.
    installed = first != PACKAGE and any(map(Path(spec.origin).is_relative_to, managed()))
    return None if installed else spec.origin


def _file(top: str | None, rest: list[str]) -> str | None:
    if top is None or not rest:
        return top
    stem = os.path.join(os.path.dirname(top), *rest)
    return next((path for path in (f"{stem}.py", f"{stem}/__init__.py") if os.path.isfile(path)), None)


@functools.cache
def managed() -> tuple[str, ...]:
    """Folders that package managers fill: those of this interpreter, and others on its path with what they note."""
    noted = {folder for folder in sys.path if folder and next(Path(folder).glob("*.dist-info"), None)}
    return tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")} | noted)
