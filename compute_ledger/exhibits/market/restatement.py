"""Silent revisions: the base that printed growth needs, beside what had been printed a year before."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.key import Swatch
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.market.size import quarters
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import ACCENT, GREY, INK, SLATE, finish, when_narrow
from compute_ledger.measures.market import market_estimates as measure
from compute_ledger.shared import rounding

WORDS = {"above": "raised since", "below": "lowered since", "agrees": "fits the first print"}
SHADES = [ACCENT, SLATE, GREY]


COLUMNS = {
    "quarter": ("Quarter", ""),
    "growth_pct": ("Growth, printed", "%"),
    "growth_by_print_pct": ("Growth between the prints", "%"),
    "off_from_pct": ("Base off the print, low", "%"),
    "off_to_pct": ("Base off the print, high", "%"),
    "words": ("First print of the base", ""),
}


@exhibit("silent-revisions")
@rounding.inputs
def revisions(bases: pd.DataFrame, sizes: pd.DataFrame, estimate: str, scope: Scope) -> Exhibit:
    """By how much the base of each printed growth lies off the first print, over all that rounding leaves open.

    `bases` from `measures.market.market_restatement.implied_bases`.
    """
    if bases.empty:
        return Exhibit.empty(
            "No quarter was known then with a size, a growth and a size a year before, so no base can be compared.",
            scope.as_of,
        )
    house = code_labels.ESTIMATE_LABELS[estimate]
    data = _frame(bases)
    above, below = (int(bases["verdict"].eq(verdict).sum()) for verdict in ("above", "below"))
    used = sizes[sizes["size_id"].isin([*bases["size_id"], *bases["base_size_id"]])]
    newest = used["size_id"].isin(bases.iloc[-1][["size_id", "base_size_id"]].tolist())
    return Exhibit(
        title=f"In {above or 'none'} of {len(bases)} quarters the growth that {house} prints needs a larger market a year before than it had printed; in {below or 'none'} a smaller one",
        subtitle="Size / (1 + growth), less the size printed a year before, % of the latter; bars span the rounding of all three",
        key=[
            Swatch("bar", shade, words)
            for (verdict, words), shade in zip(WORDS.items(), SHADES, strict=True)
            if bases["verdict"].eq(verdict).any()
        ],
        description=(
            f"Range bars around zero for {formatting.count(len(bases), 'quarter')}, {formatting.quarter(bases['quarter'].min())} to {formatting.quarter(bases['quarter'].max())}: "
            f"{above} lie above zero for certain, {below} below, the others on both sides."
        ),
        chart=finish(_chart(data), height=190),
        table=data,
        columns=COLUMNS,
        rests_on={"market_size": used[newest]},
        source_ids=formatting.lead_sources(used),
        as_of=scope.as_of,
        note=f"{house} prints no list of revisions. Whoever joins its quarters into one series mixes first prints with later ones.",
    )


def _frame(bases: pd.DataFrame) -> pd.DataFrame:
    low = 100 * (bases["implied_low_usd_bn"] / bases["printed_high_usd_bn"] - 1)
    high = 100 * (bases["implied_high_usd_bn"] / bases["printed_low_usd_bn"] - 1)
    data = bases[["quarter", "growth_pct", "growth_by_print_pct", "verdict"]].assign(off_from_pct=low, off_to_pct=high)
    data = data.pipe(rounding.frame, 1).assign(words=bases["verdict"].map(WORDS))
    span = data.apply(lambda row: f"base {formatting.between(row['off_from_pct'], row['off_to_pct'], 1)}% off", axis=1)
    name = data["quarter"].map(formatting.quarter)
    return data.assign(mark=mark_labels(name, span.astype("str"), data["words"]))


def _chart(data: pd.DataFrame) -> alt.LayerChart:
    start = measure.start_of(data["quarter"])
    data = data.assign(day=start.dt.strftime("%Y-%m-%d"))
    ends = float(data["off_from_pct"].min()) - 0.5, float(data["off_to_pct"].max()) + 0.5
    scale = alt.Scale(domain=[min(ends[0], 0), max(ends[1], 0)], nice=False)
    y = alt.Y("off_from_pct:Q", title="%", scale=scale, axis=alt.Axis(tickCount=5))
    shade = alt.Color("verdict:N", legend=None, scale=alt.Scale(domain=list(WORDS), range=SHADES))
    bars = alt.Chart(data).encode(x=quarters(start), y=y, y2=alt.Y2("off_to_pct:Q"), color=shade, description=SPOKEN)
    zero = alt.Chart(pd.DataFrame({"off_from_pct": [0]})).mark_rule(color=INK).encode(y=y)
    return alt.layer(bars.mark_rule(strokeWidth=when_narrow(4, 9)), zero)
