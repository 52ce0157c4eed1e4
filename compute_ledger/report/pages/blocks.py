"""Outputs of a notebook to blocks of a page: charts, tables, cards, sources, downloads."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from compute_ledger.report.book.layout import RECORDS
from compute_ledger.report.charts import drawn_key, vega_svg
from compute_ledger.report.errors import NotebookError, RenderError
from compute_ledger.report.notebooks.output_contract import Block, checked_id, finding_anchor, require, source_anchor
from compute_ledger.report.pages.html_tables import columns_of, filter_columns, folds, grid
from compute_ledger.report.pages.markdown import PrintProse, Prose
from compute_ledger.shared.languages.phrases import phrase
from compute_ledger.shared.mime_types import VEGA_LITE

MOST_SOURCES_OPEN = 6
MOST_NAMED = 2  # publishers in the line below a chart
MOST_OF_A_GRADE = 4  # sources in its details; a chart over many quarters rests on dozens
# Brackets after a publisher say through whom it was read, as in "Reuters (copy on example.org)"; what stands before a
# slash, on which wire, as in "Business Wire / Amazon". "(quoted copy)" is a page of its own, known from a quotation.
BRACKETS = re.compile(r"\s*\([^()]*\)")
OF_ITS_OWN = "(quoted copy)"
LINK_HERE = re.compile(r' href="(#[^"]+)"')
DESK_ANCHOR = "desk"
RECORD_PATH = re.compile(rf"(?:{'|'.join(RECORDS)})/[\w-]+", re.ASCII)
DESK_INPUTS = ("choice", "number", "day")


def prose(text: str, prose: Prose, name: str = "") -> Block:
    """Markdown: its HTML, and its words by heading; `name` is the id of its place, where that has one."""
    html, passages = prose.passages(text)
    return {
        "kind": "prose",
        "id": prose.anchor(name) if name else "",
        "html": html,
        "passages": passages,
        "evidence": [],
    }


def finding(data: Block, words: Prose, place: str) -> Block:
    """A statement of the report: prose with an anchor, its claim by itself, and the rows that it rests on."""
    block = prose(data["text"], words, finding_anchor(data["name"], place))
    return {**block, "claim": words.inline(data["claim"]), "evidence": _links(data, words)}


def exhibit(data: Block, spec: Any, sources: Mapping[str, Block], prose: Prose, place: str) -> Block:
    """A figure: both SVG variants, words, sources (none where `data` says `unsourced`) and the table of its numbers."""
    if not isinstance(spec, dict):
        raise NotebookError(f"{place}: exhibit {data['id']!r} comes without a {VEGA_LITE} chart")
    for key in ("title", "description", "source_ids"):
        if not data[key] and not (key == "source_ids" and data.get("unsourced")):
            raise NotebookError(f"{place}: exhibit {data['id']!r} has an empty {key}; every chart needs one")
    shared = _shared(data, sources, prose, place)
    swatches = drawn_key.checked_key(data, place)
    paper = isinstance(prose, PrintProse)
    try:
        pictures = vega_svg.draw(spec, shared["id"], data["title"], data["description"], paper=paper)
    except RenderError as error:
        raise RenderError(f"{place}: {error.message}") from error
    return {
        **shared,
        "kind": "exhibit",
        "name": data["title"],
        "title": data["title"],
        "subtitle": data["subtitle"],
        "key": [{**entry, "swatch": drawn_key.drawn(entry, paper=paper)} for entry in swatches],
        "description": data["description"],
        "svg": {name: Markup(text) for name, text in pictures.items()},
        "choices": _choices(data, prose, place),
    }


def _choices(data: Block, prose: Prose, place: str) -> list[Block]:
    """What readers may pick out of the chart: each with its id in the page, and labels of marks in steps."""
    choices = [require(choice, "choice", place) for choice in data.get("choices") or []]
    return [{**choice, "id": prose.anchor(checked_id(choice["id"], place))} for choice in choices]


def table(data: Block, sources: Mapping[str, Block], prose: Prose, place: str) -> Block:
    """A table that stands on its own."""
    caption = prose.inline(data["caption"])
    return {
        **_shared(data, sources, prose, place),
        "kind": "table",
        "name": caption.striptags(),
        "caption": caption,
        "folds": folds(data, prose, place),
    }


def explorer(data: Block, sources: Mapping[str, Block], prose: Prose, place: str) -> Block:
    """A standing table that report.js lets readers search and filter; whole without it.

    `preview` are the positions of the columns that a link to one of its rows shows.
    """
    filters = " ".join(map(str, filter_columns(data, place)))
    preview = columns_of("preview", data.get("preview", ()), data, place)
    return {**table(data, sources, prose, place), "kind": "explorer", "filters": filters, "preview": preview}


def cards(data: Block, prose: Prose, place: str) -> Block:
    """Key figures; `href` leads to the chapter that explains each."""
    figures = [require(figure, "figure", place) for figure in data["figures"]]
    key_figures = [
        {
            "id": prose.anchor(f"figure-{checked_id(figure['id'], place)}"),
            "label": figure["label"],
            "text": figure["text"],
            "note": prose.inline(figure.get("note") or ""),
            "strength": prose.inline(figure.get("strength") or ""),
            "href": prose.href(figure.get("href") or ""),
            "evidence": _links(figure, prose),
        }
        for figure in figures
    ]
    return {"kind": "cards", "figures": key_figures, "as_of": [figure["as_of"] for figure in figures]}


def desk(data: Block, place: str) -> Block:
    """Inputs with their published values, the answer as published, and in `held` what the scripts need besides."""
    for each in data["inputs"]:
        checked_id(each["name"], place)
        if each["kind"] not in DESK_INPUTS:
            raise NotebookError(
                f"{place}: the desk has an input of kind {each['kind']!r}; use {', '.join(DESK_INPUTS)}"
            )
    ticks: Block = next((each["ticks"] for each in data["inputs"] if each["kind"] == "day"), {})
    return {
        "kind": "desk",
        "id": DESK_ANCHOR,
        "scripts": [checked_id(name, place) for name in (*data["needs"], data["module"])],
        "inputs": [each | {"iso": _iso_days(each)} if each["kind"] == "day" else each for each in data["inputs"]],
        "answer": data["answer"],
        "labels": data["labels"],
        "as_of": data["as_of"],
        "held": {name: data[name] for name in ("module", "chapter", "fixed", "words", "data")} | {"ticks": ticks},
    }


def _iso_days(day_input: Block) -> dict[str, str]:
    """The ends and the value of a desk's day, which are days since 1970-01-01, as a date field has them."""
    return {
        end: (date(1970, 1, 1) + timedelta(days=int(day_input[end]))).isoformat() for end in ("low", "high", "value")
    }


def source_list(data: Block, prose: Prose, place: str) -> Block:
    """The chapter's sources, each with the anchor `source-<id>`."""
    sources = []
    for entry in data["sources"]:
        source = require(entry, "source", place)
        href = prose.href(source["url"] or "") if source["url"] else None
        host = urlsplit(href).hostname if href else ""
        later = source.get("later") or ""
        anchor = prose.anchor(source_anchor(source["source_id"], place))
        sources.append({**source, "id": anchor, "href": href, "host": host, "later": later})
    listed = best_first(sources)
    return {"kind": "sources", "sources": listed, "listed": listed, "summary": by_grade(sources)}


def shorten_lists(page_blocks: Sequence[Block]) -> None:
    """Of a long list of sources, let the page list those alone that its other blocks lead to; a file has all.

    What stands apart from the page leads to the list there.
    """
    linked = set(_links_within(page_blocks))
    for block in page_blocks:
        if block["kind"] == "sources" and block["summary"]:
            block["listed"] = [source for source in block["sources"] if f"#{source['id']}" in linked]


def _links_within(page_blocks: Sequence[Block]) -> Iterator[str]:
    for block in page_blocks:
        texts = [block["html"]] if block["kind"] == "prose" else []
        if "basis" in block and not block.get("apart"):
            yield from (link["href"] for link in block["basis"]["best"])
            yield from (source["href"] for of_grade in block["grades"] for source in of_grade["named"])
            bodies = [block["table"]["body"], *(fold["grid"]["body"] for fold in block.get("folds", ()))]
            texts += [block["note"], *bodies]
        texts += [figure[part] for figure in block.get("figures", ()) for part in ("note", "strength")]
        yield from LINK_HERE.findall(" ".join(texts))


def best_first(sources: Sequence[Block]) -> list[Block]:
    """Sources by grade; of one grade those read at their publisher before those read through others."""

    def rank(source: Block) -> tuple[str, bool]:
        return source["grade"], bool(BRACKETS.search(source["publisher"].replace(OF_ITS_OWN, "")))

    return sorted(sources, key=rank)


def by_grade(sources: Sequence[Block]) -> str:
    """'82 sources by grade: 3 A, 40 A-, 39 B', or nothing where a page has few enough to show them all at once."""
    counts = Counter(source["grade"] for source in sources)
    words = ", ".join(f"{counts[grade]}\xa0{grade}" for grade in sorted(counts))
    if len(sources) <= MOST_SOURCES_OPEN:
        return ""
    return str(phrase("{number} sources by grade: {grades}", number=len(sources), grades=words))


def _basis(sources: Sequence[Block]) -> Block:
    """The line below a chart: the `best` publishers, how many `more`, and the range of `grades` ('A to B').

    `sources` are the best first; a publisher is named without whom it was read through.
    """
    publishers: dict[str, Block] = {}
    for source in sources:
        name = BRACKETS.sub("", source["publisher"]).rpartition(" / ")[2].strip() or source["publisher"]
        publishers.setdefault(name, {"text": name, "href": source["href"]})
    best = list(publishers.values())[:MOST_NAMED]
    ends = list(dict.fromkeys(source["grade"] for source in (sources[0], sources[-1]))) if sources else []
    grades = phrase("{best} to {lowest}", best=ends[0], lowest=ends[1]) if len(ends) > 1 else "".join(ends)
    return {"best": best, "more": len(publishers) - len(best), "grades": grades}


def _grades(sources: Sequence[Block]) -> list[Block]:
    """Of each grade its `grade`, the sources to be `named` and how many `more` there are; `sources` the best first."""
    by_grade = {grade: list(own) for grade, own in groupby(sources, key=lambda source: source["grade"])}
    return [
        {"grade": grade, "named": own[:MOST_OF_A_GRADE], "more": len(own[MOST_OF_A_GRADE:])}
        for grade, own in by_grade.items()
    ]


def records(data: Block, prose: Prose, place: str) -> Block:
    """What pages of their own say, which this one does not show: texts as HTML, links as the book has them."""
    paths: set[str] = set()
    made = []
    for entry in data["records"]:
        record = require(entry, "record", place)
        if not RECORD_PATH.fullmatch(record["path"]) or record["path"].casefold() in paths:
            raise NotebookError(f"{place}: {record['path']!r} is no address of a record, or that of two")
        paths.add(record["path"].casefold())
        related = [(heading, _links({"evidence": links}, prose)) for heading, links in record.get("related") or ()]
        made.append(
            {
                "path": record["path"],
                "title": record["title"],
                "html": prose.words(record["text"]),
                "anchor": record.get("anchor") or "",
                "standing": bool(record.get("standing")),
                "amounts": record.get("amounts"),
                "related": [(heading, links) for heading, links in related if links],
                "tables": [_plain_table(table, prose) for table in record.get("tables") or ()],
            }
        )
    return {
        "kind": "records",
        "table": data["table"],
        "columns": data["columns"],
        "as_of": data["as_of"],
        "records": made,
    }


def _plain_table(table: Block, prose: Prose) -> Block:
    """A table of words; each cell is a text and where it leads, or None."""

    def cell(value: Any) -> tuple[str, str | None]:
        if isinstance(value, dict):
            return str(value["text"]), prose.href(value["href"])
        return str(value), None

    return {**table, "rows": [[cell(value) for value in row] for row in table["rows"]]}


def downloads(data: Block, prose: Prose, place: str) -> Block:
    """Files of the book to take away; addresses are those below the book's root."""
    items = []
    for entry in data["items"]:
        item = require(entry, "download", place)
        href = prose.href(str(item["href"]))
        if href is None or urlsplit(href).scheme:
            raise NotebookError(f"{place}: download {item['href']!r} is no file of the book; write data/<name>")
        items.append({"href": href, "text": item["text"], "note": item.get("note") or ""})
    return {"kind": "downloads", "items": items}


def _shared(data: Block, sources: Mapping[str, Block], prose: Prose, place: str) -> Block:
    missing = [source_id for source_id in data["source_ids"] if source_id not in sources]
    if missing:
        raise NotebookError(
            f"{place}: {data['id']!r} names source {missing[0]!r}, which the page's list of sources lacks"
        )
    own = best_first([{**sources[s], "href": prose.href(f"#{source_anchor(s, place)}")} for s in data["source_ids"]])
    return {
        "id": prose.anchor(checked_id(data["id"], place)),
        "note": prose.inline(data["note"] or ""),
        "sources": own,
        "basis": _basis(own),
        "grades": _grades(own),
        "computation": None,
        "evidence": _links(data, prose),
        "as_of": data["as_of"],
        "table": grid(data, prose, place),
    }


def _links(data: Block, prose: Prose) -> list[Block]:
    """The addresses of the evidence behind a figure, those that a page may lead to."""
    links = [{"text": link["text"], "href": prose.href(link["href"])} for link in data.get("evidence") or []]
    return [link for link in links if link["href"] is not None]
