"""What another large cloud would change, by its size and by whom it takes its share from."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels, pointer_marks
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.market.provider_shares import NOT_DRAWN
from compute_ledger.exhibits.market.what_ifs.entry_words import ENTRY, RULE_LABELS
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import ACCENT, GREY, domain_when_narrow, finish
from compute_ledger.measures.market import market_entry as measure
from compute_ledger.shared import rounding


@exhibit("entry")
@rounding.inputs
def entry(
    shares: pd.DataFrame,
    hhi: tuple[float, float],
    quarter: str,
    entrant_share_pct: float,
    entry_rule: str,
    scope: Scope,
) -> Exhibit:
    """Change of the HHI when an entrant takes 0 to 20 % of the market, by whom it takes it from.

    `shares` from `latest_shares`, `hhi` the interval of the market before the entry.
    """
    if shares.empty:
        return Exhibit.empty(NOT_DRAWN, scope.as_of)
    delta = measure.change_of_hhi(shares, entrant_share_pct, entry_rule)
    widest = max(20.0, entrant_share_pct)
    curve = rounding.frame(measure.entry_curve(shares, widest))
    span = measure.change_interval(shares, hhi, entrant_share_pct, entry_rule)
    ends = curve["entrant_share_pct"].mod(2).eq(0) | curve["entrant_share_pct"].eq(curve["entrant_share_pct"].max())
    data = _curve_frame(curve[ends], entry_rule)
    low, high = span or (delta, delta)
    return Exhibit(
        title=_by_rule(by_all_rules(shares, entrant_share_pct), entrant_share_pct),
        subtitle=f"Change of the HHI against {formatting.quarter(quarter)}, by size of the entrant and by whom it takes its share from",
        key=_key(span),
        description=(
            f"Line chart of the change of the HHI for entrants of 0 to {formatting.number(curve['entrant_share_pct'].max(), 0)} percent under three rules; at "
            f"{formatting.pct(entrant_share_pct)} the chosen rule gives {formatting.number(delta, 0)}."
        ),
        chart=finish(_entry_chart(data, _point(entrant_share_pct, delta, low, high), widest), height=240),
        table=curve[curve["entrant_share_pct"].mod(1).eq(0)].assign(rule=curve["entry_rule"].map(RULE_LABELS)),
        columns={
            "rule": ("Taken", ""),
            "entrant_share_pct": ("Entrant's share", "%"),
            "delta_hhi": ("Change of the HHI", "points"),
        },
        rests_on={"market_shares": shares},
        as_of=scope.as_of,
        note=_note(span),
    )


def _key(span: tuple[float, float] | None) -> list[Swatch]:
    reach = Swatch("pale bar", ACCENT, "over the rounding and a tail like that of other quarters")
    return [Swatch("dot", ACCENT, "the chosen share and rule"), *drawn_only([(span is not None, reach)])]


def _note(span: tuple[float, float] | None) -> str:
    words = "A what-if, not a forecast. Printed shares are taken at face value and the unnamed rest counts as many tiny firms."
    if span is None:
        return words
    return f"{words} Over the rounding and a tail like that of other quarters: {formatting.between(*span)}."


@rounding.inputs
def entry_finding(
    shares: pd.DataFrame,
    hhi: tuple[float, float],
    deltas: pd.DataFrame,
    size_usd_bn: float,
    comparison: pd.DataFrame,
    entrant_share_pct: float,
    entry_rule: str,
    scope: Scope,
) -> Finding:
    """What the entrant would change, by each rule, and with the stakes that others hold of it.

    Arguments as in `entry`; `deltas` from `silent_stakes.stake_deltas`, `size_usd_bn` of the quarter's market,
    `comparison` from `basket_and_market.compare`.
    """
    if shares.empty:
        return Finding(name="entry", detail=ENTRY["nothing"])
    changes = by_all_rules(shares, entrant_share_pct)
    span = measure.change_interval(shares, hhi, entrant_share_pct, entry_rule)
    sentences = [
        others_words(changes, entry_rule),
        reach_words(span),
        worth_words(size_usd_bn, smallest_supplier(comparison), entrant_share_pct),
        *_with_stakes(deltas, changes[entry_rule]),
        "Capacity that an entrant rents from the clouds it competes with is in their shares as well, and would be counted twice.",
    ]
    return Finding(
        name="entry",
        claim=claim_words(changes[entry_rule], entrant_share_pct, entry_rule, scope.buyer),
        detail=" ".join(filter(None, sentences)),
        rests_on={"market_shares": shares},
    )


def smallest_supplier(comparison: pd.DataFrame) -> tuple[str, float] | None:
    """The buyer's smallest supplier that has a share of the market, with that share in percent."""
    named = comparison[comparison["basket_pct"].notna() & comparison["market_pct"].gt(0)]
    if named.empty:
        return None
    smallest = named.sort_values(["market_pct", "supplier"], kind="stable", key=rounding.column).iloc[0]
    return str(smallest["supplier"]), float(smallest["market_pct"])


def by_all_rules(shares: pd.DataFrame, entrant_share_pct: float) -> dict[str, float]:
    """The change of the index by each rule."""
    return {rule: measure.change_of_hhi(shares, entrant_share_pct, rule) for rule in RULE_LABELS}


def claim_words(change: float, entrant_share_pct: float, entry_rule: str, buyer: str) -> str:
    who = ENTRY["of_buyer"].format(buyer=buyer) if buyer else ENTRY["of_nobody"]
    points = formatting.number(abs(change), 0)
    way = "stays" if points == "0" else "falls" if change < 0 else "rises"
    moved = ENTRY[way].format(points=points)
    return ENTRY["claim"].format(
        who=who, share=formatting.pct(entrant_share_pct), moved=moved, rule=RULE_LABELS[entry_rule]
    )


def others_words(changes: dict[str, float], entry_rule: str) -> str:
    """The change by the rules that were not chosen."""
    other_changes = [
        ENTRY["change"].format(change=formatting.number(change, 0), rule=RULE_LABELS[rule])
        for rule, change in changes.items()
        if rule != entry_rule
    ]
    return ENTRY["others"].format(changes=formatting.names(other_changes))


def reach_words(span: tuple[float, float] | None) -> str:
    """What the change may be over all that fits; where that cannot be said, in which way it would be off."""
    if span is None:
        return ENTRY["no_reach"]
    low, high = (formatting.number(end, 0) for end in span)
    return ENTRY["reach"].format(low=low, high=high)


def worth_words(size_usd_bn: float, smallest: tuple[str, float] | None, entrant_share_pct: float) -> str:
    """What the share is worth in the quarter, nothing where its size is not known."""
    if pd.isna(size_usd_bn):
        return ""
    beside = ""
    if smallest:
        supplier, share = smallest
        times = formatting.number(entrant_share_pct / share)
        beside = ENTRY["beside"].format(times=times, supplier=supplier, supplier_share=formatting.pct(share))
    worth = formatting.usd_bn(size_usd_bn * entrant_share_pct / 100)
    return ENTRY["worth"].format(share=formatting.pct(entrant_share_pct), worth=worth, beside=beside)


def _by_rule(changes: dict[str, float], entrant_share_pct: float) -> str:
    """Which way the index moves by each rule, or that all move it alike."""
    ways = {rule: "falls" if change < 0 else "rises" for rule, change in changes.items()}
    size = f"with an entrant of {formatting.pct(entrant_share_pct)}"
    if len(set(ways.values())) == 1:
        return f"The HHI {ways['proportional']} {size} from whomever it takes its share"
    falling = formatting.names(RULE_LABELS[rule] for rule, way in ways.items() if way == "falls")
    rising = formatting.names(RULE_LABELS[rule] for rule, way in ways.items() if way == "rises")
    return f"The HHI falls {size} if the share is taken {falling}, and rises if {rising}"


def _with_stakes(deltas: pd.DataFrame, change: float) -> list[str]:
    """The change when holders of shares take their part of the entrant's profit into account."""
    if deltas.empty:
        return []
    silent, merged = float(deltas["silent_delta"].sum()), float(deltas["merged_delta"].sum())
    stakes = formatting.names(
        deltas["holder"] + "'s " + deltas["stake_pct"].map(lambda stake: formatting.pct(stake, 0))
    )
    return [
        f"With {stakes} of it as a silent stake the change is {formatting.number(change + silent, 0)} (O'Brien and Salop's index adds {formatting.number(silent, 0)}); "
        f"if holder and entrant acted as one it would be {formatting.number(change + merged, 0)}. Guideline 11 of 2023 is about such stakes."
    ]


def _curve_frame(curve: pd.DataFrame, entry_rule: str) -> pd.DataFrame:
    """The curve as it is drawn: each rule in words, and which is the chosen one."""
    label = curve["entry_rule"].map(RULE_LABELS)
    change = "change of the HHI " + curve["delta_hhi"].map(lambda delta: formatting.number(delta, 0))
    mark = mark_labels(curve["entrant_share_pct"].map(formatting.pct) + " taken " + label, change)
    return curve.pipe(rounding.frame, 3).assign(label=label, chosen=curve["entry_rule"].eq(entry_rule), mark=mark)


def _entry_chart(data: pd.DataFrame, point: pd.DataFrame, widest: float) -> alt.LayerChart:
    """A line for each rule, the chosen one coloured."""
    x = alt.X(
        "entrant_share_pct:Q",
        title="share of the entrant, %",
        axis=alt.Axis(grid=False, values=list(range(0, int(widest) + 1, 5))),
        scale=alt.Scale(domain=domain_when_narrow(widest * 1.75, widest * 1.3)),
    )
    y = alt.Y("delta_hhi:Q", title="change of the HHI", axis=alt.Axis(tickCount=6))
    ends = data[data["entrant_share_pct"] == data["entrant_share_pct"].max()]
    lines = alt.Chart(data).encode(x=x, y=y, detail=alt.Detail("entry_rule:N"))
    mark = alt.Chart(point).encode(x=x, y=y, description=SPOKEN)
    steps = alt.Chart(data[data["entrant_share_pct"].mod(5).eq(0)]).encode(x=x, y=y)
    return alt.layer(
        alt.Chart(pd.DataFrame({"delta_hhi": [0]})).mark_rule(strokeWidth=1).encode(y=alt.Y("delta_hhi:Q")),
        lines.transform_filter("!datum.chosen").mark_line(color=GREY, strokeWidth=1.5),
        lines.transform_filter("datum.chosen").mark_line(color=ACCENT, strokeWidth=3),
        pointer_marks(steps),
        mark.mark_rule(color=ACCENT, strokeWidth=6, opacity=0.35).encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q")),
        mark.mark_point(size=90, filled=True, color=ACCENT, opacity=1),
        mark.mark_text(dx=9, dy=-12, align="left", fontWeight="bold").encode(text=alt.Text("label:N")),
        alt.Chart(ends).mark_text(align="left", dx=6).encode(x=x, y=y, text=alt.Text("label:N")),
    )


def _point(entrant_share_pct: float, delta: float, low: float, high: float) -> pd.DataFrame:
    """The chosen share and rule, with the interval of the change there."""
    return pd.DataFrame(
        {
            "entrant_share_pct": [entrant_share_pct],
            "delta_hhi": [rounding.rounded(delta, 3)],
            "low": [rounding.rounded(low, 3)],
            "high": [rounding.rounded(high, 3)],
            "label": [f"{formatting.number(delta, 0)} at {formatting.pct(entrant_share_pct)}"],
            "mark": [f"The chosen entrant, {formatting.pct(entrant_share_pct)}: {_interval(delta, low, high)}"],
        }
    )


def _interval(delta: float, low: float, high: float) -> str:
    change = f"change of the HHI {formatting.number(delta, 0)}"
    return f"{change}, {formatting.between(low, high)} over the rounding and the tail" if low < high else change
