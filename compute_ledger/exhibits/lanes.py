"""The swim lanes of deals, under a band of the exclusivity regime."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from ..measures import timeline as measure
from . import prose
from .outputs import Exhibit
from .theme import BLUE, GREEN, INK, MUTED, SLATE, TEAL, colours, days, finish, text, ticks

MOST_DRAWN = 120
NOTHING = "No deal of the chosen layers and kinds was publicly known then, so there is nothing to draw."
REGIME_COLOURS = (BLUE, TEAL, GREEN, SLATE)
SHAPES = {
    "binding": ("circle", True),
    "not binding": ("circle", False),
    "amendment": ("diamond", True),
    "ended": ("cross", True),
}
# Widths in px of the part of the chart that has a time axis, and of an average letter of the labels.
PLOT_WIDE, PLOT_NARROW, LETTER = 565, 235, 5.3


def lanes(deals: pd.DataFrame, regimes: pd.DataFrame, as_of: pd.Timestamp, since: str, buyer: str) -> Exhibit:
    """One row a deal, in lanes by counterparty ordered by their first deal.

    `deals` from `measures.timeline.select`. A pale bar runs from the announcement (or the later start) to the
    end of the term or of the deal; filled marks bind, hollow ones do not, crossed ones have ended.
    """
    if deals.empty:
        return Exhibit.absent("deal-lanes", NOTHING, as_of)
    total, suppliers = len(deals), deals["counterparty"].nunique()
    deals = deals.nlargest(MOST_DRAWN, "amount_usd_bn") if total > MOST_DRAWN else deals
    left_out = f" Drawn are the {MOST_DRAWN} largest of {total:,} deals." if total > MOST_DRAWN else ""
    start, end = pd.Timestamp(since), as_of + pd.Timedelta(days=120)
    first = deals.groupby("counterparty")["announced_on"].transform("min")
    rows = deals.assign(first=first).sort_values(
        ["first", "counterparty", "announced_on", "deal_id"], ignore_index=True
    )
    data = _drawn(rows, start, end)
    y = alt.Y(
        "row:O",
        sort="ascending",
        title=None,
        axis=alt.Axis(labelExpr="split(datum.label,'|')[1]", ticks=False, domain=False),
    )
    time = alt.Scale(type="utc", domain=[f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"])
    x = alt.X(
        "announced:T",
        scale=time,
        axis=days(orient="top", format="%b %Y", values=ticks(start, as_of, 5), labelBound=True),
    )
    base = alt.Chart(data).encode(y=y, x=x, color=alt.Color("shade:N", scale=None))
    bars = (
        base.transform_filter("datum.bar_end != null")
        .mark_bar(height=17, opacity=0.2, clip=True)
        .encode(x2="bar_end:T")
    )
    points = [
        base.transform_filter(alt.datum.form == form)
        .mark_point(
            shape=shape,
            size=70,
            filled=filled,
            strokeWidth=2,
            angle=45 if shape == "cross" else 0,
            clip=True,
            opacity=1,
        )
        .encode(description="label:N")
        for form, (shape, filled) in SHAPES.items()
        if (data["form"] == form).any()
    ]
    labels = [
        layer
        for side in ("left", "right")
        for layer in text(
            alt.Chart(data)
            .transform_filter(f"(narrow ? datum.side_narrow : datum.side) == '{side}'")
            .transform_calculate(shown="narrow ? datum.short : datum.label")
            .encode(y=y, x=x, text="shown:N"),
            align="right" if side == "left" else "left",
            dx=-9 if side == "left" else 9,
            fontSize=11,
        )
    ]
    band, legend = _regime_band(regimes, start, end, y, time)
    ended, open_ended = int((data["form"] == "ended").sum()), int((data["form"] == "not binding").sum())
    span = f"{prose.day(rows['announced_on'].min())} to {prose.day(rows['announced_on'].max())}"
    return Exhibit(
        id="deal-lanes",
        title=f"{prose.capital(prose.count(total, 'deal'))} with {prose.count(suppliers, 'partner')} since {prose.day(start)}",
        subtitle=(
            f"Deals of {buyer} announced since {prose.day(start)}, one row a deal, as known on {prose.day(as_of)}. "
            "Filled: binding. Hollow: not binding. Cross: ended. Diamond: amendment. Pale bar: published term, or until the end"
        ),
        description=(
            f"Timeline with one lane for each of {suppliers} counterparties of {buyer}, {len(rows)} deals from {span}; "
            f"{ended} of them have ended and {open_ended} of the others do not bind.{legend}"
        ),
        chart=finish(
            alt.layer(*band, bars, *points, *labels),
            height=24 * (len(data) + 2) + 20,
            narrow_height=22 * (len(data) + 2) + 20,
            narrow={"config": {"axisY": {"labelLimit": 82, "labelFontSize": 11}, "axisX": {"labelFontSize": 10}}},
        ),
        table=rows.assign(
            kind_label=rows["kind"].map(prose.KIND_LABELS), status_label=rows["status"].map(prose.STATUS_LABELS)
        ),
        columns={
            "counterparty": ("Counterparty", ""),
            "title": ("Deal", ""),
            "announced_on": ("Announced", ""),
            "kind_label": ("Kind", ""),
            "status_label": ("Status", ""),
            "amount_usd_bn": ("Amount", "USD bn"),
            "capacity_gw": ("Capacity", "GW"),
            "term_years": ("Term", "years"),
        },
        source_ids=prose.lead_sources(rows, regimes),
        as_of=as_of,
        evidence=("deals", "deal_id"),
        note=f"A bar that reaches the right edge runs beyond it; where no term is published there is none.{legend}{left_out}",
    )


def _drawn(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """What the marks need: row names in order, ends of bars, forms, labels and the side they stand on."""
    head = rows["counterparty"].ne(rows["counterparty"].shift())
    begins = rows["start_on"].fillna(rows["announced_on"])
    stop = rows["ended_on"].fillna(begins + pd.to_timedelta(rows["term_years"] * 365.25, "D"))
    amount = rows.apply(_amount, axis=1)
    names = list(dict.fromkeys(rows["counterparty"]))
    shade = dict(zip(names, colours(names).range, strict=True))
    form = rows.apply(_form, axis=1)
    label = rows["title"] + amount.map(lambda words: f": {words}" if words else "")
    short = amount.str.replace(", no amount", "")
    part = (rows["announced_on"] - start) / (end - start)
    drawn = pd.DataFrame(
        {
            "row": [
                f"{i + 1:03d}|{name if first else ''}"
                for i, (name, first) in enumerate(zip(rows["counterparty"], head, strict=True))
            ],
            "announced": rows["announced_on"].dt.strftime("%Y-%m-%d"),
            "bar_end": stop.mask(stop > end, end).dt.strftime("%Y-%m-%d"),
            "form": form,
            "shade": rows["counterparty"].map(shade),
        }
    )
    wide, narrow = _placed(label, part, PLOT_WIDE), _placed(short, part, PLOT_NARROW)
    return drawn.assign(label=wide["text"], side=wide["side"], short=narrow["text"], side_narrow=narrow["side"])


def _placed(labels: pd.Series, part: pd.Series, plot: int) -> pd.DataFrame:
    """Labels on the side of their point (a part of the axis) where they fit, cut where they fit on neither."""
    right, left = (1 - part) * plot - 12, part * plot - 12
    wanted = labels.str.len() * LETTER
    side = pd.Series("right", index=labels.index).mask((wanted > right) & (left > right), "left")
    letters = (right.where(side == "right", left) / LETTER).astype(int)
    cut = [
        words if len(words) <= n else words[: max(n - 1, 0)].rstrip(" :,") + "…"
        for words, n in zip(labels, letters, strict=True)
    ]
    return pd.DataFrame({"text": cut, "side": side})


def _amount(deal: pd.Series) -> str:
    """'$300bn over 5 years', '4.5 GW, no amount', 'no amount' or nothing."""
    if pd.notna(deal["amount_usd_bn"]):
        if not deal["amount_usd_bn"]:
            return "no purchase commitment"
        term = f" over {prose.number(deal['term_years'])} years" if pd.notna(deal["term_years"]) else ""
        return prose.usd_short(deal["amount_usd_bn"]) + term
    if pd.notna(deal["capacity_gw"]):
        return f"{prose.number(deal['capacity_gw'], 2)} GW, no amount"
    return "" if deal["kind"] in ("amendment", "framework", "warrant") else "no amount"


def _form(deal: pd.Series) -> str:
    """How the mark looks: ended, amendment, not binding or binding."""
    if pd.notna(deal["ended_on"]) or deal["status"] in ("cancelled", "superseded"):
        return "ended"
    if deal["kind"] == "amendment":
        return "amendment"
    soft = deal["kind"] in ("letter_of_intent", "framework", "joint_venture", "talks")
    return "not binding" if soft or deal["status"] in ("not_finalised", "conditional", "paused", "talks") else "binding"


def _regime_band(
    regimes: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp, y: alt.Y, time: alt.Scale
) -> tuple[list[alt.Chart], str]:
    """A strip above the lanes, one numbered stretch a regime, and a sentence that names them."""
    shown = regimes[(regimes["until"].isna() | (regimes["until"] > start)) & (regimes["from"] < end)].sort_values(
        "from"
    )
    if shown.empty:
        return [], ""
    begins = shown["from"].mask(shown["from"] < start, start)
    until = shown["until"].mask(shown["until"].isna() | (shown["until"] > end), end)
    numbers = [str(i + 1) for i in range(len(shown))]
    room = [length / (end - start) * PLOT_WIDE for length in until - begins]
    full = [f"{n} {label}" for n, label in zip(numbers, shown["label"], strict=True)]
    data = pd.DataFrame(
        {
            "row": "000|" + shown["holder"] + "'s right",
            "from": begins.dt.strftime("%Y-%m-%d"),
            "until": until.dt.strftime("%Y-%m-%d"),
            "label": [
                words if len(words) * LETTER + 8 <= px else n for words, n, px in zip(full, numbers, room, strict=True)
            ],
            "number": numbers,
            "shade": [REGIME_COLOURS[i % len(REGIME_COLOURS)] for i in range(len(shown))],
        }
    )
    base = alt.Chart(data).encode(y=y, x=alt.X("from:T", scale=time))
    strip = base.mark_bar(height=18, opacity=0.3).encode(
        x2="until:T", color=alt.Color("shade:N", scale=None), description="label:N"
    )
    rules = (
        alt.Chart(data.iloc[1:])
        .mark_rule(strokeDash=[2, 3], color=MUTED, opacity=0.6)
        .encode(x=alt.X("from:T", scale=time))
    )
    words = base.transform_calculate(shown="narrow ? datum.number : datum.label").mark_text(
        align="left", dx=4, color=INK, fontSize=11
    )
    return [strip, rules, words.encode(text="shown:N")], f" Regimes: {_legend(shown, numbers)}."


def _legend(regimes: pd.DataFrame, numbers: Sequence[str]) -> str:
    return "; ".join(
        f"{number} “{label}”, from {prose.day(since)}"
        for number, label, since in zip(numbers, regimes["label"], regimes["from"], strict=True)
    )


def lanes_finding(
    deals: pd.DataFrame, regimes: pd.DataFrame, sources: pd.DataFrame, as_of: pd.Timestamp, buyer: str
) -> str:
    """What the lanes show: how many partners, what ended, and the regime of exclusivity in force."""
    if deals.empty:
        return NOTHING
    ended = deals[deals["ended_on"].notna() | deals["status"].isin(["cancelled", "superseded"])]
    promised = deals["kind"].isin(["contract", "reported_contract", "letter_of_intent"]) & deals["standing"]
    unpriced = deals[promised & deals["amount_usd_bn"].isna()]
    first, last = deals.iloc[0], deals.iloc[-1]
    days = [prose.day(deal["announced_on"], deal["date_precision"]) for deal in (first, last)]
    span = f"From {days[0]} to {days[1]}" if days[0] != days[1] else f"On {days[0]}"
    partners = prose.count(deals["counterparty"].nunique(), "partner")
    has_ended = prose.capital(prose.count(len(ended), "of them has", "of them have"))
    sentences = [
        f"{span} **{prose.count(len(deals), 'deal')} of {buyer} with {partners} were announced**.",
        f"{has_ended} since been replaced, superseded or cancelled." if len(ended) else "None of them has ended.",
    ]
    if len(unpriced):
        sentences.append(
            f"No amount is published for {prose.names(unpriced['counterparty'])}: that is not zero, it is unknown."
        )
    regime = measure.regime_on(regimes, as_of)
    if regime is not None:
        cited = prose.cite(regimes[regimes["regime_id"] == regime["regime_id"]], sources)
        label = prose.plain(regime["label"])
        sentences.append(
            f"On {prose.day(as_of)} the arrangement with {regime['holder']} was “{label}”, since {prose.day(regime['from'])} ({cited})."
        )
    return " ".join(sentences)
