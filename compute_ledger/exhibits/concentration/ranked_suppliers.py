"""Who holds the commitments: ranked shares, the index in words, and the deals behind them."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.concentration.backlog import printed_parts
from compute_ledger.exhibits.concentration.commitment_words import RANKED
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.table_payload import Columns
from compute_ledger.exhibits.theme import INK, colours, domain_when_narrow, finish
from compute_ledger.measures.concentration import hhi, hhi_floor, normalised_hhi, summary
from compute_ledger.measures.contracts.backlog_rise import balances
from compute_ledger.shared import rounding

MOST_DRAWN = 20


def _folded(suppliers: pd.DataFrame) -> pd.DataFrame:
    """The largest suppliers, and one row for all others where there are more than a chart can name."""
    if len(suppliers) <= MOST_DRAWN:
        return suppliers
    largest, rest = suppliers.head(MOST_DRAWN - 1), suppliers.iloc[MOST_DRAWN - 1 :]
    rest_sums = rest[["counted", "counted_low", "counted_high", "share_pct"]].sum()
    row = pd.DataFrame(
        [{**rest_sums, "supplier": f"{len(rest):,} others", "largest_deal": rest["largest_deal"].iloc[0]}]
    )
    return pd.concat([largest, row], ignore_index=True)


def priced(counted: pd.DataFrame) -> pd.DataFrame:
    """The deals that the shares are computed from: counted, with an amount."""
    return counted[counted["counted"] > 0]


def majority(suppliers: pd.DataFrame) -> pd.DataFrame:
    """The fewest suppliers that together hold more than half: the first rows of `by_supplier`."""
    before = suppliers["share_pct"].cumsum() - suppliers["share_pct"]
    return suppliers[before <= 50]


def _amount(value: float, basis: str) -> str:
    return (
        RANKED["a_year"].format(amount=formatting.usd_whole(value))
        if basis == "annualised"
        else formatting.usd_whole(value)
    )


def _leaders(suppliers: pd.DataFrame, level: str) -> str:
    """'Oracle and Microsoft together', 'Oracle alone'."""
    leading = majority(suppliers)["supplier"].replace(code_labels.LAYER_LABELS if level == "layer" else {})
    words = RANKED["alone" if len(leading) == 1 else "together"]
    return formatting.capital(words.format(names=formatting.names(leading)))


INTERVAL = Swatch("line", INK, "interval of an amount")


@exhibit("ranked-shares")
@rounding.inputs
def ranked(suppliers: pd.DataFrame, counted: pd.DataFrame, scope: Scope) -> Exhibit:
    """Bars of amounts by supplier, largest first, with intervals. `suppliers` from `by_supplier` of `counted`."""
    if suppliers.empty:
        note = f"None of these deals has a published amount on {formatting.day(scope.as_of)}, so there are no shares to draw."
        return Exhibit.empty(note, scope.as_of)
    unit, folded = scope.unit, _folded(suppliers)
    data = ranked_frame(folded, scope.level)
    return Exhibit(
        title=_ranked_title(suppliers, scope),
        subtitle=(
            f"{formatting.capital(code_labels.COUNTED_LABELS[scope.perimeter])}, {code_labels.BASIS_LABELS[scope.basis]}, {unit}, by {code_labels.LEVEL_LABELS[scope.level]}, {formatting.day(scope.as_of)}; "
            f"{code_labels.OVERLAP_LABELS[scope.overlaps]}; “or more”: no upper end"
        ),
        key=drawn_only([(bool((data["counted_low"] < data["counted_high"]).any()), INTERVAL)]),
        description=f"Bar chart of {formatting.count(len(data), 'supplier')}: {formatting.names(data['supplier'] + ' ' + data['label'], MOST_DRAWN)}.",
        chart=finish(
            _ranked_chart(data.assign(mark=_ranked_labels(data, scope.basis)), folded["supplier"].tolist()),
            height=34 * len(data) + 20,
        ),
        table=data,
        columns=_ranked_columns(scope.level, unit),
        rests_on={"deals": priced(counted)},
        # Also of the deals that have no amount.
        source_ids=formatting.lead_sources(counted),
        list_all=True,
        as_of=scope.as_of,
        evidence=("deals", "largest_deal"),
        note="Nominal and undiscounted. Suppliers without a published amount are outside."
        + _ceilings(counted)
        + (f" {scope.no_index}" if scope.no_index else ""),
    )


def _ranked_title(suppliers: pd.DataFrame, scope: Scope) -> str:
    leader = suppliers.iloc[0]
    if scope.no_index:
        return f"{leader['supplier']} has the largest published contracts with {scope.buyer}, {_amount(leader['counted'], scope.basis)}"
    held, total = majority(suppliers)["counted"].sum(), suppliers["counted"].sum()
    return f"{_leaders(suppliers, scope.level)}: {_amount(held, scope.basis)} of {_amount(total, scope.basis)}"


def _ranked_columns(level: str, unit: str) -> Columns:
    return {
        "supplier": (formatting.capital(code_labels.LEVEL_LABELS[level]), ""),
        "counted": ("Amount", unit),
        "counted_low": ("Low", unit),
        "counted_high": ("High", unit),
        "share_pct": ("Share", "%"),
    }


def ranked_frame(folded: pd.DataFrame, level: str) -> pd.DataFrame:
    """What is drawn of each supplier, layers by their names: `label` and `end` beside the numbers of `by_supplier`."""
    drawn = ["supplier", "counted", "counted_low", "counted_high", "share_pct", "largest_deal"]
    data = rounding.frame(folded[drawn])
    data = data.assign(
        label=data["counted"].map(formatting.number)
        + data["counted_high"].eq(float("inf")).map({True: " or more", False: ""})
        + " ("
        + data["share_pct"].map(formatting.pct)
        + ")",
        counted_high=data["counted_high"].replace(float("inf"), float("nan")),
    )
    data = data.assign(end=data["counted_high"].fillna(data["counted"]))
    names = code_labels.LAYER_LABELS if level == "layer" else {}
    return data.assign(supplier=data["supplier"].replace(names))


def _ranked_labels(data: pd.DataFrame, basis: str) -> pd.Series:
    """Amount and share of each supplier, and what the amount may be where it is disputed or open."""
    span = data.apply(lambda row: formatting.between(row["counted_low"], row["counted_high"], 1), axis=1)
    disputed = ("$" + span.astype("str") + "bn as disputed").where(data["counted_low"] < data["counted_high"], "")
    period = " a year" if basis == "annualised" else ""
    return mark_labels(
        data["supplier"],
        data["counted"].map(formatting.usd_short) + period,
        data["share_pct"].map(formatting.pct) + " of the whole",
        disputed,
    )


def _ranked_chart(data: pd.DataFrame, order: list[str]) -> alt.LayerChart:
    """Bars with their interval; `order`: the suppliers by the names that have colours."""
    names = data["supplier"].tolist()
    scale = alt.Scale(domain=names, range=colours(order).range)
    y = alt.Y("supplier:N", sort=names, title=None, axis=alt.Axis(ticks=False, domain=False, labelColor=INK))
    longest = float(data["end"].max())
    x = alt.X(
        "counted:Q",
        title=None,
        axis=None,
        scale=alt.Scale(domain=domain_when_narrow(longest * 1.8, longest * 1.3)),
    )
    bars = alt.Chart(data).encode(y=y, description=SPOKEN)
    return alt.layer(
        bars.mark_bar(height=18).encode(x=x, color=alt.Color("supplier:N", scale=scale, legend=None)),
        bars.transform_filter("datum.counted_low < datum.counted_high")
        .mark_rule(color=INK, strokeWidth=2)
        .encode(x=alt.X("counted_low:Q"), x2=alt.X2("counted_high:Q")),
        bars.mark_text(align="left", dx=7).encode(x=alt.X("end:Q"), text=alt.Text("label:N")),
    )


def _ceilings(counted: pd.DataFrame) -> str:
    """Whose amounts are the most that may fall due; they count in full, for how much less it may be is not published."""
    most = counted["amount_low_usd_bn"].isna() & counted["amount_high_usd_bn"].eq(counted["amount_usd_bn"])
    capped = counted.loc[most & counted["counted"].gt(0), "counterparty"]
    return f" Amounts printed as “up to” count in full: {formatting.names(capped)}." if len(capped) else ""


@exhibit("counted-deals")
@rounding.inputs
def counted_table(counted: pd.DataFrame, scope: Scope) -> Table | Exhibit:
    """The deals behind the shares, those without a published amount at the end."""
    if counted.empty:
        return Exhibit.empty(f"On {formatting.day(scope.as_of)} no deal counted.", scope.as_of)
    unit = scope.unit
    rows = counted.sort_values(["counted", "deal_id"], ascending=[False, True], na_position="last")
    return Table(
        caption="The deals counted, and those that would be if an amount were published",
        table=rows.assign(
            kind_label=rows["kind"].map(code_labels.KIND_LABELS),
            assumed=rows["term_assumed"].map({True: "assumed", False: ""}),
        ),
        columns={
            "counterparty": ("Counterparty", ""),
            "title": ("Deal", ""),
            "kind_label": ("Kind", ""),
            "amount_usd_bn": ("Headline", "USD bn"),
            "term_years": ("Term", "years"),
            "assumed": ("Term is", ""),
            "counted": ("Counted", unit),
            "grade": ("Grade", ""),
        },
        rests_on={"deals": rows},
        as_of=scope.as_of,
        evidence=("deals", "deal_id"),
        note="Without an amount: none is published. A grade is that of the best page on the deal, which need not print the amount.",
    )


@rounding.inputs
def ranked_finding(suppliers: pd.DataFrame, counted: pd.DataFrame, financials: pd.DataFrame, scope: Scope) -> Finding:
    """What the largest suppliers hold, the index beside its floor, and what open ends can do.

    Frames from `by_supplier` and `payables`.
    """
    what = counted_what(scope)
    if suppliers.empty:
        return Finding(name="ranked", detail=RANKED["nothing"].format(day=formatting.day(scope.as_of), what=what))
    if scope.no_index:
        return Finding(name="ranked", detail=scope.no_index)
    return Finding(
        name="ranked",
        claim=leaders_words(suppliers, scope),
        detail=" ".join(
            [
                *index_words(suppliers, scope),
                *open_words(suppliers, scope.level),
                *_of_printed_backlogs(suppliers, financials, scope),
            ]
        ),
        rests_on={"deals": counted},
    )


def counted_what(scope: Scope) -> str:
    """'Exemplar's contracts in force or reported'."""
    return RANKED["what"].format(buyer=scope.buyer, counted=code_labels.COUNTED_LABELS[scope.perimeter])


def leaders_words(suppliers: pd.DataFrame, scope: Scope) -> str:
    """Who holds more than half, or that one alone has an amount; without a full stop."""
    what, leading = counted_what(scope), majority(suppliers)
    if len(suppliers) == 1 and scope.level != "layer":
        return RANKED["only"].format(leader=suppliers["supplier"].iloc[0], what=what)
    share = formatting.pct(leading["share_pct"].sum(), 0)
    words = RANKED["holds" if len(leading) == 1 else "hold"]
    return words.format(leaders=_leaders(suppliers, scope.level), share=share, what=what)


def index_words(suppliers: pd.DataFrame, scope: Scope) -> list[str]:
    """The total, who has how much of it, and the index beside its floor."""
    numbers, many = summary(suppliers), len(suppliers)
    leader = code_labels.LAYER_LABELS.get(suppliers["supplier"].iloc[0], suppliers["supplier"].iloc[0])
    total = RANKED["total"].format(total=_amount(numbers["total"], scope.basis))
    if many == 1:
        return [RANKED["one"].format(total=total, leader=leader)]
    return [
        RANKED["shares"].format(
            total=total,
            leader=leader,
            cr1=formatting.pct(numbers["cr1_pct"], 0),
            many=formatting.in_words(min(3, many)),
            cr3=formatting.pct(numbers["cr3_pct"], 0),
        ),
        RANKED["index"].format(
            hhi=formatting.number(numbers["hhi"], 0),
            suppliers=formatting.count(many, "supplier"),
            floor=formatting.number(hhi_floor(many), 0),
        ),
        RANKED["normalised"].format(normalised=formatting.number(normalised_hhi(suppliers["counted"]), 2)),
    ]


def open_words(suppliers: pd.DataFrame, level: str) -> list[str]:
    """What half as much again would do to the index where an amount has no upper end."""
    is_open = suppliers["counted_high"].eq(float("inf"))
    if not is_open.any() or len(suppliers) == 1:
        return []
    names = code_labels.LAYER_LABELS if level == "layer" else {}
    larger = suppliers["counted"].where(~is_open, 1.5 * suppliers["counted"])
    who = formatting.names(suppliers.loc[is_open, "supplier"].replace(names))
    words = RANKED["open" if is_open.sum() == 1 else "open_many"]
    return [words.format(who=who, hhi=formatting.number(hhi(larger), 0))]


def _of_printed_backlogs(suppliers: pd.DataFrame, financials: pd.DataFrame, scope: Scope) -> list[str]:
    """What a supplier's own figure for the buyer's part of its backlog would make of its amount and of the index."""
    if (scope.level, scope.basis, scope.perimeter) != ("counterparty", "headline", "firm"):
        return []
    parts = printed_parts(financials, scope.buyer)[["entity", "value", "period_end"]]
    books = balances(financials)[["supplier", "to_day", "after_usd_bn"]]
    rows = parts.merge(books, left_on=["entity", "period_end"], right_on=["supplier", "to_day"])
    printed = rows.assign(printed=rows["value"] * rows["after_usd_bn"] / 100)[
        lambda frame: frame["entity"].isin(suppliers["supplier"])
    ]
    amounts = suppliers.set_index("supplier")["counted"]
    return [
        f"{row['entity']}'s own figure, {formatting.pct(row['value'], 0)} of its backlog of {formatting.day(row['period_end'], 'month')}, is {formatting.usd_whole(row['printed'])}; "
        f"with it the index would be {formatting.number(hhi(amounts.where(amounts.index != row['entity'], row['printed'])), 0)}."
        for _, row in printed.iterrows()
    ]


def outside_words(counted: pd.DataFrame) -> list[str]:
    """Whose deals count and have no published amount."""
    missing = counted.loc[counted["counted"].isna(), "counterparty"].drop_duplicates()
    if missing.empty:
        return []
    return [RANKED["outside" if len(missing) == 1 else "outside_many"].format(names=formatting.names(missing))]
