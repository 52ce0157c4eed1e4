"""The lines of the 2023 merger guidelines in charts of the HHI."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits.theme import MUTED, text
from compute_ledger.measures.market import market_estimates as measure

GUIDELINES = pd.DataFrame(
    {
        "hhi": [measure.MODERATELY_CONCENTRATED, measure.HIGHLY_CONCENTRATED],
        "label": ["1,000 moderately concentrated", "1,800 highly concentrated"],
    }
)


def guidelines(at_right: bool = False) -> tuple[alt.Chart, list[alt.Chart]]:
    """The lines of the US Merger Guidelines 2023, and their labels, to be drawn last.

    The labels stand at the left edge, or in three lines at the right one, for charts that leave room there.
    """
    base = alt.Chart(GUIDELINES).encode(y=alt.Y("hhi:Q"))
    rules = base.mark_rule(strokeDash=[4, 3], strokeWidth=1)
    if not at_right:
        labels = base.encode(text=alt.Text("label:N"), x=alt.XValue(0))
        return rules, text(labels, align="left", dx=4, dy=-7, color=MUTED, fontSize=11)
    lines = base.transform_calculate(lines="replace(datum.label, / /g, '\\n')").encode(
        text=alt.Text("lines:N"), x=alt.XValue("width")
    )
    return rules, text(lines, align="right", dy=-33, lineBreak="\n", lineHeight=12, color=MUTED, fontSize=11)
