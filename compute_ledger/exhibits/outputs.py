"""The objects that a cell shows: each becomes one output with a MIME type of ours and a plain fallback."""

import functools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ParamSpec, TypeVar

import altair as alt
import pandas as pd

from compute_ledger.exhibits import evidence_links as rows_behind
from compute_ledger.exhibits import formatting, source_list
from compute_ledger.exhibits.drawing import chart_data, mark_labels
from compute_ledger.exhibits.drawing.key import Swatch
from compute_ledger.exhibits.evidence_links import Behind, Link
from compute_ledger.exhibits.table_payload import Columns, Rows, markdown, payload
from compute_ledger.exhibits.theme import in_language, picture
from compute_ledger.ledger import Ledger
from compute_ledger.shared import markdown_escape, rounding
from compute_ledger.shared.mime_types import (
    DOWNLOADS,
    EXHIBIT,
    EXPLORER,
    JSON_LD,
    KEY_FIGURES,
    MARKDOWN,
    PLAIN,
    PNG,
    PROVENANCE,
    TABLE,
    VEGA_LITE,
)

MOST_LINKED = 12
Bundle = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """Marks of a chart that a reader picks out together, in steps.

    `id` is its place in addresses; a step lists labels of marks, as the chart has them.
    """

    id: str
    name: str
    remark: str
    steps: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """A chart with everything that a reader needs to check it.

    `title` states the finding; `subtitle` the measure, unit and period; `key` shows what colours and forms of the marks
    stand for, which no text does; `description` is the text alternative; `table` holds the numbers drawn, `columns` maps its columns to (label, unit).

    `rests_on` maps a table of the ledger to those of its rows that the numbers come from. Their lead sources are
    those of the exhibit (`source_ids` only where others are), and their claims are linked below it. Where each row of
    `table` is a row of the ledger, `evidence` (table of the ledger, column with its keys) links the claims in it
    instead, and below it by the name of each mark while these are few; with `list_all` all are listed as well.
    `choices` stand beside the chart; the one that is open is lit in it.
    """

    id: str = ""
    title: str
    subtitle: str
    description: str
    chart: alt.TopLevelMixin | None
    table: pd.DataFrame
    columns: Columns
    as_of: pd.Timestamp
    key: Sequence[Swatch] = ()
    note: str = ""
    rests_on: Behind = field(default_factory=dict)
    source_ids: Sequence[str] | None = None
    evidence: Rows | None = None
    list_all: bool = False
    choices: Sequence[Choice] = ()

    @classmethod
    def empty(cls, why: str, as_of: pd.Timestamp) -> "Exhibit":
        """An exhibit with nothing to draw: it shows the sentence `why` in place of a blank chart."""
        blank = pd.DataFrame()
        return cls(title="", subtitle="", description="", chart=None, table=blank, columns={}, as_of=as_of, note=why)

    def _repr_mimebundle_(self, **_: object) -> Bundle | tuple[Bundle, Bundle]:
        if self.chart is None:
            # Its place on the page has its name all the same: links lead there.
            sentence = {MARKDOWN: markdown_escape.escaped(self.note), PLAIN: self.note}
            return (sentence, {MARKDOWN: {"id": self.id}}) if self.id else sentence
        source_list.collect(self.id, self.rests_on, _source_ids(self), texts=(self.note,))
        # Not checked against the schema here, which is slow: vl-convert refuses what it cannot draw.
        with chart_data.fast():
            spec = in_language(mark_labels.silenced(rounding.plain(self.chart.to_dict(validate=False))))
        key = [swatch.entry() for swatch in self.key]
        bundle: Bundle = {
            EXHIBIT: {
                "id": self.id,
                "title": self.title,
                "subtitle": self.subtitle,
                "key": key,
                "description": self.description,
                "note": markdown_escape.escaped(self.note),
                "source_ids": _source_ids(self),
                "evidence": _evidence(self),
                "as_of": f"{self.as_of:%Y-%m-%d}",
                "table": payload(self.table, self.columns, self.evidence),
            },
            VEGA_LITE: spec,
            PLAIN: f"{self.title}. {self.subtitle}. {self.description}",
        }
        if self.choices:
            bundle[EXHIBIT]["choices"] = [
                vars(choice) | {"steps": [list(step) for step in choice.steps]} for choice in self.choices
            ]
        if os.environ.get("COMPUTE_LEDGER_PICTURES") != "0":
            bundle[PNG] = picture(spec, self.title, self.subtitle, key)
        return bundle


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table that stands on its own, with caption and sources; `columns`, `rests_on` and so on as in Exhibit.

    `row_ids` names the rows that links lead to, `fold_by` a column whose values the page folds the rows up under.
    """

    id: str = ""
    caption: str
    table: pd.DataFrame
    columns: Columns
    as_of: pd.Timestamp
    note: str = ""
    rests_on: Behind = field(default_factory=dict)
    source_ids: Sequence[str] | None = None
    evidence: Rows | None = None
    list_all: bool = False
    row_ids: Sequence[str] = ()
    fold_by: str = ""

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        source_list.collect(self.id, self.rests_on, _source_ids(self), texts=(self.caption, self.note))
        table = payload(self.table, self.columns, self.evidence)
        if self.row_ids:
            table["row_ids"] = list(self.row_ids)
        if self.fold_by:
            table["fold_by"] = self.fold_by
        return {
            TABLE: {
                "id": self.id,
                "caption": markdown_escape.escaped(self.caption),
                "note": markdown_escape.escaped(self.note),
                "source_ids": _source_ids(self),
                "evidence": [] if self.evidence and not self.list_all else rows_behind.links(self.rests_on),
                "as_of": f"{self.as_of:%Y-%m-%d}",
                "table": table,
            },
            MARKDOWN: markdown(table, self.caption),
            PLAIN: f"{self.caption}: {len(self.table)} rows",
        }


Given = ParamSpec("Given")
Made = TypeVar("Made", bound=Exhibit | Table)


def exhibit(id: str) -> Callable[[Callable[Given, Made]], Callable[Given, Made]]:
    """Gives what a function makes its id, whether drawn or empty."""

    def named(make: Callable[Given, Made]) -> Callable[Given, Made]:
        @functools.wraps(make)
        def made(*args: Given.args, **kwargs: Given.kwargs) -> Made:
            return replace(make(*args, **kwargs), id=id)

        return made

    return named


@dataclass(frozen=True, kw_only=True)
class Explorer:
    """A long table that readers may search and filter; whole without JavaScript.

    `row_ids` names the rows that links lead to (one entry a row, missing for rows without a name);
    `filters` are columns to offer as choices, `preview` those that a link to a row shows.
    """

    id: str
    caption: str
    table: pd.DataFrame
    columns: Columns
    row_ids: Sequence[str | None]
    filters: Sequence[str]
    as_of: pd.Timestamp
    note: str = ""
    preview: Sequence[str] = ()

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        table = payload(self.table, self.columns) | {"row_ids": list(self.row_ids)}
        return {
            EXPLORER: {
                "id": self.id,
                "caption": markdown_escape.escaped(self.caption),
                "note": markdown_escape.escaped(self.note),
                "source_ids": [],
                "as_of": f"{self.as_of:%Y-%m-%d}",
                "table": table,
                "filters": list(self.filters),
                "preview": list(self.preview),
            },
            MARKDOWN: markdown(table | {"rows": table["rows"][:20]}, f"{self.caption} (first 20 rows)"),
            PLAIN: f"{self.caption}: {len(self.table)} rows",
        }


@dataclass(frozen=True)
class Downloads:
    """Files of the book that readers may take along: (path from the root of the book, name, what it is)."""

    items: Sequence[tuple[str, str, str]]

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        rows = [{"href": href, "text": text, "note": note} for href, text, note in self.items]
        lines = [f"* {markdown_escape.plain(row['text'])}: {markdown_escape.plain(row['note'])}" for row in rows]
        return {DOWNLOADS: {"items": rows}, MARKDOWN: "\n".join(lines), PLAIN: f"{len(rows)} files"}


@dataclass(frozen=True)
class JsonLd:
    """A description for machines (schema.org), shown to nobody."""

    about: dict[str, Any]

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        return {JSON_LD: self.about, PLAIN: f"{self.about['@type']}: {self.about['name']}"}


@dataclass(frozen=True)
class Provenance:
    """Which data a chapter rests on, for its run card: last line of the cell that loads the `ledger`."""

    ledger: Ledger

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        source_list.begin()
        rests_on = {
            "data_hash": self.ledger.data_hash,
            "as_of": f"{self.ledger.as_of:%Y-%m-%d}",
            "min_grade": self.ledger.min_grade,
        }
        words = "Ledger {data_hash:.12}… as known on {as_of}, sources of grade {min_grade} or better".format(**rests_on)
        return {PROVENANCE: rests_on, PLAIN: words}


@dataclass(frozen=True, kw_only=True)
class KeyFigure:
    """One figure for the cards and for key-figures.json; `text` is how people read `value`.

    `href` leads to the chapter that derives it, `rests_on` (see `evidence_links.links`) names the rows it is computed
    from; `strength` says in a line how well these are borne out.
    """

    id: str
    label: str
    value: float | int | str | None
    unit: str
    text: str
    note: str = ""
    href: str = ""
    rests_on: Behind = field(default_factory=dict)
    strength: str = ""


@dataclass(frozen=True)
class KeyFigures:
    """The key figures of one edition."""

    as_of: pd.Timestamp
    figures: Sequence[KeyFigure] = field(default_factory=tuple)

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        for figure in self.figures:
            source_list.collect(f"figure-{figure.id}", figure.rests_on)
        as_of = f"{self.as_of:%Y-%m-%d}"
        rows = [_card(figure) | {"as_of": as_of} for figure in self.figures]
        lines = [
            f"* {markdown_escape.escaped(figure.label)}: **{markdown_escape.plain(figure.text)}**"
            for figure in self.figures
        ]
        return {
            KEY_FIGURES: {"figures": rows},
            MARKDOWN: "\n".join(lines),
            PLAIN: "\n".join(f"{figure.label}: {figure.text}" for figure in self.figures),
        }


def _card(figure: KeyFigure) -> dict[str, Any]:
    plain = {name: value for name, value in vars(figure).items() if name != "rests_on"}
    plain |= {name: markdown_escape.escaped(plain[name]) for name in ("note", "strength")}
    return plain | {"value": _plain_value(figure.value), "evidence": rows_behind.links(figure.rests_on)}


def _source_ids(exhibit: Exhibit | Table) -> list[str]:
    """The lead sources of the rows that it rests on, unless it names its sources itself."""
    return (
        formatting.lead_sources(*exhibit.rests_on.values()) if exhibit.source_ids is None else list(exhibit.source_ids)
    )


def _evidence(exhibit: Exhibit) -> list[Link]:
    """Links to the claims: of the rows behind the figures or, where marks are few, of each mark by its name."""
    if exhibit.evidence is None or exhibit.list_all:
        return rows_behind.links(exhibit.rests_on)
    if len(exhibit.table) > MOST_LINKED:
        return []
    table, key = exhibit.evidence
    names = exhibit.table[next(iter(exhibit.columns))]
    return [
        {"text": str(name), "href": rows_behind.address(table, row)}
        for name, row in zip(names, exhibit.table[key], strict=True)
    ]


def _plain_value(value: float | int | str | None) -> float | int | str | None:
    if isinstance(value, str) or value is None or pd.isna(value):
        return value if isinstance(value, str) else None
    return rounding.rounded(float(value)) if isinstance(value, float) else int(value)
