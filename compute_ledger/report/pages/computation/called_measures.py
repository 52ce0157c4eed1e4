"""Which measures the cells of a notebook call, read out of sources: nothing is imported to find them.

A cell calls a measure by a name that some cell imports, or a function of the exhibits that calls it: these are followed
from function to function until a measure is reached. A measure without a formula of its own may stand for others that
have one, so these are taken as well. Of packages other than this one nothing is known, and nothing is said.
"""

import ast
import copy
import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from compute_ledger.report.notebooks import code_cells
from compute_ledger.shared.measure_notes import measure_notes

PACKAGE = __name__.partition(".")[0]
MEASURES, EXHIBITS = f"{PACKAGE}.measures.", f"{PACKAGE}.exhibits."
Names = Mapping[str, str]  # what a name stands for: the address of a module, function or class, or that of its class
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Measure:
    """A public function of the measures, and where it is defined: in `path`, which begins at the package."""

    address: str
    signature: str
    docstring: str
    path: Path
    first_line: int
    last_line: int


@dataclass(frozen=True)
class _Module:
    path: Path
    definitions: Mapping[str, Function | ast.ClassDef]
    names: Names


@dataclass(frozen=True)
class _Definition:
    """What is at an `address`; `owner` is the address of the class whose method it is."""

    address: str
    node: Function | ast.ClassDef
    module: _Module
    owner: str = ""

    @property
    def instance_of(self) -> str:
        """The address of the class of what a call of it returns, where that is plain."""
        if isinstance(self.node, ast.ClassDef):
            return self.address
        decorators = [ast.unparse(decorator) for decorator in self.node.decorator_list]
        return self.owner if "classmethod" in decorators else ""


def by_cell(cells: Iterable[str], root: Path) -> dict[str, tuple[Measure, ...]]:
    """The measures that each cell of code calls, by its source, in the order in which they are come upon.

    The package is looked for in the folder `root`, then where this module lies.
    """
    sources, names = _Sources(root), dict[str, str]()
    measures_by_cell: dict[str, tuple[Measure, ...]] = {}
    for source in cells:
        try:
            tree = code_cells.cell(source)
        except SyntaxError:  # which the run has told, or the kernel is not one of Python
            continue
        names |= _imported(tree, "")
        measures_by_cell[source] = tuple(sources.measures(_references(tree, names)))
        names |= sources.instances(tree, names)
    return measures_by_cell


class _Sources:
    def __init__(self, root: Path) -> None:
        self.roots = (root, Path(__file__).parents[len(__name__.split(".")) - 1])
        self.module = functools.cache(self._module)
        self.definition = functools.cache(self._definition)
        self.called = functools.cache(self._called)

    def measures(self, addresses: Iterable[str]) -> Iterator[Measure]:
        """The public measures that lie at the addresses or are called there, each once."""
        waiting, seen = [(address, False) for address in addresses][::-1], set[tuple[str, bool]]()
        public_measures: dict[str, Measure] = {}
        while waiting:
            address, inside = waiting.pop()  # whether it is a measure that calls it
            definition = self.definition(address)
            if definition is None or (definition.address, inside) in seen or isinstance(definition.node, ast.ClassDef):
                continue
            seen.add((definition.address, inside))
            is_measure = definition.address.startswith(MEASURES)
            has_formula = bool(measure_notes(ast.get_docstring(definition.node)).formula)
            if is_measure and "._" not in definition.address and (has_formula or not inside):
                public_measures.setdefault(definition.address, _measure(definition, definition.node))
            if not (is_measure and has_formula):
                waiting += [(address, is_measure) for address in self.called(definition.address)][::-1]
        yield from public_measures.values()

    def _definition(self, address: str) -> _Definition | None:
        """The function, class or method at an address, wherever it was imported from."""
        passed = set[str]()
        while address and address not in passed:
            passed.add(address)
            definition = self._at(address)
            if isinstance(definition, _Definition):
                return definition
            address = definition
        return None

    def _at(self, address: str) -> _Definition | str:
        """What is defined at an address, or else the address from which it is imported there; "" for neither."""
        parts = address.split(".")
        for end in range(len(parts) - 1, 0, -1):
            name, rest = ".".join(parts[:end]), parts[end:]
            module = self.module(name)
            if module is None:
                continue
            node = module.definitions.get(rest[0])
            if node is None:
                target = module.names.get(rest[0])
                return ".".join([target, *rest[1:]]) if target else ""
            if len(rest) == 1:
                return _Definition(address, node, module)
            inner = (function for function in node.body if isinstance(function, Function) and function.name == rest[1])
            method = next(inner, None) if isinstance(node, ast.ClassDef) and len(rest) == 2 else None
            return _Definition(address, method, module, f"{name}.{rest[0]}") if method else ""
        return ""

    def instances(self, tree: ast.AST, names: Names) -> dict[str, str]:
        """What is assigned in a cell: the class of which it is an instance, or "" where that is not plain."""
        addresses = {
            node.id: "" for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                definition = self.definition(_address(node.value.func, names))
                addresses |= {
                    target.id: definition.instance_of
                    for target in node.targets
                    if definition and isinstance(target, ast.Name)
                }
        return addresses

    def _called(self, address: str) -> tuple[str, ...]:
        """Addresses of what a function or method uses, in reading order."""
        definition = self.definition(address)
        if definition is None or isinstance(definition.node, ast.ClassDef):
            return ()
        node = definition.node
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        local = {argument.arg: argument.annotation for argument in arguments}
        names = dict(definition.module.names)
        names |= {name: _address(note, names) if note else "" for name, note in local.items()}
        if definition.owner and arguments:
            names[arguments[0].arg] = definition.owner
        names |= self.instances(node, names)
        return tuple(dict.fromkeys(_references(node, names)))

    def _module(self, name: str) -> _Module | None:
        if not f"{name}.".startswith((MEASURES, EXHIBITS)):
            return None
        stem = Path(*name.split("."))
        for path in (stem.with_suffix(".py"), stem / "__init__.py"):
            for root in self.roots:
                if (root / path).is_file():
                    return _read((root / path).read_bytes(), name, path)
        return None


@functools.lru_cache(maxsize=1000)
def _read(source: bytes, name: str, path: Path) -> _Module | None:
    """A module by what is in it: parsed once, however many pages and editions call it."""
    try:
        tree = code_cells.python(source)
    except SyntaxError:
        return None
    definitions = {node.name: node for node in tree.body if isinstance(node, Function | ast.ClassDef)}
    own_addresses = {defined_name: f"{name}.{defined_name}" for defined_name in definitions}
    return _Module(
        path, definitions, _imported(tree, name if path.stem == "__init__" else name.rpartition(".")[0]) | own_addresses
    )


def _measure(definition: _Definition, node: Function) -> Measure:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return Measure(
        address=definition.address,
        signature=f"{node.name}({ast.unparse(_without_types(node.args))})",
        docstring=ast.get_docstring(node) or "",
        path=definition.module.path,
        first_line=first,
        last_line=node.end_lineno or first,
    )


def _without_types(arguments: ast.arguments) -> ast.arguments:
    """For readers of a page: the types are for those of the code."""
    bare = copy.deepcopy(arguments)
    for argument in ast.walk(bare):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return bare


def _imported(tree: ast.AST, package: str) -> dict[str, str]:
    """Name -> address of all that is imported anywhere in `tree`, which stands in the `package`."""
    addresses = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for imported in node.names:
                first = imported.name.partition(".")[0]
                addresses[imported.asname or first] = imported.name if imported.asname else first
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            above = parts[: len(parts) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            addresses |= {imported.asname or imported.name: f"{base}.{imported.name}" for imported in node.names}
    return addresses


def _references(tree: ast.AST, names: Names) -> Iterator[str]:
    """Addresses of what is used in `tree`, in reading order."""
    used = [
        node for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load)
    ]
    for node in sorted(used, key=lambda used_node: (used_node.lineno, used_node.col_offset)):
        if address := _address(node, names):
            yield address


def _address(node: ast.AST, names: Names) -> str:
    """What a name with attributes stands for; "" for all else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or not names.get(node.id):
        return ""
    return ".".join([names[node.id], *reversed(parts)])
