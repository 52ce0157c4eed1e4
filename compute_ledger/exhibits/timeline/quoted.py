"""The totals that others quote, beside what could be listed deal by deal on the same day."""

from textwrap import wrap

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.key import Swatch
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, MUTED, PAPER, PLAIN, domain_when_narrow, finish
from compute_ledger.shared import rounding

MOST_QUOTED = 20


COLUMNS = {
    "day": ("Known on", ""),
    "value": ("Quoted", "USD bn"),
    "covers": ("What it covers", ""),
    "listed_usd_bn": ("Listed that day", "USD bn"),
    "times": ("Quoted by listed", "times"),
    "grade": ("Grade", ""),
}


@exhibit("quoted-totals")
@rounding.inputs
def quoted_totals(quoted: pd.DataFrame, scope: Scope) -> Exhibit:
    """What others quote, with what it covers, beside what could be listed deal by deal on the same day.

    `quoted` from `measures.timeline.beside_quoted`.
    """
    if quoted.empty:
        return Exhibit.empty("No total quoted by others was known then.", scope.as_of)
    rows = quoted.assign(
        times=(quoted["value"] / quoted["listed_usd_bn"]).where(quoted["listed_usd_bn"] > 0),
        covers=quoted["note"].fillna("coverage not stated").map(formatting.capital),
        day=quoted["known_on"].map(formatting.day),
    ).tail(MOST_QUOTED)
    data = _quoted_frame(rows)
    return Exhibit(
        title=_quoted_title(rows),
        subtitle="USD bn; above each what the quoted total covers",
        key=[
            Swatch("hollow square", INK, f"total quoted for {scope.buyer}"),
            Swatch("bar", PLAIN, "purchase commitments with a published amount, as known on the day"),
        ],
        description=(
            f"Bar chart of {formatting.count(len(rows), 'quoted total')} beside the commitments listed on the same day: "
            f"{'; '.join(rows['day'] + ', ' + data['label'].to_numpy())}."
        ),
        chart=finish(_quoted_chart(data), height=52 * len(data), narrow_height=66 * len(data)),
        table=rows,
        columns=COLUMNS,
        rests_on={"financials": quoted},
        as_of=scope.as_of,
        evidence=("financials", "financial_id"),
        note=(
            "Not two measures of one thing: a quoted total may add options, letters of intent and sites, or stop at a horizon; the deals listed run over terms of their own, "
            "some beyond that horizon, some without a published one."
        ),
    )


def _quoted_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """What is drawn of each quoted total."""
    heads = rows["day"] + ": " + rows["covers"]
    return pd.DataFrame(
        {
            "row": [f"{i:03d}" for i in range(len(rows))],
            "quoted": rows["value"],
            "listed": rows["listed_usd_bn"],
            "head": heads,
            "short": heads.map(lambda words: "\n".join(wrap(words, 56, max_lines=2, placeholder=" …"))),
            "label": rows["value"].map(formatting.number)
            + " quoted, "
            + rows["listed_usd_bn"].map(formatting.number)
            + " listed",
            "far": rows[["value", "listed_usd_bn"]].max(axis=1),
            "mark": mark_labels(
                rows["day"],
                rows["value"].map(formatting.usd_short) + " quoted",
                rows["listed_usd_bn"].map(formatting.usd_short) + " in the deals listed that day",
            ),
        }
    ).pipe(rounding.frame, 3)


def _quoted_chart(data: pd.DataFrame) -> alt.LayerChart:
    """Bars of what is listed, squares of what is quoted, and above each what it covers."""
    longest = float(data["far"].max())
    domain = alt.Scale(domain=domain_when_narrow(longest * 1.95, longest * 1.3))
    base = alt.Chart(data).encode(y=alt.Y("row:N", axis=None), description=SPOKEN)
    head = base.transform_calculate(shown="narrow ? datum.short : datum.head")
    return alt.layer(
        base.mark_bar(height=12, color=PLAIN, yOffset=14).encode(
            x=alt.X("listed:Q", scale=domain, title=None, axis=None)
        ),
        base.mark_point(
            shape="square", size=60, filled=True, fill=PAPER, stroke=INK, strokeWidth=1.6, opacity=1, yOffset=14
        ).encode(x=alt.X("quoted:Q")),
        base.mark_text(align="left", dx=9, yOffset=14).encode(x=alt.X("far:Q"), text=alt.Text("label:N")),
        head.mark_text(
            align="left",
            baseline="bottom",
            dy=alt.ExprRef("indexof(datum.shown, '\\n') < 0 ? 4 : -9"),
            color=MUTED,
            fontSize=11,
            lineBreak="\n",
            lineHeight=13,
        ).encode(x=alt.XValue(0), text=alt.Text("shown:N")),
    )


def _quoted_title(rows: pd.DataFrame) -> str:
    multiples = rows["times"].dropna()
    if multiples.empty:
        return f"Others quote up to {formatting.usd_bn(rows['value'].max())}, on days when no amount could be listed"
    newest, largest = rows.iloc[-1], rows.sort_values("value", kind="stable").iloc[-1]
    if newest["value"] < largest["value"] and pd.notna(newest["times"]):
        return (
            f"The total that others quote fell from {_dollars(largest['value'])} ({largest['day']}) to {_dollars(newest['value'])} ({newest['day']}), "
            f"beside {_dollars(newest['listed_usd_bn'])} listed deal by deal that day"
        )
    who = "The total that others quote is" if len(rows) == 1 else "The totals that others quote are"
    return f"{who} {formatting.between(multiples.min(), multiples.max(), 1)} times what could be listed deal by deal on the same day"


def _dollars(amount: float) -> str:
    """'$1.4 trillion', '$750 billion'."""
    return (
        f"${formatting.number(amount / 1000)} trillion"
        if amount >= 1000
        else f"${formatting.number(amount, 0)} billion"
    )
