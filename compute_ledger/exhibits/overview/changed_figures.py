"""What became known between two days: the key figures then and now, and the deals that came and went."""

import re

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.evidence_links import ROWS
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, KeyFigure, KeyFigures, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, PAPER, colours, domain_when_narrow, finish
from compute_ledger.ledger import Ledger
from compute_ledger.measures.commitments import by_supplier
from compute_ledger.shared import markdown_escape, rounding

MOST_NAMED, MOST_DRAWN = 8, 15
UNITS = {"USD bn": " USD bn", "%": " pp", "0 to 10,000": " points", "times": " times"}


def new_and_ended(before: pd.DataFrame, after: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Deals that became known between two days, and deals that stood on the first and no longer on the second.

    `before` and `after` are the deals of one buyer as known on each day. Both frames are rows of `after`; a part that
    ended with its whole is left to it.
    """
    new = after[~after["deal_id"].isin(before["deal_id"])]
    stood = before.loc[before["standing"], "deal_id"]
    ended = after[after["deal_id"].isin(stood) & ~after["standing"]]
    return new, ended[~ended["part_of"].isin(ended["deal_id"])]


@rounding.inputs
def changed_finding(earlier: Ledger, now: Ledger, before: pd.DataFrame, after: pd.DataFrame) -> Finding:
    """Which deals came and went, the largest first; parts of a deal are told with the whole."""
    if earlier.as_of >= now.as_of:
        none = f"{formatting.capital(formatting.day(earlier.as_of))} is no earlier than the day of this page, so there is nothing to compare."
        return Finding(name="changes", detail=none)
    new, ended = new_and_ended(before, after)
    since = formatting.day(earlier.as_of)
    if new.empty and ended.empty:
        return Finding(name="changes", claim=f"No deal has become known or ended since {since}")
    sentences = []
    whole_deals = new[(new["amount_usd_bn"] > 0) & listed_alone(new, after)]
    priced = whole_deals.sort_values(["amount_usd_bn", "deal_id"], ascending=[False, True])
    if len(priced):
        sentences.append(f"New with an amount: {_listed(priced)}.")
    if len(ended):
        sentences.append(f"Ended or replaced: {_listed(ended)}.")
    return Finding(
        name="changes",
        claim=f"Since {since}, {formatting.count(len(new), 'deal has', 'deals have')} become known and {formatting.count(len(ended), 'deal that stood then has', 'deals that stood then have')} ended or been replaced",
        detail=" ".join(sentences),
        rests_on={"deals": pd.concat([new, ended])},
    )


def listed_alone(new: pd.DataFrame, after: pd.DataFrame) -> "pd.Series[bool]":
    """Which new deals are told by themselves: not in a whole that is told, nor replaced by another new one.

    A whole that holds older deals too is not new: its new parts are.
    """
    older = after[~after["deal_id"].isin(new["deal_id"])]
    wholes = after.loc[~after["deal_id"].isin(older["part_of"]), "deal_id"]
    return ~new["part_of"].isin(wholes) & ~new["deal_id"].isin(older["part_of"]) & ~new["deal_id"].isin(new["replaces"])


def _listed(deals: pd.DataFrame) -> str:
    """The first MOST_NAMED deals with what has become of them; the rest is counted."""
    named = [_called(deal) for deal in deals.head(MOST_NAMED).to_dict("records")]
    rest = len(deals) - len(named)
    return "; ".join([*named, f"{rest} more"] if rest else named)


def _called(deal: dict) -> str:
    amount = f", {formatting.usd_short(deal['amount_usd_bn'])}" if deal["amount_usd_bn"] > 0 else ""
    ended = "" if deal["standing"] else f", since {code_labels.STATUS_LABELS[deal['status']]}"
    return f"[{markdown_escape.plain(deal['counterparty'])}](evidence.html#deals-{deal['deal_id']}) ({code_labels.KIND_LABELS[deal['kind']]}{amount}{ended})"


@exhibit("changes")
def changed_figures(earlier: Ledger, now: Ledger, then: KeyFigures, figures: KeyFigures) -> Table | Exhibit:
    """Each key figure on both days."""
    if earlier.as_of >= now.as_of:
        return Exhibit.empty("", now.as_of)
    rows = [
        (old.label, old.text, new.text, _difference(old, new))
        for old, new in zip(then.figures, figures.figures, strict=True)
    ]
    behind: dict[str, pd.DataFrame] = {}
    for figure in (*then.figures, *figures.figures):
        for table, frame in figure.rests_on.items():
            # A row of the earlier day may have given way to a newer vintage since.
            current_rows = frame[frame[ROWS[table][0]].isin(now.tables[table][ROWS[table][0]])]
            behind[table] = pd.concat([behind[table], current_rows]) if table in behind else current_rows
    return Table(
        caption=f"The key figures as known on {formatting.day(earlier.as_of)} and on {formatting.day(now.as_of)}",
        table=pd.DataFrame(rows, columns=["figure", "then", "now", "change"]),
        columns={
            "figure": ("Figure", ""),
            "then": (formatting.iso_day(earlier.as_of), ""),
            "now": (formatting.iso_day(now.as_of), ""),
            "change": ("Change", ""),
        },
        rests_on=behind,
        # The chapters that derive the figures list them.
        source_ids=(),
        as_of=now.as_of,
        note="pp: percentage points; market shares are printed in whole percents, so a point more or less may be rounding alone. A change may be news, or a page found later about older news. Evidence: the rows behind either day that are still in the ledger.",
    )


def _difference(old: KeyFigure, new: KeyFigure) -> str:
    """'+120 USD bn', 'same', 'other' for words; empty where either day has none. Of the figures as printed."""
    if isinstance(old.value, str) or isinstance(new.value, str):
        return "same" if old.value == new.value else "other"
    if old.value is None or new.value is None or pd.isna(old.value) or pd.isna(new.value):
        return ""
    printed = re.findall(r"\d(?:\.(\d+))?(?!\d)", f"{old.text} {new.text}")
    decimals = max(map(len, printed), default=0)
    change = rounding.rounded(new.value, decimals) - rounding.rounded(old.value, decimals)
    text = formatting.number(abs(change), decimals)
    return "same" if text == "0" else f"{'+' if change > 0 else '−'}{text}{UNITS.get(new.unit, '')}"


@exhibit("payables-change")
@rounding.inputs
def changed_payables(
    earlier: Ledger, now: Ledger, counted_then: pd.DataFrame, counted: pd.DataFrame, scope: Scope
) -> Exhibit:
    """Firm payables by supplier on both days: hollow then, filled now. Frames from `measures.commitments.payables`."""
    if earlier.as_of >= now.as_of:
        return Exhibit.empty("", now.as_of)
    then, today = (by_supplier(rows).set_index("supplier")["counted"] for rows in (counted_then, counted))
    amounts = pd.DataFrame({"then": then, "now": today}).fillna(0.0)
    if amounts.empty:
        return Exhibit.empty("No firm amount was published on either day.", now.as_of)
    amounts = rounding.frame(
        amounts.assign(change=amounts["now"] - amounts["then"]).rename_axis("supplier").reset_index()
    )
    data = amounts.sort_values(["now", "supplier"], ascending=[False, True], ignore_index=True).head(MOST_DRAWN)
    data["label"] = data["change"].map(
        lambda value: "unchanged" if abs(value) < 0.05 else ("+" if value > 0 else "−") + formatting.number(abs(value))
    )
    days_of = f"{formatting.day(earlier.as_of)} and {formatting.day(now.as_of)}"
    return Exhibit(
        title=_grown_title(data),
        subtitle=f"Firm payables of {scope.buyer} with a published amount, USD bn, {days_of}; hollow: then, filled: now",
        description=(
            f"Dot plot of the payables to {formatting.count(len(data), 'supplier')} on {days_of}, joined by lines: "
            f"{formatting.names(data['supplier'] + ' ' + data['then'].map(formatting.number) + ' to ' + data['now'].map(formatting.number), 12)}."
        ),
        chart=finish(_dumbbells(data), height=34 * len(data) + 40),
        table=data,
        columns={
            "supplier": ("Supplier", ""),
            "then": (formatting.iso_day(earlier.as_of), "USD bn"),
            "now": (formatting.iso_day(now.as_of), "USD bn"),
            "change": ("Change", "USD bn"),
        },
        rests_on={"deals": pd.concat([rows[rows["counted"].notna()] for rows in (counted, counted_then)])},
        # Those of today; a page of then may have been replaced since.
        source_ids=formatting.lead_sources(counted),
        as_of=now.as_of,
    )


def _grown_title(data: pd.DataFrame) -> str:
    grown = data.nlargest(1, "change").iloc[0]
    return (
        f"Payables to {grown['supplier']} grew most, by {formatting.usd_bn(grown['change'])}"
        if grown["change"] >= 0.05
        else "No supplier's payables grew"
    )


def _dumbbells(data: pd.DataFrame) -> alt.TopLevelMixin:
    order = data["supplier"].tolist()
    longest = float(data[["then", "now"]].max().max())
    y = alt.Y(
        "supplier:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelColor=INK, labelPadding=10)
    )
    scale = alt.Scale(domain=domain_when_narrow(longest * 1.45, longest * 1.2), nice=False)
    x = alt.X("now:Q", scale=scale, title="USD bn", axis=alt.Axis(tickCount=5))
    amounts = [data[name].map(formatting.usd_short) for name in ("then", "now")]
    mark = mark_labels(data["supplier"], amounts[0] + " then", amounts[1] + " now", data["label"])
    base = alt.Chart(data.assign(edge=data[["then", "now"]].max(axis=1), mark=mark)).encode(
        y=y, color=alt.Color("supplier:N", scale=colours(order), legend=None), description=SPOKEN
    )
    return alt.layer(
        base.mark_rule(strokeWidth=2).encode(x=alt.X("then:Q", scale=scale), x2=alt.X2("now:Q")),
        base.mark_point(size=80, filled=False, fill=PAPER, strokeWidth=2, opacity=1).encode(x=alt.X("then:Q")),
        base.mark_point(size=80, filled=True, opacity=1).encode(x=x),
        base.mark_text(align="left", dx=9, color=INK).encode(
            x=alt.X("edge:Q"), text=alt.Text("label:N"), color=alt.ColorValue(INK)
        ),
    )
