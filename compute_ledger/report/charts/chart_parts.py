"""A Vega-Lite specification taken apart: its single views, each with its mark, fields and rows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Spec = dict[str, Any]
Row = dict[str, Any]
CONCATENATIONS = ("hconcat", "vconcat", "concat")
COUNT_TITLE = "Number of rows"
TIME_UNIT = re.compile("year|quarter|month|week|dayofyear|date|day|hours|minutes|milliseconds|seconds")
# In the order in which a reader takes them in.
CHANNELS = (
    *("x", "x2", "y", "y2", "theta", "theta2", "radius", "radius2", "longitude", "latitude", "text", "color", "fill"),
    *("stroke", "size", "shape", "strokeDash", "strokeWidth", "opacity", "fillOpacity", "strokeOpacity", "angle"),
    *(
        "xOffset",
        "yOffset",
        "facet",
        "column",
        "row",
        "detail",
        "tooltip",
        "description",
        "url",
        "href",
        "key",
        "order",
    ),
)


@dataclass(frozen=True)
class Field:
    """One channel of a view: the column that it shows, under which title, and how it is reckoned from its rows.

    `kind` is quantitative, temporal, ordinal or nominal; `name` is empty for a count of rows. `operation` is an
    aggregate, a unit of time or "bin". `titled` is whether the author chose the title.
    """

    channel: str
    name: str
    kind: str
    title: str
    titled: bool = False
    operation: str = ""

    @property
    def is_aggregate(self) -> bool:
        """Whether several rows give one value."""
        return bool(self.operation) and self.operation != "bin" and not self.operation.startswith("time ")


@dataclass(frozen=True)
class View:
    """A mark with its fields. `rows` is None where the data are not in the chart; `computed` if it changes them."""

    mark: str
    fields: tuple[Field, ...]
    rows: list[Row] | None
    computed: bool = False


def as_object(value: Any) -> Spec:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[Spec]:
    """The objects in a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def words(text: Any) -> str:
    """A title (text, lines, or an object with either) as one line; '' for what is none."""
    if isinstance(text, dict):
        return words(text.get("text"))
    lines = text if isinstance(text, list) else [text]
    return " ".join(" ".join(line for line in lines if isinstance(line, str)).split())


def views(spec: Spec) -> list[View]:
    """Every single view of a specification, layers and parts in their order."""
    datasets = {name: rows for name, rows in as_object(spec.get("datasets")).items() if isinstance(rows, list)}
    return list(_views(spec, _Inherited({}, None, False, {}), datasets))


@dataclass(frozen=True)
class _Inherited:
    encoding: Spec
    rows: list[Row] | None
    computed: bool
    repeated: Mapping[str, Sequence[str]]


def _views(spec: Spec, above: _Inherited, datasets: Mapping[str, list[Any]]) -> Iterator[View]:
    rows = _rows(spec["data"], datasets) if isinstance(spec.get("data"), dict) else above.rows
    inner = _Inherited(
        above.encoding | as_object(spec.get("encoding")),
        rows,
        above.computed or bool(spec.get("transform")),
        {**above.repeated, **_repeated(spec.get("repeat"))},
    )
    parts = next((objects(spec[key]) for key in ("layer", *CONCATENATIONS) if key in spec), None)
    if parts is not None:
        inner = inner if "layer" in spec else _Inherited({}, inner.rows, inner.computed, inner.repeated)
        for part in parts:
            yield from _views(part, inner, datasets)
    elif isinstance(spec.get("spec"), dict):
        yield from _views(spec["spec"], inner, datasets)
    elif "mark" in spec:
        mark = spec["mark"].get("type") if isinstance(spec["mark"], dict) else spec["mark"]
        yield View(str(mark), tuple(_fields(inner)), rows, inner.computed)


def _rows(data: Spec, datasets: Mapping[str, list[Any]]) -> list[Row] | None:
    values = data.get("values", datasets.get(str(data.get("name"))))
    if not isinstance(values, list):
        return None
    return [value if isinstance(value, dict) else {"data": value} for value in values]


def _repeated(repeat: Any) -> dict[str, Sequence[str]]:
    repeats = repeat if isinstance(repeat, dict) else {"repeat": repeat}
    return {key: [str(name) for name in names] for key, names in repeats.items() if isinstance(names, list)}


def _fields(view: _Inherited) -> Iterator[Field]:
    for channel in sorted(view.encoding, key=lambda name: CHANNELS.index(name) if name in CHANNELS else len(CHANNELS)):
        channel_definition = view.encoding[channel]
        for definition in [channel_definition] if isinstance(channel_definition, dict) else objects(channel_definition):
            condition = as_object(definition.get("condition"))
            for field_definition in (definition, condition):
                if field := _field(channel, field_definition, view.repeated):
                    yield field


def _field(channel: str, definition: Spec, repeated: Mapping[str, Sequence[str]]) -> Field | None:
    field_name = definition.get("field")
    if isinstance(field_name, dict):
        field_name = " or ".join(repeated.get(str(field_name.get("repeat")), ()))
    name = field_name.replace("\\", "") if isinstance(field_name, str) else ""
    aggregate, unit = definition.get("aggregate"), definition.get("timeUnit")
    if isinstance(aggregate, dict):  # argmin and argmax, by another column
        aggregate = next(iter(aggregate), "")
    if not name and aggregate != "count":
        return None
    operation = str(aggregate or "")
    if not operation and unit:
        operation = f"time {as_object(unit).get('unit', '') if isinstance(unit, dict) else unit}"
    operation = operation or ("bin" if definition.get("bin") else "")
    chosen_title = _chosen_title(definition)
    kind = str(definition.get("type") or ("quantitative" if aggregate else "nominal"))
    return Field(channel, name, kind, chosen_title or _usual_title(name, operation), bool(chosen_title), operation)


def _chosen_title(definition: Spec) -> str:
    places = [definition, *(as_object(definition.get(guide)) for guide in ("axis", "legend", "header"))]
    return next(filter(None, (words(place.get("title")) for place in places)), "")


def _usual_title(name: str, operation: str) -> str:
    if operation == "count":
        return COUNT_TITLE
    if operation.startswith("time "):
        units = TIME_UNIT.findall(operation)
        unit = " and ".join(units)
        return unit if name.lower() in units else f"{name} ({unit})" if unit else name
    return name if operation in ("", "bin") else f"{operation} of {name}"
