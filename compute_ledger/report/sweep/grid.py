"""A grid of parameter values: read from TOML or a command line, checked against the chapters before anything runs."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compute_ledger.report.book import toml_file
from compute_ledger.report.book.contents import Chapter, Contents
from compute_ledger.report.book.toml_file import refuse_unknown
from compute_ledger.report.errors import ParameterError
from compute_ledger.report.execution.chapter_source import read_source
from compute_ledger.report.notebooks.parameters import Parameter, Value, check, split_assignment, unknown_parameter
from compute_ledger.report.sweep.figure_cells import Recipe, read_recipe

COLUMNS = ("chapter", "figure", "label", "unit", "value", "text", "status", "error")  # beside the parameters
TOML_KEYS = ("grid", "chapters")


@dataclass(frozen=True)
class Grid:
    """Every combination of `values` (parameter -> its values, typed and in order), run in every one of `recipes`."""

    values: dict[str, tuple[Value, ...]]
    recipes: tuple[Recipe, ...]
    annotations: dict[str, str]

    def __len__(self) -> int:
        return combinations(self.values) * len(self.recipes)

    def points(self) -> Iterator[tuple[Recipe, dict[str, Value]]]:
        """One chapter with one combination at a time: the grid is never held as a whole."""
        for recipe in self.recipes:
            for combination in itertools.product(*self.values.values()):
                yield recipe, dict(zip(self.values, combination, strict=True))


def combinations(values: Mapping[str, Sequence[Any]]) -> int:
    return math.prod(map(len, values.values()))


def read_file(path: Path) -> tuple[dict[str, list[Any]], list[str]]:
    """What a grid file says: values by parameter, and chapters. ParameterError names the flaw.

    chapters = ["index"]                      # optional
    [grid]
    as_of = ["2025-11-07", "latest"]
    layers = ["cloud", "cloud, chips"]        # a value may have commas
    """
    raw = toml_file.toml(path, f"the grid {path}", ParameterError)
    refuse_unknown(raw, TOML_KEYS, path.name, ParameterError)
    grid, chapters = raw.get("grid"), raw.get("chapters", [])
    if not isinstance(grid, dict) or not grid:
        raise ParameterError(f"{path.name} has no table [grid] with lines such as: as_of = ['2025-11-07', 'latest']")
    if not isinstance(chapters, list) or not all(isinstance(slug, str) for slug in chapters):
        raise ParameterError(f"{path.name}: chapters must be a list of texts, such as ['index']")
    return {name: value if isinstance(value, list) else [value] for name, value in grid.items()}, chapters


def read_assignments(assignments: Sequence[str], contents: Contents) -> dict[str, list[str]]:
    """Values by parameter from `name=a,b,c`; a name may come again and adds values.

    A parameter that takes a list itself (`any of: …`) gets one value for each assignment, commas and all.
    """
    lists = {parameter.name for chapter in contents.chapters for parameter in _declared(chapter) if parameter.many}
    texts: dict[str, list[str]] = {}
    for name, text in map(split_assignment, assignments):
        texts.setdefault(name, []).extend([text] if name in lists else [part.strip() for part in text.split(",")])
    return texts


def plan(contents: Contents, levels: Mapping[str, Sequence[Any]], slugs: Sequence[str], most: int) -> Grid:
    """The grid of the values `levels` in the chapters `slugs`, or in all that have the parameters and key figures.

    One ParameterError lists everything that is wrong. A grid of more than `most` points is refused uncounted.
    """
    chapters = [contents.chapter(slug) for slug in dict.fromkeys(slugs)] or list(contents.chapters)
    if combinations(levels) > most:
        lengths = " x ".join(f"{len(values)} {name}" for name, values in levels.items())
        raise ParameterError(
            f"the grid has {combinations(levels):,} points ({lengths}), more than {most:,}; "
            "give fewer values, or raise --max-points"
        )
    declarations = {chapter.slug: _declared(chapter) for chapter in chapters}
    problems = list(_unknown(levels, declarations, named=bool(slugs)))
    taking_part = [chapter for chapter in chapters if set(levels) <= _names(declarations[chapter.slug])]
    values: dict[str, tuple[Value, ...]] = {}
    for chapter in taking_part or chapters:
        for name in [name for name in levels if name in _names(declarations[chapter.slug])]:
            values[name], wrong = _checked(declarations[chapter.slug], name, levels[name], chapter.notebook.name)
            problems += wrong
    if problems:
        count = f"{len(problems)} mistakes in the grid: " if len(problems) > 1 else ""
        raise ParameterError(count + "; ".join(dict.fromkeys(problems)))
    recipes = _with_figures(contents.root, taking_part, levels, named=bool(slugs))
    if combinations(levels) * len(recipes) > most:
        raise ParameterError(
            f"the grid has {combinations(levels):,} combinations in {len(recipes)} chapters, more than {most:,} "
            "points; give fewer values, name one --chapter, or raise --max-points"
        )
    annotations = {parameter.name: parameter.annotation for parameter in declarations[recipes[0].slug]}
    return Grid(values, recipes, annotations)


def _declared(chapter: Chapter) -> tuple[Parameter, ...]:
    return read_source(chapter).parameters


def _names(parameters: Sequence[Parameter]) -> set[str]:
    return {parameter.name for parameter in parameters}


def _unknown(
    levels: Mapping[str, Sequence[Any]], declarations: Mapping[str, tuple[Parameter, ...]], *, named: bool
) -> Iterator[str]:
    """Parameters that are unknown, empty, or not all in one chapter (in each of those named)."""
    if not levels:
        yield "nothing to sweep; give a grid file, or -p name=a,b"
    known_names = sorted(set().union(*map(_names, declarations.values())))
    strangers = [name for name in levels if name not in known_names]
    for name in strangers:
        yield str(unknown_parameter(name, known_names, ", ".join(declarations) if named else "any chapter"))
    for name, values in levels.items():
        if not len(values):  # a column of numpy or pandas is neither true nor false
            yield f"parameter {name!r} has no values; give at least one"
        if name in COLUMNS:
            yield f"parameter {name!r} cannot be swept: the results have a column of that name"
    lacking = {
        slug: [name for name in levels if name not in _names(parameters) and name not in strangers]
        for slug, parameters in declarations.items()
    }
    if named:
        for slug, names in lacking.items():
            yield from (f"chapter {slug!r} has no parameter {name!r}" for name in names)
    elif all(lacking.values()) and not strangers:
        owners = (
            f"{name!r} is in {', '.join(slug for slug in declarations if name not in lacking[slug])}" for name in levels
        )
        yield f"no chapter has all of these parameters: {'; '.join(owners)}; sweep them one after the other"


def _checked(
    parameters: tuple[Parameter, ...], name: str, levels: Sequence[Any], notebook: str
) -> tuple[tuple[Value, ...], list[str]]:
    """The values of one parameter in their declared type, and what is wrong with the others."""
    values: list[Value] = []
    wrong: list[str] = []
    for level in levels:
        try:
            value = check(parameters, {name: level}, notebook)[name]
        except ParameterError as error:
            wrong.append(str(error))
            continue
        if value in values:
            wrong.append(f"value {value!r} of parameter {name!r} is given twice")
        values.append(value)
    return tuple(values), wrong


def _with_figures(
    root: Path, chapters: Sequence[Chapter], levels: Mapping[str, Sequence[Any]], *, named: bool
) -> tuple[Recipe, ...]:
    """Recipes of the chapters that show key figures; it is an error when none, or a named one, shows any."""
    recipes = {chapter.slug: read_recipe(chapter, root) for chapter in chapters}
    without = [slug for slug, recipe in recipes.items() if recipe is None]
    with_figures = tuple(recipe for recipe in recipes.values() if recipe)
    if without and (named or not with_figures):
        which = f"chapter {without[0]}" if len(without) == 1 else f"chapters {', '.join(without)}"
        raise ParameterError(
            f"no key figures to sweep {', '.join(map(repr, levels))} for: no cell of {which} is tagged "
            "'key-figures'; show them in a cell with that tag, or sweep another chapter"
        )
    return with_figures
