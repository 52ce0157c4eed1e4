"""What the house looks like, as numbers: python -m tests.structure [FOLDER OF A CHECKOUT]…

Modules, circles of imports, arrows that run back up, the most modules in one folder, lines and long functions. With
several folders a column for each, to compare.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).parents[1]
PACKAGE = "compute_ledger"
LONGEST_FUNCTION = 40  # lines
# A reader would have to infer what they hold.
VAGUE_NAMES = {"found", "told", "said"}
# From the ground: a folder imports only what stands in an earlier group.
FLOORS = (
    {"shared"},
    {"ledger", "measures"},
    {"exhibits"},
    {"report.errors"},
    {"report.files"},
    {"report.book", "report.notebooks"},
    {"report.cache"},
    {"report.kernels"},
    {"report.execution"},
    {"report.charts"},
    {"report.outputs"},
    {"report.pages"},
    {"report.records"},
    {"report.site", "report.sweep", "report.diff"},
    {"terminal"},
    {"commands"},
    {"new_project"},
    {"cli"},
    {"__main__"},
)


def sources(root: Path) -> dict[str, Path]:
    """Dotted name of each module below the package, and its file."""
    files = sorted((root / PACKAGE).rglob("*.py"))
    return {".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


def imports(name: str, path: Path, names: set[str]) -> Iterator[str]:
    """The modules of the package that a module imports, wherever in it the import stands."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                full_name = f"{base}.{alias.name}"
                if full_name in names or base in names:
                    yield full_name if full_name in names else base


def graph(root: Path) -> nx.DiGraph:
    """An arrow from each module to each that it imports, but for those to the packages above it."""
    files = sources(root)
    arrows = nx.DiGraph()
    arrows.add_nodes_from(files)
    for name, path in files.items():
        arrows.add_edges_from((name, imported) for imported in imports(name, path, set(files)) if imported != name)
    return arrows


def circles(arrows: nx.DiGraph) -> list[list[str]]:
    """Groups of modules each of which leads to each other."""
    return sorted(sorted(group) for group in nx.strongly_connected_components(arrows) if len(group) > 1)


def room(name: str) -> str:
    """The folder of a module that has a floor: `report.cache` of compute_ledger.report.cache.store."""
    parts = name.split(".")[1:]
    return ".".join(parts[:2] if parts[:1] == ["report"] else parts[:1])


def arrows_up(arrows: nx.DiGraph) -> list[str]:
    """Imports of what stands on a higher floor, or on the same one in another folder."""
    floor = {folder: number for number, folders in enumerate(FLOORS) for folder in folders}
    upward = []
    for importer, other in arrows.edges:
        here, there = room(importer), room(other)
        if here not in floor or there not in floor or here == there:
            continue
        if floor[there] >= floor[here]:
            upward.append(f"{importer} imports {other}")
    return sorted(upward)


def long_functions(root: Path) -> list[str]:
    """Functions of more than LONGEST_FUNCTION lines."""
    functions = []
    for path in sources(root).values():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION:
                functions.append(f"{path.relative_to(root)}:{node.lineno} {node.name}")
    return sorted(functions)


def vague_names(folder: Path) -> list[str]:
    """Variables and parameters below a folder whose names are among VAGUE_NAMES."""
    bindings = []
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.arg if isinstance(node, ast.arg) else ""
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                name = node.id
            if name in VAGUE_NAMES:
                bindings.append(f"{path.relative_to(folder)}:{node.lineno} {name}")
    return sorted(bindings)


def crowded(root: Path) -> tuple[str, int]:
    """The folder with the most modules, and how many; an __init__ is none."""
    folders = Counter(path.parent for path in sources(root).values() if path.name != "__init__.py")
    folder, number = max(folders.items(), key=lambda pair: pair[1])
    return folder.relative_to(root).as_posix(), number


def lines(folder: Path) -> int:
    """Lines of all Python below a folder."""
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in folder.rglob("*.py"))


def figures(root: Path) -> dict[str, object]:
    """All that is told of a checkout."""
    arrows = graph(root)
    folder, number = crowded(root)
    return {
        "modules": len([path for path in sources(root).values() if path.name != "__init__.py"]),
        "imports between modules": arrows.number_of_edges(),
        "circles": len(circles(arrows)),
        "arrows back up": len(arrows_up(arrows)),
        "most modules in one folder": f"{number} ({folder})",
        "lines of the package": lines(root / PACKAGE),
        "lines of the tests": lines(root / "tests"),
        f"functions over {LONGEST_FUNCTION} lines": len(long_functions(root)),
    }


def main(folders: list[str]) -> None:
    """Print the figures of each checkout, and of this one what is not as it should be."""
    checkouts = [figures(Path(folder).resolve()) for folder in [*folders, ROOT]]
    for name in checkouts[0]:
        sys.stdout.write(f"{name:28}" + "".join(f"{checkout[name]!s:>34}" for checkout in checkouts) + "\n")
    arrows = graph(ROOT)
    for group in circles(arrows):
        sys.stdout.write(f"circle: {', '.join(group)}\n")
    sys.stdout.write("".join(f"up: {arrow}\n" for arrow in arrows_up(arrows)))
    sys.stdout.write("".join(f"long: {function}\n" for function in long_functions(ROOT)))


if __name__ == "__main__":
    main(sys.argv[1:])
