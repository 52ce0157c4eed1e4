"""A Vega-Lite specification in words: its title, and what somebody who cannot see the chart has to know of it."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from compute_ledger.report.charts.chart_parts import CONCATENATIONS, Field, Spec, View, as_object, objects, views, words
from compute_ledger.report.charts.drawn_rows import day, values_of
from compute_ledger.shared import rounding

MOST_NAMED, MOST_PARTS, LONGEST_NAME = 6, 4, 60
# The word for one mark, for several, and for the chart.
MOST_DECIMALS = 12
MARKS = {
    "arc": ("slice", "slices", "Pie chart"),
    "area": ("area", "areas", "Area chart"),
    "bar": ("bar", "bars", "Bar chart"),
    "boxplot": ("box plot", "box plots", "Box plot"),
    "circle": ("point", "points", "Scatter plot"),
    "errorband": ("error band", "error bands", "Error band"),
    "errorbar": ("error bar", "error bars", "Error bars"),
    "geoshape": ("shape", "shapes", "Map"),
    "image": ("picture", "pictures", "Chart of pictures"),
    "line": ("line", "lines", "Line chart"),
    "point": ("point", "points", "Scatter plot"),
    "rect": ("cell", "cells", "Heat map"),
    "rule": ("rule", "rules", "Chart of rules"),
    "square": ("point", "points", "Scatter plot"),
    "text": ("label", "labels", "Chart of labels"),
    "tick": ("tick", "ticks", "Strip plot"),
    "trail": ("trail", "trails", "Line chart"),
}
ONE_A_SERIES = ("line", "area", "trail")
OWN_STATISTICS = ("boxplot", "errorband", "errorbar")
PLACES = {
    "x": "across",
    "y": "up",
    "theta": "as angle",
    "radius": "as radius",
    "longitude": "as longitude",
    "latitude": "as latitude",
    "text": "as text",
    "color": "by colour",
    "fill": "by colour",
    "stroke": "by colour",
    "size": "by size",
    "shape": "by shape",
    "strokeDash": "by dashes",
    "opacity": "by opacity",
    "xOffset": "side by side",
    "yOffset": "one below another",
    "facet": "in panels",
    "column": "in columns of panels",
    "row": "in rows of panels",
}
SIDE_BY_SIDE = {"hconcat": "side by side", "vconcat": "one below another", "concat": "beside one another"}


def title(spec: Spec) -> str:
    """The chart's own title, or one made of what it shows; never empty."""
    own_title = words(spec.get("title"))
    if own_title:
        return own_title
    titles = list(dict.fromkeys(filter(None, _titles(spec))))
    rest = f" and {len(titles) - MOST_PARTS} more" if len(titles) > MOST_PARTS else ""
    computed_title = "; ".join(titles[:MOST_PARTS]) + rest
    return computed_title[:1].upper() + computed_title[1:] if computed_title else _kind_of_chart(views(spec))


def subtitle(spec: Spec) -> str:
    """The chart's own subtitle, or ''."""
    return words(as_object(spec.get("title")).get("subtitle"))


def description(spec: Spec) -> str:
    """The author's description, then the kinds of marks, their number, and each field with its range."""
    own_description = words(spec.get("description"))
    sentences = [own_description and f"{own_description.rstrip('.')}.", *_sentences(spec)]
    return " ".join(filter(None, sentences)) or f"{title(spec)}."


def _titles(spec: Spec) -> Iterator[str]:
    """A title for a chart, for each part of one that has several."""
    parts = _parts(spec)
    if parts:
        for part in parts:
            yield words(part.get("title")) or next(filter(None, _titles(part)), "")
    else:
        yield next(filter(None, map(_subject, views(spec))), "")


def _parts(spec: Spec) -> list[Spec]:
    """The parts of a concatenation, each with the data that it has from above."""
    key = next((key for key in CONCATENATIONS if key in spec), "")
    handed_down = {name: spec[name] for name in ("data", "datasets", "transform") if name in spec}
    return [handed_down | part for part in objects(spec.get(key))]


def _subject(view: View) -> str:
    """What a view is about, as "amount by supplier"."""
    fields = {field.channel: field for field in reversed(view.fields)}
    measures = [fields[channel] for channel in ("y", "x", "theta", "size", "color") if _is_measure(fields.get(channel))]
    group_channels = ("x", "y", "color", "fill", "row", "column", "facet", "text", "shape")
    groups = [fields[channel] for channel in group_channels if channel in fields and not _is_measure(fields[channel])]
    placed_fields = [field for field in measures if field.channel in ("x", "y")]
    titles = " and ".join(dict.fromkeys(_plain(field.title) for field in placed_fields or measures[:1]))
    if titles and groups:
        return f"{titles} by {_plain(groups[0].title)}"
    return titles or " and ".join(dict.fromkeys(_plain(field.title) for field in groups[:2]))


def _is_measure(field: Field | None) -> bool:
    return field is not None and field.kind == "quantitative" and field.operation != "bin"


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").split())


def _sentences(spec: Spec) -> Iterator[str]:
    parts = _parts(spec)
    if parts:
        key = next(key for key in CONCATENATIONS if key in spec)
        yield f"{len(parts)} charts {SIDE_BY_SIDE[key]}."
        for number, part in enumerate(parts, 1):
            name = words(part.get("title"))
            yield f"Chart {number}{f', {name}' if name else ''}:"
            yield from _sentences(part)
        return
    yield from _panels(spec)
    layers = views(spec)
    if len(layers) > 1:
        yield f"{_kind_of_chart(layers)} of {len(layers)} layers: {_listed([_marks(view) for view in layers])}."
    elif layers:
        yield f"{_kind_of_chart(layers)}, {_marks(layers[0])}."
    # A field that several layers share is told once.
    field_sentences = dict.fromkeys(sentence for view in layers for sentence in _fields(view))
    yield from (f"{sentence[0].upper()}{sentence[1:]}." for sentence in field_sentences if sentence)


def _panels(spec: Spec) -> Iterator[str]:
    """What panels there are one for each of, where the whole specification is about that."""
    repeat, facet = spec.get("repeat"), as_object(spec.get("facet"))
    panels = repeat if isinstance(repeat, list) else []
    if isinstance(repeat, dict) and "layer" not in repeat:
        panels = [name for names in repeat.values() if isinstance(names, list) for name in names]
    if panels:
        yield f"A panel for each of {_listed([str(name) for name in panels])}."
    kinds = [facet] if "field" in facet else objects([facet.get("row"), facet.get("column")])
    titles = [
        words(as_object(kind.get("header")).get("title") or kind.get("title") or kind.get("field")) for kind in kinds
    ]
    if any(titles):
        yield f"A panel for each {_listed(list(filter(None, titles)))}."


def _kind_of_chart(layers: Sequence[View]) -> str:
    kind = layers[0].mark if layers else ""
    return MARKS[kind][2] if kind in MARKS else "Chart"


def _marks(view: View) -> str:
    """The marks of a view, with their number where the specification tells it."""
    singular, plural, _ = MARKS.get(view.mark, ("mark", "marks", ""))
    number = _number_of_marks(view)
    if number is not None:
        return f"{number:,} {singular if number == 1 else plural}"
    if not view.rows:
        return plural
    return f"{plural} drawn from {len(view.rows):,} {'row' if len(view.rows) == 1 else 'rows'} of data"


def _number_of_marks(view: View) -> int | None:
    if view.rows is None or view.computed or view.mark in OWN_STATISTICS or view.mark == "geoshape":
        return None
    placed_fields = [
        field for field in view.fields if field.channel not in ("tooltip", "description", "order", "href", "key")
    ]
    if view.mark in ONE_A_SERIES:
        apart = [
            field for field in placed_fields if field.channel not in ("x", "y", "x2", "y2") and not field.is_aggregate
        ]
        return _number_of_groups(view, apart)
    if any(field.is_aggregate for field in placed_fields):
        return _number_of_groups(view, [field for field in placed_fields if not field.is_aggregate])
    return len(view.rows) if placed_fields else 1


def _number_of_groups(view: View, fields: Sequence[Field]) -> int | None:
    if any(field.operation or not view.rows or field.name not in view.rows[0] for field in fields):
        return None
    return len({tuple(str(row.get(field.name)) for field in fields) for row in view.rows or ()})


def _fields(view: View) -> Iterator[str]:
    seen = set()
    for field in view.fields:
        place = PLACES.get(field.channel)
        if place and (place, field.name, field.operation) not in seen:
            seen.add((place, field.name, field.operation))
            yield f"{place}: {_plain(field.title)}{_range(view, field)}"


def _range(view: View, field: Field) -> str:
    values = list(values_of(view, field.name))
    if not values or field.operation == "count":
        return ""
    if field.kind == "quantitative":
        return _between(view, field)
    if field.kind == "temporal":
        days = [day(str(value)) for value in values]
        return f", from {min(days)} to {max(days)}" if min(days) != max(days) else f", {days[0]}"
    value_texts = list(dict.fromkeys(str(value)[:LONGEST_NAME] for value in values))
    rest = f" and {len(value_texts) - MOST_NAMED:,} more" if len(value_texts) > MOST_NAMED else ""
    return f" ({', '.join(value_texts[:MOST_NAMED]) + rest if rest else _listed(value_texts)})"


def _between(view: View, field: Field) -> str:
    """The least and the greatest number, each with the name of its mark where one stands for it."""
    rows = [row for row in view.rows or () if _is_number(row.get(field.name))]
    if not rows:
        return ""
    least, most = (pick(rows, key=lambda row: row[field.name]) for pick in (min, max))
    names = [
        candidate
        for candidate in view.fields
        if candidate.kind in ("nominal", "ordinal", "temporal") and not candidate.operation
    ]
    names = [candidate for candidate in names if candidate.channel in ("x", "y", "color", "text", "detail", "shape")]

    def end(row: dict[str, Any]) -> str:
        name = row.get(names[0].name) if names else None
        words = day(str(name))[:LONGEST_NAME] if name not in (None, "") else ""
        return number(row[field.name]) + (f" ({words})" if words else "")

    single = " in single rows" if field.is_aggregate else ""
    if least[field.name] == most[field.name]:
        return f", {number(least[field.name])}{single}"
    return f", from {end(least)} to {end(most)}{single}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value: float) -> str:
    """Four digits that count, thousands set apart; whole numbers as they are."""
    if value == int(value) or abs(value) >= 1000:
        return rounding.text(value, 0).replace("-", "−")
    decimals = min(3 - math.floor(math.log10(abs(value))), MOST_DECIMALS)
    return rounding.text(value, decimals).rstrip("0").rstrip(".").replace("-", "−")


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""
