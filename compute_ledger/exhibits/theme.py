"""How every chart looks: one size, one type, one colour for each supplier, on light and dark pages alike."""

import base64
import re
import zlib
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from compute_ledger.shared import rounding
from compute_ledger.shared.chart_look import (
    ACCENT,
    BLUE,
    BROWN,
    CONFIG,
    GOLD,
    GREEN,
    GREY,
    INK,
    NARROW,
    OLIVE,
    PALETTE,
    PAPER,
    PLAIN,
    PURPLE,
    RED,
    SLATE,
    TEAL,
    VERMILION,
    VIOLET,
    WIDTH,
    key_below,
)
from compute_ledger.shared.chart_look import GRID as GRID
from compute_ledger.shared.chart_look import MUTED as MUTED
from compute_ledger.shared.fonts import vl_convert
from compute_ledger.shared.languages.phrases import spoken
from compute_ledger.shared.typeface import TYPEFACE

FIXED = {
    "Microsoft": BLUE,
    "Azure": BLUE,
    "Oracle": RED,
    "AWS": VERMILION,
    "Amazon": VERMILION,
    "Google Cloud": GREEN,
    "Google": GREEN,
    "CoreWeave": VIOLET,
    "Cerebras": TEAL,
    "Nvidia": OLIVE,
    "AMD": PURPLE,
    "Broadcom": BROWN,
    "SoftBank": SLATE,
    "Stargate": GOLD,
    "Entrant": PURPLE,
    "Others": GREY,
}

# The buyer of a report and the one beside it, in every chart: neither is a supplier's, and one is lighter.
BUYERS = (ACCENT, PLAIN)

# A colour by its name in the page, with the one that a picture has; and the sizes that an SVG begins with.
VARIABLE = re.compile(r"var\(--[\w-]+,\s*(#\w+)\)", re.ASCII)
SIZE = re.compile(r'(?:width|height)="([\d.]+)"', re.ASCII)


def colour(name: str) -> str:
    """The colour of a supplier: its own or its kin's in the report, a stable pick for those of another ledger."""
    return _fixed(name) or PALETTE[zlib.crc32(name.encode()) % len(PALETTE)]


def _fixed(name: str) -> str | None:
    """'Stargate UAE' has the colour of 'Stargate'; a stranger has none."""
    return next((shade for firm, shade in FIXED.items() if f"{name} ".startswith(f"{firm} ")), None)


def colours(names: list[str]) -> alt.Scale:
    """A colour scale over `names` in their order; two strangers never share a colour while one is free."""
    picked: list[str] = []
    for name in names:
        shade = colour(name)
        if shade in picked and _fixed(name) is None:
            shade = next((free for free in PALETTE if free not in picked), shade)
        picked.append(shade)
    return alt.Scale(domain=names, range=picked)


def when_narrow(narrow: float, wide: float) -> alt.ExprRef:
    """A number that differs between the narrow and the wide drawing of a chart."""
    return alt.ExprRef(f"narrow ? {in_expression(narrow)} : {in_expression(wide)}")


def domain_when_narrow(narrow: float, wide: float, first: float = 0) -> alt.ExprRef:
    """The domain of a scale from `first` to a number that differs between the narrow and the wide drawing."""
    ends = map(in_expression, (first, narrow, wide))
    return alt.ExprRef("[{}, narrow ? {} : {}]".format(*ends))


def in_expression(value: float) -> str:
    """A number in an expression of Vega, where it is text: rounded here, as the numbers of a specification are."""
    return f"{rounding.rounded(value):.{rounding.DIGITS}g}"


def time_scale(start: pd.Timestamp, end: pd.Timestamp, wide: float = 0.0, narrow: float = 0.0) -> alt.Scale:
    """A UTC time scale from `start` to `end`, with room to the right for labels, as a part of the span."""
    first, span = int(start.timestamp() * 1000), int((end - start).total_seconds() * 1000)
    last = [round(first + span * (1 + part)) for part in (narrow, wide)]
    return alt.Scale(type="utc", domain=alt.ExprRef(f"[{first}, narrow ? {last[0]} : {last[1]}]"))


def ticks(start: pd.Timestamp, end: pd.Timestamp, about: int = 6) -> list[alt.DateTime]:
    """First days of years, half years, quarters or months between two days, about as many as asked for."""
    for freq in ("YS", "6MS", "QS", "MS"):
        dates = pd.date_range(start.to_period("Y").start_time, end, freq=freq)
        dates = dates[dates >= start]
        if len(dates) >= about / 2:
            break
    step = -(-len(dates) // about) or 1
    return [alt.DateTime(year=day.year, month=day.month, utc=True) for day in dates[::step]]


def days(title: str | None = None, **axis: Any) -> alt.Axis:
    """A time axis; the scale beside it must be UTC, or the reader's time zone moves the points."""
    return alt.Axis(title=title, grid=False, **axis)


def text(chart: alt.Chart, **style: Any) -> list[alt.Chart]:
    """Text with a halo in the colour of the page, so that it reads over marks: two layers."""
    return [
        chart.mark_text(stroke=PAPER, strokeWidth=4, strokeJoin="round", **style),
        chart.mark_text(**({"color": INK} | style)),
    ]


def finish(chart: Any, height: int, narrow_height: int | None = None, narrow: dict[str, Any] | None = None) -> Any:
    """Give a chart the size and style of the book, say how to redraw it for a phone, and return it.

    The chart itself is changed: each of Altair's own calls would copy it whole. `usermeta.narrow` is a JSON merge patch (RFC 7386). The parameter `narrow` is true in the patched chart,
    so that labels may be shortened there.
    """
    patch: dict[str, Any] = {"width": NARROW, "params": [{"name": "narrow", "value": True}]}
    if narrow_height:
        patch["height"] = narrow_height
    look = {
        "params": [alt.param(name="narrow", value=False).param],
        "width": WIDTH,
        "height": height,
        "autosize": alt.AutoSizeParams(type="fit", contains="padding"),
        "background": "transparent",
        "padding": 4,
        "usermeta": {"narrow": patch | (narrow or {})},
        "config": alt.Config(**CONFIG),
    }
    for name, value in look.items():
        chart[name] = value
    return chart


def in_language(spec: dict[str, Any]) -> dict[str, Any]:
    """A specification whose axes write numbers and days as the language that is spoken does."""
    language = spoken()
    if language.is_english:
        return spec
    numbers = {"decimal": language.decimal, "thousands": language.thousands, "grouping": [3], "currency": ["", ""]}
    locale: dict[str, Any] = {"number": numbers}
    if language.months:
        days = {"days": [""] * 7, "shortDays": [""] * 7, "periods": ["", ""], "date": "", "time": "", "dateTime": ""}
        locale["time"] = days | {"months": list(language.months), "shortMonths": list(language.short_months)}
    return spec | {"config": spec.get("config", {}) | {"locale": locale}}


def picture(spec: dict[str, Any], title: str, subtitle: str, key: Sequence[dict[str, Any]] = ()) -> str:
    """The chart with its key below it, as a PNG (base64) for viewers that cannot draw the specification."""
    drawn = spec | {
        "config": spec.get("config", {}) | {"font": TYPEFACE.family},
        "background": "#ffffff",
        "title": {
            "text": title,
            "subtitle": subtitle,
            "anchor": "start",
            "fontSize": 14,
            "subtitleFontSize": 12,
            "limit": 700,
        },
    }
    version = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    chart = vl_convert().vegalite_to_svg(vl_spec=drawn, vl_version=version, allowed_base_urls=[])
    png = vl_convert().svg_to_png(VARIABLE.sub(r"\1", _over_key(chart, key)), scale=1.5)
    return base64.b64encode(png).decode("ascii")


def _over_key(chart: str, key: Sequence[dict[str, Any]]) -> str:
    """The SVG of a chart in a larger one, with its key below it."""
    width, height = (float(size) for size in SIZE.findall(chart)[:2])
    swatches, foot = key_below(key, 8, height + 4, width - 16)
    lettering = f'font-family="{TYPEFACE.family}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{foot + 4:g}" {lettering}>'
        f'<rect width="{width:g}" height="{foot + 4:g}" fill="#ffffff"/>{chart}{swatches}</svg>'
    )
