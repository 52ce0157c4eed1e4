"""The cell tagged `parameters` is the declaration: name, type, default and a help comment.

    as_of: str = "latest"           # ISO date, or latest: the day of the newest fact
    basis: str = "headline"         # one of: headline, annualised, remaining
    layers: str = "all"             # any of: cloud, chips (comma-separated), or all
    entrant_share_pct: float = 5.0  # percent of the market; 0 to 20

What the comment promises is what `check` enforces. A notebook without such a cell has no parameters.
"""

import ast
import io
import math
import re
import tokenize
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from numbers import Rational
from typing import Any

from compute_ledger.report.errors import NotebookError, ParameterError
from compute_ledger.report.notebooks.code_cells import python
from compute_ledger.report.notebooks.plain_values import plain
from compute_ledger.shared.text import did_you_mean, iso_day

Value = str | int | float | bool | None
TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
NUMBER = r"[+-]?\d+(?:\.\d+)?"
MOST_EXACT = 2**53  # above it a float may stand for several whole numbers
WHOLE_LIMIT = 10**18  # what text may say as well; beyond it lie numbers that Python refuses to print
FLOAT = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Parameter:
    """One declared parameter; `choices`, `span` and the flags are read from `help`."""

    name: str
    annotation: str
    default: Value
    help: str
    choices: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    many: bool = False
    is_date: bool = False
    span: tuple[float, float] | None = None


def declared(notebook: Mapping[str, Any], name: str) -> tuple[Parameter, ...]:
    """The parameters of a notebook (nbformat 4) in order; NotebookError when the cell cannot be read.

    `name` is the notebook's file name, for messages. At most one cell may carry the tag `parameters`.
    """
    cells = [cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    if not cells:
        return ()
    if len(cells) > 1:
        raise NotebookError(f"{name} has {len(cells)} cells tagged 'parameters'; tag one")
    source = cells[0]["source"]
    source = source if isinstance(source, str) else "".join(source)
    try:
        tree, comments = python(source), _comments(source)
    except (SyntaxError, tokenize.TokenError, ValueError, RecursionError, MemoryError) as error:
        raise NotebookError(f"{name}: the parameters cell is not valid Python: {error}") from error
    try:
        declarations = tuple(_declaration(node, comments, name) for node in tree.body if not _is_docstring(node))
    except RecursionError as error:
        raise NotebookError(f"{name}: the parameters cell is nested too deep; write plain literals") from error
    for parameter in declarations:
        if sum(declaration.name == parameter.name for declaration in declarations) > 1:
            raise NotebookError(f"{name}: parameter {parameter.name!r} is declared twice")
    return declarations


def check(parameters: Iterable[Parameter], values: Mapping[str, Any], notebook: str) -> dict[str, Value]:
    """Values of the declared types for the given `values` (text from a command line, or typed values).

    Strict: an unknown name, another type, a value outside the promised choices, range or dates, or a
    number that is not finite is a ParameterError naming value, notebook and fix.
    """
    declarations = {parameter.name: parameter for parameter in parameters}
    for name in values:
        if name not in declarations:
            raise unknown_parameter(str(name), declarations, notebook)
    return {name: _checked(declarations[name], value, notebook) for name, value in values.items()}


def unknown_parameter(name: str, known: Collection[str], place: str) -> ParameterError:
    """The error of a parameter that no notebook at `place` declares; `known` are the names that are declared there."""
    fix = did_you_mean(name, known) if known else "; none is declared there: that takes a cell tagged 'parameters'"
    return ParameterError(f"unknown parameter {name!r} in {place}{fix}")


def split_assignment(text: str) -> tuple[str, str]:
    """`name=value` of a command line, the name being an identifier; else ParameterError."""
    name, equals, value = text.partition("=")
    name = name.strip()
    if not equals:
        raise ParameterError(f"cannot read {text!r}: write it as name=value")
    if not (name.isidentifier() and name.isascii()):
        raise ParameterError(f"{name!r} is no parameter name: letters, digits and _ only")
    if re.search("[\ud800-\udfff]", value):  # bytes of the command line that are no text
        raise ParameterError(f"the value {_short(value)} of {name!r} is not UTF-8; type it anew")
    return name, value.strip()


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _declaration(node: ast.stmt, comments: Mapping[int, str], notebook: str) -> Parameter:
    line = ast.unparse(node).splitlines()[0]
    if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None):
        raise NotebookError(
            f"{notebook}: cannot read {_short(line)} in the parameters cell; write: name: type = value  # help"
        )
    annotation = ast.unparse(node.annotation)
    if annotation.removesuffix(" | None") not in TYPES:
        raise NotebookError(
            f"{notebook}: type {_short(annotation)} of {node.target.id!r} must be one of {', '.join(TYPES)}"
        )
    try:
        default = ast.literal_eval(node.value)
    except (ValueError, TypeError) as error:
        raise NotebookError(f"{notebook}: the default in {_short(line)} must be a literal") from error
    parameter = _promised(Parameter(node.target.id, annotation, default, comments.get(node.end_lineno or 0, "")))
    try:
        _checked(parameter, default, notebook)
    except ParameterError as error:
        raise NotebookError(f"default breaks its own help comment: {error}") from error
    return parameter


def _promised(parameter: Parameter) -> Parameter:
    """The same parameter with what its help comment promises read out."""
    name, annotation, default, words = parameter.name, parameter.annotation, parameter.default, parameter.help
    if TYPES[annotation.removesuffix(" | None")] in (int, float):
        span = re.search(rf"({NUMBER}) to ({NUMBER})", words)
        limits = (float(span[1]), float(span[2])) if span else None
        return Parameter(name, annotation, default, words, span=limits)
    choice_list = re.search(r"\b(one|any) of: ([^;]+)", words)
    if choice_list:
        items = [item.strip() for item in re.sub(r"\([^)]*\)", "", choice_list[2]).split(",")]
        alone = tuple(item.removeprefix("or ") for item in items if item.startswith("or ") and choice_list[1] == "any")
        choices = tuple(item.removeprefix("or ") for item in items if item and item.removeprefix("or ") not in alone)
        return Parameter(name, annotation, default, words, choices, alone, many=choice_list[1] == "any")
    dated = re.search(r"\bISO date((?:,? or \w+)*)", words)
    if dated:
        alone = tuple("" if word == "empty" else word for word in re.findall(r"or (\w+)", dated[1]))
        return Parameter(name, annotation, default, words, alone=alone, is_date=True)
    return parameter


def _checked(parameter: Parameter, value: Any, notebook: str) -> Value:
    """`value` in the declared type, or ParameterError."""
    place = f"for parameter {parameter.name!r} in {notebook}"
    kind = parameter.annotation.removesuffix(" | None")
    value = plain(value)
    if parameter.annotation != kind and _is_missing(value):
        return None
    if parameter.many and isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = ", ".join(value)
    converted = _converted(kind, value, place)
    if isinstance(converted, str):
        _check_text(parameter, converted, place)
    elif parameter.span and not parameter.span[0] <= converted <= parameter.span[1]:
        low, high = parameter.span
        raise ParameterError(f"{_short(value)} is out of range {place}: {low:g} to {high:g}")
    return converted


def _is_missing(value: Any) -> bool:
    """Whether it stands for no value: None, the text none, or the NaN of a table."""
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or (isinstance(value, str) and value == "none")


def _converted(kind: str, value: Any, place: str) -> str | int | float | bool:
    # Not isinstance: True is an int to Python.
    same_type: bool = type(value) is TYPES[kind]
    if type(value) is int and abs(value) >= WHOLE_LIMIT:
        raise ParameterError(f"a whole number of {value.bit_length()} bits is out of range {place}")
    if same_type and (kind != "float" or math.isfinite(value)):
        same_value: str | int | float | bool = value
        return same_value
    if kind == "float" and type(value) is int and float(value) == value:
        return float(value)
    if kind == "int" and type(value) is float and value.is_integer() and abs(value) <= MOST_EXACT:
        return int(value)
    if isinstance(value, str):
        if kind == "bool" and value in ("true", "false", "True", "False"):
            return value.lower() == "true"
        if kind == "int" and re.fullmatch(r"[+-]?\d{1,18}", value, re.ASCII):
            return int(value)
        if kind == "float" and FLOAT.fullmatch(value) and math.isfinite(float(value)):
            return float(value)
    type_text = {"str": "text", "int": "a whole number", "float": "a finite number", "bool": "true or false"}[kind]
    if kind == "float" and isinstance(value, Rational | Decimal) and not isinstance(value, bool):
        type_text += " that a float can hold without loss"
    raise ParameterError(f"{_short(value)} is not {type_text} {place}")


def _check_text(parameter: Parameter, value: str, place: str) -> None:
    if not value.isprintable():
        raise ParameterError(f"{_short(value)} has control characters {place}")
    if value in parameter.alone:
        return
    if parameter.is_date:
        try:
            day = iso_day(value)
        except ValueError as error:
            raise ParameterError(f"{value!r} is not a day of the calendar {place}: {error}") from error
        if day is None:
            words = "".join(f", or {word or 'empty'}" for word in parameter.alone)
            raise ParameterError(f"{_short(value)} is not an ISO date {place}: write YYYY-MM-DD{words}")
    if not parameter.choices:
        return
    for item in [part.strip() for part in value.split(",")] if parameter.many else [value]:
        if item not in parameter.choices:
            hint = did_you_mean(item, parameter.choices + parameter.alone)
            raise ParameterError(f"{_short(item)} is not a choice {place}{hint}")


def _short(value: Any) -> str:
    text = repr(value).replace("\n", " ")
    return text if len(text) <= 80 else text[:60] + f"… ({len(text)} characters)"
