"""Whose backlog boom it is: a buyer's contracts beside the rise of its suppliers' backlogs when it signed."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BUYERS, GOLD, GREY, INK, PAPER, domain_when_narrow, finish, text
from compute_ledger.measures.contracts.backlog_rise import sum_of_rises
from compute_ledger.shared import rounding

MOST_DRAWN = 10
SUM = "All, the rise"
PARTS = ("before", "contracts", "everybody else")


def _nothing(scope: Scope) -> str:
    return (
        f"On {formatting.day(scope.as_of)} no two balances of a supplier were known between which "
        f"{scope.buyer or 'a buyer'} had signed a contract with a published amount."
    )


def _signed(rises: pd.DataFrame) -> pd.DataFrame:
    """The quarters in which something was ordered: another wording of an old contract orders nothing."""
    return rises[rises["buyer_usd_bn"] > 0].reset_index(drop=True)


@exhibit("backlog-rise")
@rounding.inputs
def backlog_rise(rises: pd.DataFrame, deals: pd.DataFrame, financials: pd.DataFrame, scope: Scope) -> Exhibit:
    """A bar a supplier's quarter: backlog before, the buyer's contracts, everybody else; and the rise of all.

    `rises` from `contracts.backlog_rise.in_quarters`, `deals` those of the buyer.
    """
    rows = _signed(rises).head(MOST_DRAWN)
    if rows.empty:
        return Exhibit.empty(_nothing(scope), scope.as_of)
    whole = sum_of_rises(rows)
    drawn = _named(rows, whole)
    return Exhibit(
        title=_sums(whole, scope),
        subtitle=(
            f"Contracted backlog of suppliers, USD bn, in each quarter in which {scope.buyer} signed, known on {formatting.day(scope.as_of)}; last bar: the rises added up"
        ),
        key=_key(drawn, scope.buyer),
        description=f"Bars of {formatting.count(len(rows), 'quarter')} and their sum: {formatting.names(drawn['key'] + ' ' + drawn['label'], MOST_DRAWN + 1)}.",
        chart=finish(_chart(drawn, scope.buyer), height=40 * len(drawn) + 20),
        table=drawn,
        columns={
            "key": ("Supplier, quarter to", ""),
            "measure": ("Measure", ""),
            "before_usd_bn": ("Before", "USD bn"),
            "buyer_usd_bn": (f"Contracts of {scope.buyer}", "USD bn"),
            "others_usd_bn": ("Everybody else", "USD bn"),
            "after_usd_bn": ("After", "USD bn"),
            "rise_usd_bn": ("Rise", "USD bn"),
            "part_pct": (f"{scope.buyer} of the rise", "%"),
        },
        rests_on=_behind(rows, deals, financials),
        as_of=scope.as_of,
        note=(
            "A rise is what was signed less what was delivered, so a part may pass 100%. Remaining performance obligations (RPO) and a backlog of the company's own count differ."
            f"{_open(rises)}"
        ),
    )


@rounding.inputs
def backlog_rise_finding(rises: pd.DataFrame, deals: pd.DataFrame, financials: pd.DataFrame, scope: Scope) -> Finding:
    """The buyer's part of the rises together, supplier by supplier, and what everybody else added. Frames as above."""
    rows = _signed(rises)
    if rows.empty:
        return Finding(name="backlog-rise", detail=_nothing(scope))
    whole = sum_of_rises(rows)
    total, behind = whole.iloc[0], _behind(rows, deals, financials)
    who = formatting.names(rows["supplier"])
    others = (
        f"Everybody else together added {formatting.usd_whole(total['others_usd_bn'])}"
        if total["others_usd_bn"] >= 0
        else f"Without these contracts the backlogs would have fallen by {formatting.usd_whole(-total['others_usd_bn'])}"
    )
    return Finding(
        name="backlog-rise",
        claim=_title(whole, scope),
        detail=(
            f"A backlog is what customers have ordered and not yet received, here from {who}. {others}. This rests on {formatting.graded(*behind.values())}. "
            "Signing and booking are two things: a supplier that prints what it booked of a contract, and when, would change the figure."
        ),
        rests_on=behind,
    )


def _title(whole: pd.DataFrame, scope: Scope) -> str:
    part = whole["part_pct"].iloc[0]
    if pd.isna(part):
        return f"Backlogs did not rise in the quarters in which {scope.buyer} signed {formatting.usd_whole(whole['buyer_usd_bn'].iloc[0])} of contracts"
    return f"Contracts of {scope.buyer} equal {formatting.pct(part, 0)} of the rise in its suppliers' backlogs in the quarters in which it signed"


def _sums(whole: pd.DataFrame, scope: Scope) -> str:
    signed, rise = (formatting.usd_whole(whole[name].iloc[0]) for name in ("buyer_usd_bn", "rise_usd_bn"))
    if whole["rise_usd_bn"].iloc[0] <= 0:
        return f"{scope.buyer} signed {signed} in quarters in which its suppliers' backlogs did not rise"
    return f"{scope.buyer} signed {signed} in quarters in which its suppliers' backlogs rose by {rise}"


def _open(rises: pd.DataFrame) -> str:
    """Whose amounts have no upper end, so that the buyer's part may be larger, or no lower one."""
    above = formatting.names(rises.loc[rises["buyer_high_usd_bn"].eq(float("inf")), "supplier"])
    is_ceiling = rises["buyer_low_usd_bn"].lt(rises["buyer_usd_bn"]) & rises["buyer_high_usd_bn"].eq(
        rises["buyer_usd_bn"]
    )
    below = formatting.names(rises.loc[is_ceiling, "supplier"])
    words = "" if above == "nobody" else f" The amount with {above} is worded as a least one: the part may be larger."
    return words + ("" if below == "nobody" else f" That with {below} is worded as “up to” and counts in full.")


def _behind(rows: pd.DataFrame, deals: pd.DataFrame, financials: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {
        "deals": deals[deals["deal_id"].isin(rows["deal_ids"].explode())],
        "financials": financials[financials["financial_id"].isin(rows["financial_ids"].explode())],
    }


def _named(rows: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """The quarters and, where there are several, their sum, with the words beside each bar."""
    labels = {"rpo": "RPO", "revenue_backlog": "revenue backlog"}
    drawn = rows.assign(
        key=rows["supplier"] + ", " + rows["to_day"].dt.strftime("%b %Y"), measure=rows["metric"].map(labels)
    )
    if len(rows) > 1:
        # A supplier may be in it with two quarters, so that only the rises add up.
        total = whole.assign(key=SUM, measure="", before_usd_bn=float("nan"), after_usd_bn=float("nan"))
        drawn = pd.concat([drawn, total], ignore_index=True)
    signed = drawn["rise_usd_bn"].map(lambda rise: ("+" if rise >= 0 else "") + formatting.usd_whole_short(rise))
    part = drawn["part_pct"].map(lambda share: "no part" if pd.isna(share) else formatting.pct(share, 0))
    return drawn.assign(
        label=drawn["buyer_usd_bn"].map(formatting.usd_whole_short) + " of " + signed + " (" + part + ")",
        short=part + " of " + signed,
    )


def _bars_frame(drawn: pd.DataFrame, buyer: str) -> pd.DataFrame:
    """A row for each part of a bar, end to end, with what it says."""
    start = drawn["before_usd_bn"].fillna(0.0)
    middle = start + drawn["buyer_usd_bn"]
    ends = {
        "before": (start * 0, start, drawn["before_usd_bn"]),
        "contracts": (start, middle, drawn["buyer_usd_bn"]),
        "everybody else": (middle, middle + drawn["others_usd_bn"], drawn["others_usd_bn"]),
    }
    frames = [
        pd.DataFrame({"key": drawn["key"], "part": part, "start": first, "end": last}).assign(
            mark=mark_labels(
                drawn["key"],
                value.map(formatting.usd_short),
                [f"contracts of {buyer}" if part == "contracts" else part] * len(drawn),
            ),
            fell=last < first,
        )
        for part, (first, last, value) in ends.items()
    ]
    parts = pd.concat(frames, ignore_index=True)
    return parts[parts["start"] != parts["end"]]


def _key(drawn: pd.DataFrame, buyer: str) -> list[Swatch]:
    bars = _bars_frame(drawn, buyer)
    others = bars[bars["part"] == PARTS[2]]["fell"]
    return drawn_only(
        [
            (PARTS[0] in set(bars["part"]), Swatch("bar", GREY, "backlog before the quarter")),
            (PARTS[1] in set(bars["part"]), Swatch("bar", BUYERS[0], f"contracts of {buyer}")),
            (bool((~others).any()), Swatch("bar", GOLD, "everybody else")),
            (bool(others.any()), Swatch("hollow bar", GOLD, "everybody else, where that fell")),
        ]
    )


def _chart(drawn: pd.DataFrame, buyer: str) -> alt.LayerChart:
    bars = _bars_frame(drawn, buyer)
    order = drawn["key"].tolist()
    longest = float(bars["end"].max())
    axis = alt.Axis(ticks=False, domain=False, labelPadding=6, labelColor=INK, labelLimit=170)
    y = alt.Y("key:N", sort=order, title=None, axis=axis, scale=alt.Scale(domain=order))
    scale = alt.Scale(domain=domain_when_narrow(longest * 2.15, longest * 1.45), nice=False)
    x = alt.X("start:Q", title=None, axis=None, scale=scale)
    shade = alt.Color("part:N", scale=alt.Scale(domain=list(PARTS), range=[GREY, BUYERS[0], GOLD]), legend=None)
    base = alt.Chart(bars).encode(y=y, x=x, x2="end:Q", description=SPOKEN)
    ends = drawn[["key", "label", "short"]].merge(bars.groupby("key")["end"].max().reset_index(), on="key")
    words = (
        alt.Chart(ends)
        .transform_calculate(shown="narrow ? datum.short : datum.label")
        .encode(y=y, x=alt.X("end:Q", axis=None), text=alt.Text("shown:N"))
    )
    return alt.layer(
        base.transform_filter("!datum.fell").mark_bar(height=21).encode(color=shade),
        base.transform_filter("datum.fell").mark_bar(height=21, fill=PAPER, stroke=GOLD, strokeWidth=1.5),
        *text(words, align="left", dx=7),
    )
