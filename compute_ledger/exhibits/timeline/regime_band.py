"""The band above the swim lanes: who held which right over the buyer's computing, and when."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing import text_metrics
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.theme import BLUE, GREEN, INK, MUTED, SLATE, TEAL
from compute_ledger.exhibits.timeline.swimlane_layout import PLOT_NARROW, PLOT_WIDE, lane, width

REGIME_COLOURS = (BLUE, TEAL, GREEN, SLATE)


def regimes_between(regimes: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Regimes in force at some time between two days, oldest first, with their `number`."""
    in_window = (regimes["until"].isna() | (regimes["until"] > start)) & (regimes["from"] < end)
    rows = regimes[in_window].sort_values("from", kind="stable", ignore_index=True)
    return rows.assign(number=[str(i + 1) for i in range(len(rows))])


def band_rows(regimes: pd.DataFrame) -> list[str]:
    """Names of the lanes that the band takes, above all others."""
    return [lane("000", f"{regimes['holder'].iloc[0]}'s right"), lane("000b", "")] if len(regimes) else []


def band(
    regimes: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp, y: alt.Y, time: alt.Scale, step: alt.ExprRef
) -> list[alt.Chart]:
    """One stretch a regime, from `regimes_between`, with its number and, where there is room, its name."""
    if regimes.empty:
        return []
    begins = regimes["from"].mask(regimes["from"] < start, start)
    until = regimes["until"].mask(regimes["until"].isna() | (regimes["until"] > end), end)
    parts = (until - begins).dt.days / (end - start).days
    named = list(zip(regimes["number"], regimes["label"], parts, strict=True))
    data = pd.DataFrame(
        {
            "row": band_rows(regimes)[0],
            "from": begins.dt.strftime("%Y-%m-%d"),
            "until": until.dt.strftime("%Y-%m-%d"),
            "label": [_fitted(number, label, part * PLOT_WIDE) for number, label, part in named],
            "short": [_fitted(number, label, part * PLOT_NARROW) for number, label, part in named],
            "mark": mark_labels(regimes["label"], "from " + regimes["from"].map(formatting.day)).tolist(),
            "shade": [REGIME_COLOURS[i % len(REGIME_COLOURS)] for i in range(len(regimes))],
        }
    )
    base = alt.Chart(data).encode(y=y, x=alt.X("from:T", scale=time))
    strip = base.mark_bar(height=36, fillOpacity=0.3, strokeWidth=0.75, yOffset=step).encode(
        x2=alt.X2("until:T"),
        color=alt.Color("shade:N", scale=None),
        stroke=alt.Stroke("shade:N", scale=None),
        description=SPOKEN,
    )
    rules = alt.Chart(data.iloc[1:]).mark_rule(strokeDash=[2, 3], color=MUTED).encode(x=alt.X("from:T", scale=time))
    words = base.transform_calculate(shown="narrow ? datum.short : datum.label").mark_text(
        align="left",
        dx=4,
        dy=text_metrics.lift(13),
        color=INK,
        fontSize=11,
        lineBreak="\n",
        lineHeight=13,
        yOffset=step,
    )
    return [strip, rules, words.encode(text=alt.Text("shown:N"))]


def _fitted(number: str, label: str, room: float) -> str:
    """Number and name on one line or two; where the name is too long the number alone, if that has room."""
    words = f"{number} {label}".split(" ")
    full_text = " ".join(words)
    if width(full_text) + 8 <= room:
        return full_text
    halves = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(2, len(words))]
    fitting = [half for half in halves if max(map(width, half)) + 8 <= room]
    if fitting:
        return "\n".join(min(fitting, key=lambda half: max(map(width, half))))
    return number if width(number) + 6 <= room else ""


def regime_names(regimes: pd.DataFrame) -> str:
    """'1 “Azure only”, from 22 July 2019; 2 ...' or nothing."""
    return "; ".join(
        f"{number} “{label}”, from {formatting.day(since)}"
        for number, label, since in zip(regimes["number"], regimes["label"], regimes["from"], strict=True)
    )
