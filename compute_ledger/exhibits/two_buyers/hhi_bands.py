"""Both buyers on the same perimeters: how concentrated each is in every reading, as a band."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.key import Swatch
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.drawing.text_metrics import plot_beside, scale_end
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.theme import INK, NARROW, WIDTH, domain_when_narrow, finish
from compute_ledger.exhibits.two_buyers.buyer_pair import BuyerPair
from compute_ledger.shared import rounding

READING_LABELS = {
    "document": "One document",
    "document_soft": "with the soft part",
    "document_clouds": "of it clouds",
    "document_chain": "one chip chain",
    "firm": "All contracts",
    "firm_soft": "All, conditional too",
    "firm_clouds": "All, clouds only",
    "firm_chain": "All, one chain",
}
READING_WORDS = {
    "document": "contracts in force in one document",
    "document_soft": "everything in one document, its soft part too",
    "document_clouds": "clouds in one document",
    "document_chain": "one document, Google and Broadcom as one chain",
    "firm": "all contracts in force or reported",
    "firm_soft": "all contracts, in force, reported or conditional",
    "firm_clouds": "clouds among all contracts",
    "firm_chain": "all contracts, Google and Broadcom as one chain",
}
AMOUNT = "contract of {} with a published amount"
NO_PART = "–"
NAME_LIMIT = 130  # px, of a row


def like_for_like(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the first reading: one document where a buyer has one, else all contracts."""
    return rows[rows["reading"] == rows["reading"].iloc[0]] if len(rows) else rows


def counted_deals(rows: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """The deals behind rows of `compared`."""
    return deals[deals["deal_id"].isin(rows["deal_ids"].explode())]


def bands(rows: pd.DataFrame) -> pd.DataFrame:
    """From the lowest to the highest index of each buyer over the readings, buyers in their order."""
    measured = rows.dropna(subset="hhi")
    return measured.groupby("buyer", sort=False)["hhi"].agg(["min", "max"]).reset_index()


def both_sides(rows: pd.DataFrame, pair: BuyerPair) -> pd.DataFrame:
    """The index of each buyer by reading: column `first`, column `second`, readings that both have."""
    if pair.second is None:
        return pd.DataFrame(columns=["first", "second"])
    sides = {
        name: rows[rows["buyer"] == buyer].set_index("reading")["hhi"]
        for name, buyer in zip(("first", "second"), pair.names, strict=True)
    }
    return pd.DataFrame(sides).reindex(rows["reading"].unique()).dropna()


@rounding.inputs
def alike_finding(rows: pd.DataFrame, deals: pd.DataFrame, pair: BuyerPair) -> Finding:
    """How much three suppliers hold of each, and in which readings the order of the two turns round."""
    sides = both_sides(rows, pair)
    absent = pair.absent(set(rows["buyer"]), AMOUNT)
    if sides.empty:
        reasons = [scope.no_index for scope in pair.scopes if scope.no_index]
        sums = [
            f"{row['buyer']} had {money(row['total'], pair)} in contracts with one."
            for _, row in _all_contracts(rows).iterrows()
        ]
        if sums and absent and pair.second:
            behind = counted_deals(_all_contracts(rows), deals)
            detail = " ".join([*sums, *reasons])
            return Finding(name="alike", claim=absent.removesuffix("."), detail=detail, rests_on={"deals": behind})
        return Finding(name="alike", detail=" ".join(filter(None, [absent, *sums, *reasons])) or pair.nothing(AMOUNT))
    like = like_for_like(rows)
    of_all = _all_contracts(rows)
    behind = counted_deals(rows, deals)
    shares = {row["buyer"]: row["cr3_pct"] for _, row in of_all.iterrows()}
    wider = (
        f" With every contract that is published or reported it is {' and '.join(f'{formatting.pct(share, 0)} ({name})' for name, share in shares.items())}."
        if like["reading"].iloc[0] != "firm"
        else ""
    )
    return Finding(
        name="alike",
        claim=_three_each(like, pair),
        detail=(
            f"This rests on {formatting.graded(behind)}, as known on {pair.day}; an amount of a supplier, or a document of a buyer, that has published none would change it. "
            f"The three are {_largest(like)}{wider} {_order(sides, pair)}"
        ),
        rests_on={"deals": behind},
    )


def _all_contracts(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["reading"] == "firm"]


def money(value: float, pair: BuyerPair) -> str:
    """'$730 billion', a year where amounts are divided by their terms."""
    return formatting.usd_whole(value) + (" a year" if pair.first.basis == "annualised" else "")


def _three_each(like: pd.DataFrame, pair: BuyerPair) -> str:
    """'Three suppliers hold 94% of what OpenAI and 92% of what Anthropic has committed to pay'."""
    parts = [
        f"{formatting.pct(row['cr3_pct'], 0)} of the {money(row['total'], pair)} that {row['buyer']} has committed"
        + (" in one document" if row["source_id"] else "")
        for _, row in like.iterrows()
    ]
    least = int(like["cr3_pct"].min() // 10 * 10)
    lead = (
        f"Both commit more than {least}% to three suppliers: "
        if like["cr3_pct"].min() > least > 0
        else "Three suppliers hold "
    )
    return lead + formatting.names(parts)


def _largest(like: pd.DataFrame) -> str:
    words = [f"{formatting.names(row['largest'])} for {row['buyer']}" for _, row in like.iterrows()]
    return f"{'; '.join(words)}."


def _order(sides: pd.DataFrame, pair: BuyerPair) -> str:
    """Whether one buyer is the more concentrated in every reading, or which readings turn the order round."""
    first, second = pair.names
    higher, lower = (
        int((sides[one] > sides[other]).sum()) for one, other in (("first", "second"), ("second", "first"))
    )
    if not higher or not lower:
        more, less = (first, second) if higher else (second, first)
        return f"Counted in any of {formatting.count(len(sides), 'way')} the HHI of {more} is no lower than that of {less}, by what was published by that day."
    more, less = (first, second) if higher >= lower else (second, first)
    most, fewest = max(higher, lower), min(higher, lower)
    return (
        f"Which of the two is the more concentrated turns with what counts: counted in {formatting.count(most, 'way')} the HHI of {more} is the higher, "
        f"in {formatting.count(fewest, 'other')} that of {less}."
    )


@exhibit("hhi-bands")
@rounding.inputs
def hhi_bands(rows: pd.DataFrame, deals: pd.DataFrame, pair: BuyerPair) -> Exhibit:
    """A band a buyer from the lowest to the highest HHI, and a point a reading. `rows` from `compared`."""
    spans, measured = bands(rows), rows.dropna(subset="hhi")
    if spans.empty:
        reasons = [scope.no_index for scope in pair.scopes if scope.no_index]
        return Exhibit.empty(" ".join(reasons) or pair.nothing(AMOUNT), pair.as_of)
    words = spans.apply(lambda row: f"{row['buyer']} {formatting.between(row['min'], row['max'])}", axis=1)
    return Exhibit(
        title=_bands_title(spans),
        subtitle=(
            f"Herfindahl-Hirschman index (HHI) of commitments by supplier, {code_labels.BASIS_LABELS[pair.first.basis]}, as known on {pair.day}; "
            f"figures: {' / '.join(spans['buyer'])}"
        ),
        key=[
            Swatch("bar", pair.shades["range"][: len(spans)], "lowest to highest of what may count"),
            Swatch("dot", pair.shades["range"][: len(spans)], "each way of counting"),
        ],
        description=f"Bands of {formatting.count(len(spans), 'buyer')}, {formatting.names(words)}, and below them the points of {formatting.count(measured['reading'].nunique(), 'way')} of counting.",
        chart=finish(
            _bands_chart(measured, spans, pair), height=30 * (len(spans) + measured["reading"].nunique()) + 60
        ),
        table=_worded(measured),
        columns=_band_columns(pair.first.unit),
        rests_on={"deals": counted_deals(measured, deals)},
        as_of=pair.as_of,
        note=(
            "One document: a statement in which a buyer names three suppliers or more; a buyer without one stands there with all its contracts. "
            f"Points are at the printed amounts, several of which are open upwards, and the index with them.{pair.terms}{_reasons(pair)} {pair.absent(set(rows['buyer']), AMOUNT)}".strip()
        ),
    )


def _band_columns(unit: str) -> dict[str, tuple[str, str]]:
    return {
        "what": ("What counts", ""),
        "buyer": ("Buyer", ""),
        "source": ("Contracts from", ""),
        "total": ("Sum", unit),
        "ends": ("As worded", ""),
        "suppliers": ("Suppliers", ""),
        "hhi": ("HHI", "0 to 10,000"),
        "effective_number": ("Effective number", "suppliers"),
        "cr3_pct": ("Three largest", "%"),
        "three": ("They are", ""),
    }


def _reasons(pair: BuyerPair) -> str:
    return "".join(f" {scope.no_index}" for scope in pair.scopes if scope.no_index)


def _bands_title(spans: pd.DataFrame) -> str:
    words = [f"{formatting.between(row['min'], row['max'])} for {row['buyer']}" for _, row in spans.iterrows()]
    if len(spans) == 1:
        counts = "depending on what counts" if " to " in words[0] else "whatever counts"
        return f"The HHI is {words[0]}, {counts}"
    first, second = spans.iloc[0], spans.iloc[1]
    if first["min"] <= second["max"] and second["min"] <= first["max"]:
        return f"Neither buyer is the more concentrated whatever counts: HHI {' and '.join(words)}"
    more = first["buyer"] if first["min"] > second["max"] else second["buyer"]
    return f"{more} is the more concentrated however one counts: HHI {' and '.join(words)}"


def _worded(rows: pd.DataFrame) -> pd.DataFrame:
    decimals = {"total": 1, "hhi": 0, "effective_number": 1, "cr3_pct": 0}
    return rows.assign(
        what=rows["reading"].map(READING_WORDS).map(formatting.capital),
        source=["one document" if source else "all" for source in rows["source_id"]],
        three=rows["largest"].map(formatting.names),
        ends=[formatting.open_sum(row["total_low"], row["total_high"]) or NO_PART for _, row in rows.iterrows()],
        **{name: rounding.column(rows[name], places) for name, places in decimals.items()},
    )


def _rows(measured: pd.DataFrame, spans: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What the chart draws: the points, the band of each buyer, and the label behind the last point of each row."""
    points = measured[["reading", "buyer", "hhi"]].assign(
        row=measured["reading"].map(READING_LABELS),
        mark=mark_labels(
            measured["buyer"] + ", " + measured["reading"].map(READING_WORDS),
            "HHI " + measured["hhi"].map(lambda value: formatting.number(value, 0)),
        ),
    )
    span_rows = spans.assign(
        row=spans["buyer"],
        label=[formatting.between(low, high) for low, high in zip(spans["min"], spans["max"], strict=True)],
    ).rename(columns={"min": "low", "max": "high"})
    span_rows["mark"] = mark_labels(
        span_rows["buyer"], "HHI " + span_rows["label"], ["over all that may count"] * len(span_rows)
    )
    ends = points.groupby("row", sort=False).agg(end=("hhi", "max")).reset_index()
    ends["label"] = [
        " / ".join(formatting.number(value, 0) for value in points.loc[points["row"] == row, "hhi"])
        for row in ends["row"]
    ]
    return points, span_rows, ends


def _bands_chart(measured: pd.DataFrame, spans: pd.DataFrame, pair: BuyerPair) -> alt.TopLevelMixin:
    points, span_rows, ends = _rows(measured, spans)
    order = [*span_rows["row"], *ends["row"]]
    names = alt.Axis(ticks=False, domain=False, labelPadding=6, labelColor=INK, labelLimit=NAME_LIMIT, grid=True)
    y = alt.Y("row:N", sort=order, scale=alt.Scale(domain=order), title=None, axis=names)
    labelled = pd.concat([span_rows.rename(columns={"high": "end"}), ends])
    last = [
        scale_end(labelled["end"], labelled["label"], plot_beside(order, size, NAME_LIMIT)) for size in (NARROW, WIDTH)
    ]
    scale = alt.Scale(domain=domain_when_narrow(*last), nice=False)
    shade = alt.Color("buyer:N", scale=pair.shades, legend=pair.legend)
    bar, dot, end = alt.Chart(span_rows), alt.Chart(points), alt.Chart(ends)
    x_bar = {"x": alt.X("low:Q", axis=None, scale=scale), "x2": alt.X2("high:Q")}
    return alt.layer(
        bar.mark_bar(height=14).encode(y=y, color=shade, description=SPOKEN, **x_bar),
        dot.mark_point(filled=True, size=85, opacity=1).encode(
            y=y, x=alt.X("hhi:Q", axis=None, scale=scale), color=shade, description=SPOKEN
        ),
        bar.mark_text(align="left", dx=8, color=INK).encode(
            y=y, x=alt.X("high:Q", axis=None, scale=scale), text=alt.Text("label:N")
        ),
        end.mark_text(align="left", dx=8, color=INK).encode(
            y=y, x=alt.X("end:Q", axis=None, scale=scale), text=alt.Text("label:N")
        ),
    )
