"""The suppliers' side: how much of each backlog the two buyers make, apart and together."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.theme import INK, domain_when_narrow, finish, text
from compute_ledger.exhibits.two_buyers.buyer_pair import BuyerPair
from compute_ledger.measures.commitments import payables
from compute_ledger.measures.contracts.backlog_rise import backlog_stock
from compute_ledger.shared import rounding

MOST_DRAWN = 12
METRIC_LABELS = {"rpo": "RPO", "revenue_backlog": "revenue backlog"}
SIDES = ("buyer", "second")
BACKLOG = "contract of {} with a supplier that reports its backlog"


def stock(deals: pd.DataFrame, financials: pd.DataFrame, pair: BuyerPair) -> pd.DataFrame:
    """`backlog_stock` of both buyers, with the ends of each part in percent; the second's missing where there is none."""
    names = [*pair.names, ""][:2]
    rows = backlog_stock(deals, financials, *names)
    for side in ("buyer", "second", "both"):
        for end in ("low", "high"):
            rows[f"{side}_{end}_pct"] = 100 * rows[f"{side}_{end}_usd_bn"] / rows["backlog_usd_bn"]
    return rows


def shared(rows: pd.DataFrame) -> pd.DataFrame:
    """Suppliers of whose backlog both buyers have a part with an amount, the largest part first."""
    both = rows[rows["buyer_usd_bn"].notna() & rows["second_usd_bn"].notna()]
    return both.sort_values(["both_pct", "supplier"], ascending=[False, True], key=rounding.column)


def _span(row: pd.Series, side: str) -> str:
    """'41%', '48% or more', 'up to 39%' of the backlog."""
    value, low, high = (row[f"{side}{end}_pct"] for end in ("", "_low", "_high"))
    if high == float("inf"):
        return f"{formatting.pct(low, 0)} or more"
    if low == 0:
        return f"up to {formatting.pct(high, 0)}"
    return f"{formatting.between(low, high)}%" if pd.notna(value) else "n/a"


@rounding.inputs
def stock_finding(rows: pd.DataFrame, deals: pd.DataFrame, financials: pd.DataFrame, pair: BuyerPair) -> Finding:
    """What the two make of one backlog together, and what only one of them is known to make."""
    absent = pair.absent(set(pair.names) & _with_amounts(rows, pair), BACKLOG)
    if rows.empty or pair.second is None:
        return Finding(name="shared-backlog", detail=absent or pair.nothing(BACKLOG))
    common = shared(rows)
    alone = [
        f"{_span(row, side)} of {row['supplier']}'s ({name})"
        for side, name in zip(SIDES, pair.names, strict=True)
        for _, row in rows.iterrows()
        if pd.notna(row[f"{side}_usd_bn"]) and row["supplier"] not in set(common["supplier"])
    ]
    detail = (
        f"{'Of other backlogs' if len(common) else 'Of backlogs'} {formatting.names(alone, limit=8)}." if alone else ""
    )
    return Finding(
        name="shared-backlog",
        claim=_claim(common, pair) if len(common) else "",
        detail=" ".join(filter(None, [absent, detail, _known_since(rows, deals, pair)])) or pair.nothing(BACKLOG),
        rests_on=_behind(rows, deals, financials, pair),
    )


def _claim(common: pd.DataFrame, pair: BuyerPair) -> str:
    words = [
        f"{_span(row, 'both')} of {row['supplier']}'s backlog of {formatting.usd_bn(row['backlog_usd_bn'])}"
        for _, row in common.head(3).iterrows()
    ]
    return f"{' and '.join(pair.names)} together stand for {formatting.names(words)}"


def _with_amounts(rows: pd.DataFrame, pair: BuyerPair) -> set[str]:
    """Which of the two has a part with an amount in any backlog."""
    return {name for side, name in zip(SIDES, pair.names, strict=False) if rows[f"{side}_usd_bn"].notna().any()}


def _known_since(rows: pd.DataFrame, deals: pd.DataFrame, pair: BuyerPair) -> str:
    """What contracts of suppliers with a backlog come to now, where that is another amount than on the balance day."""
    sentences = []
    for side, name in zip(SIDES, pair.names, strict=False):
        counted = rounding.frame(payables(deals[deals["buyer"] == name], pair.as_of))
        sums = counted.groupby("counterparty")["counted"].sum(min_count=1)
        now = rows.set_index("supplier").assign(now=sums).dropna(subset=[f"{side}_usd_bn", "now"])
        changed = now[now["now"].map(formatting.number) != now[f"{side}_usd_bn"].map(formatting.number)]
        words = [
            f"{formatting.usd_bn(row['now'])} ({supplier}, {formatting.pct(100 * row['now'] / row['backlog_usd_bn'], 0)})"
            for supplier, row in changed.iterrows()
        ]
        if words:
            sentences.append(f"By what has become known since, {name}'s contracts are {formatting.names(words)}.")
    return " ".join(sentences)


def _behind(
    rows: pd.DataFrame, deals: pd.DataFrame, financials: pd.DataFrame, pair: BuyerPair
) -> dict[str, pd.DataFrame]:
    priced = deals[deals["counterparty"].isin(rows["supplier"]) & deals["amount_usd_bn"].notna()]
    firm = priced[priced["kind"].isin(["contract", "reported_contract"]) & priced["direction"].eq("buyer_pays")]
    return {
        "deals": firm[firm["buyer"].isin(pair.names)],
        "financials": financials[financials["financial_id"].isin(rows["financial_id"])],
    }


@exhibit("shared-backlogs")
@rounding.inputs
def shared_backlogs(rows: pd.DataFrame, deals: pd.DataFrame, financials: pd.DataFrame, pair: BuyerPair) -> Exhibit:
    """Bars of each backlog's part that is one buyer's and the other's, end to end. `rows` from `stock`."""
    if rows.empty:
        return Exhibit.empty(pair.nothing(BACKLOG), pair.as_of)
    drawn = rows.head(MOST_DRAWN)
    drawn = drawn.assign(part=[_span(row, _side(row)) for _, row in drawn.iterrows()])
    common = shared(rows)
    words = formatting.names(drawn["supplier"] + " " + drawn["part"])
    return Exhibit(
        title=_claim(common, pair)
        if len(common)
        else f"No supplier is known to have orders with amounts of both: {words}",
        subtitle=(
            f"Contracts in force or reported on the day of the newest balance known on {pair.day}, full value, in % of the supplier's backlog"
        ),
        description=f"Bars for {formatting.count(len(drawn), 'supplier')}, in parts by buyer: {words} of the backlog.",
        chart=finish(_stock_chart(drawn, pair), height=34 * len(drawn) + 50),
        table=drawn.assign(metric=drawn["metric"].map(METRIC_LABELS)).replace(float("inf"), float("nan")),
        columns=_stock_columns(pair),
        rests_on=_behind(drawn, deals, financials, pair),
        as_of=pair.as_of,
        note=(
            "What was delivered since the signing is still in a contract's full value, and suppliers do not say how much of it they have booked, so a part is an upper reading. "
            "A high end that is missing in the table is open."
        ),
    )


def _side(row: pd.Series) -> str:
    """The side whose amounts a row is told by: both where both have one."""
    sides = [side for side in SIDES if pd.notna(row[f"{side}_usd_bn"])]
    return sides[0] if len(sides) == 1 else "both"


def _stock_columns(pair: BuyerPair) -> dict[str, tuple[str, str]]:
    columns = {"supplier": ("Supplier", ""), "metric": ("Measure", ""), "balance_day": ("Balance", "")}
    columns |= {"backlog_usd_bn": ("Backlog", "USD bn")}
    for side, name in zip(SIDES, pair.names, strict=False):
        columns |= {
            f"{side}_usd_bn": (name, "USD bn"),
            f"{side}_low_pct": (f"{name}, low", "% of backlog"),
            f"{side}_high_pct": (f"{name}, high", "% of backlog"),
            f"{side}_pct": (f"{name}", "% of backlog"),
        }
    return columns | {"part": ("Together", "of backlog")}


def _stock_chart(drawn: pd.DataFrame, pair: BuyerPair) -> alt.TopLevelMixin:
    order = drawn["supplier"].tolist()
    parts = []
    for place, (side, name) in enumerate(zip(SIDES, pair.names, strict=False)):
        start = drawn["buyer_pct"].fillna(0.0) if place else pd.Series(0.0, index=drawn.index)
        sizes = drawn[f"{side}_pct"]
        reading = sizes.map(lambda share: formatting.pct(share, 0)) + " of the backlog"
        frame = pd.DataFrame({"supplier": drawn["supplier"], "buyer": name, "start": start, "end": start + sizes})
        parts.append(frame.assign(mark=mark_labels(drawn["supplier"] + ", " + name, reading)).dropna(subset="end"))
    bars = pd.concat(parts, ignore_index=True)
    ends = bars.groupby("supplier", sort=False)["end"].max().reset_index()
    money = drawn["backlog_usd_bn"].map(formatting.usd_short)
    when = drawn["balance_day"].map(lambda day: formatting.day(day, "month"))
    texts = pd.DataFrame(
        {
            "supplier": drawn["supplier"],
            "short": drawn["part"],
            "label": drawn["part"] + " of " + money + " " + drawn["metric"].map(METRIC_LABELS) + ", " + when,
        }
    )
    ends = ends.merge(texts, on="supplier")
    longest = float(ends["end"].max())
    scale = alt.Scale(domain=domain_when_narrow(longest * 1.6, longest * 1.9), nice=False)
    names = alt.Axis(ticks=False, domain=False, labelPadding=6, labelColor=INK)
    y = alt.Y("supplier:N", sort=order, title=None, axis=names)
    shade = alt.Color("buyer:N", scale=pair.shades, legend=pair.legend)
    labels = alt.Chart(ends).transform_calculate(shown="narrow ? datum.short : datum.label")
    return alt.layer(
        alt.Chart(bars)
        .mark_bar(height=18)
        .encode(y=y, x=alt.X("start:Q", axis=None, scale=scale), x2=alt.X2("end:Q"), color=shade, description=SPOKEN),
        *text(
            labels.encode(y=y, x=alt.X("end:Q", axis=None, scale=scale), text=alt.Text("shown:N")), align="left", dx=8
        ),
    )
