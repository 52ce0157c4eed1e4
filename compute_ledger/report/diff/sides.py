"""One side of a comparison: key figures, charts, tables and texts, whichever notebooks they come from."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Cell = str | float | bool | None
Place = tuple[str, str]  # chapter, and the id of a figure, of an exhibit or of a cell


@dataclass(frozen=True)
class ExhibitSnapshot:
    """A chart or table: its `title`, `labels` of the columns by name, `keys` (those that name a row), `rows`.

    `spec` is the drawing in Vega-Lite. `facets` are what can differ beside title and rows, by the word for it:
    subtitle, key, description, note, sources, evidence, drawing.
    """

    chapter: str
    id: str
    title: str
    subtitle: str
    description: str
    labels: dict[str, str]
    keys: tuple[str, ...]
    rows: list[dict[str, Cell]]
    spec: dict[str, Any] | None
    facets: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Side:
    """What the notebooks of one side show, by chapter and id, and which data they rest on.

    `texts` are those of cells: Markdown, findings, printed lines. `cells` has the ids of all cells of each chapter,
    `outputs` how many outputs each has. `data` is the folder of the ledger near the notebooks, or None; `of_book` says
    that a book brought it along. `charts` is where a book has its drawings. `is_single` marks one notebook, whose name
    says nothing of the chapter it was; its chapter is "".
    """

    name: str
    figures: dict[Place, dict[str, Any]] = field(default_factory=dict)
    exhibits: dict[Place, ExhibitSnapshot] = field(default_factory=dict)
    texts: dict[Place, str] = field(default_factory=dict)
    cells: dict[str, set[str]] = field(default_factory=dict)
    outputs: Counter[str] = field(default_factory=Counter)
    provenance: dict[str, str] = field(default_factory=dict)
    data: Path | None = None
    of_book: bool = False
    charts: Path | None = None
    is_single: bool = False
