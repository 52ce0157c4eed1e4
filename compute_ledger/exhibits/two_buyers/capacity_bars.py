"""Gigawatts of both buyers on each basis, which are never added."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.theme import INK, domain_when_narrow, finish
from compute_ledger.exhibits.two_buyers.buyer_pair import BuyerPair
from compute_ledger.shared import rounding

FORM_LABELS = {"contracted": "under contract", "planned": "planned", "option": "option"}
SHORT_BASES = {"it_load": "IT load", "site_load": "Site load", "chips": "Chips", "announced_total": "No basis stated"}
CAPACITY = "capacity in a standing deal of {}"


@exhibit("capacity-of-both")
@rounding.inputs
def capacity_of_both(rows: pd.DataFrame, capacities: pd.DataFrame, pair: BuyerPair) -> Exhibit:
    """Bars by basis and buyer in parts: under contract, planned, option. `rows` from `capacity_by_basis`."""
    if rows.empty:
        return Exhibit.empty(pair.nothing(CAPACITY), pair.as_of)
    table = rows.assign(
        basis_label=rows["basis"].map(code_labels.CAPACITY_LABELS).map(formatting.capital),
        names=rows["suppliers"].map(formatting.names),
        wording=[_wording(row) for _, row in rows.iterrows()],
    )
    words = "; ".join(f"{row['basis_label']}, {row['buyer']}: {row['wording']}" for _, row in table.iterrows())
    return Exhibit(
        title=_capacity_title(table, pair),
        subtitle=f"Gigawatts in deals standing on {pair.day}, by what they measure",
        key=_key(table, pair),
        description=f"Bars for {formatting.count(len(table), 'basis and buyer', 'pairs of basis and buyer')}. {words}.",
        chart=finish(_capacity_chart(table, pair), height=30 * len(table) + 50),
        table=table,
        columns={
            "basis_label": ("Measures", ""),
            "buyer": ("Buyer", ""),
            "contracted_gw": ("Under contract", "GW"),
            "planned_gw": ("Planned", "GW"),
            "option_gw": ("Option", "GW"),
            "names": ("At", ""),
        },
        rests_on={"capacities": capacities[capacities["capacity_id"].isin(rows["capacity_ids"].explode())]},
        as_of=pair.as_of,
        note=(
            "Bases are not added: a site holds chips and draws more than its computers. Two suppliers may print the same gigawatts on two bases, as a chip maker and the cloud that runs the chips. "
            f"{pair.absent(set(rows['buyer']), CAPACITY)}".strip()
        ),
    )


def _wording(row: pd.Series) -> str:
    parts = [
        f"{formatting.number(row[f'{form}_gw'], 2)} GW {label}"
        for form, label in FORM_LABELS.items()
        if row[f"{form}_gw"] > 0
    ]
    return ", ".join(parts) or "no figure"


def _short(row: pd.Series) -> str:
    """'8.8 + 21.3 GW': under contract, and what is planned or an option."""
    rest = row["planned_gw"] + row["option_gw"]
    return formatting.number(row["contracted_gw"]) + (f" + {formatting.number(rest)}" if rest > 0 else "") + " GW"


def _capacity_title(table: pd.DataFrame, pair: BuyerPair) -> str:
    """What each has under contract on the bases on which both have some, or the first wording there is."""
    contracted = table[table["contracted_gw"] > 0]
    by_basis = {basis: rows for basis, rows in contracted.groupby("basis", sort=False) if len(rows) > 1}
    if not by_basis:
        row = table.iloc[0]
        return (
            f"No basis has capacity under contract for both; {row['buyer']} has {row['wording']} ({row['basis_label']})"
        )
    parts = [
        f"{SHORT_BASES[str(basis)]} {' and '.join(rows['contracted_gw'].map(formatting.number))} GW"
        for basis, rows in by_basis.items()
    ]
    return f"Under contract, {' and '.join(pair.names)}: {'; '.join(parts)}"


def _key(table: pd.DataFrame, pair: BuyerPair) -> list[Swatch]:
    looks = zip(("bar", "pale bar", "faint bar"), FORM_LABELS.items(), strict=True)
    shades = dict(zip(pair.names, pair.shades["range"], strict=True))
    drawn = {form: table.loc[table[f"{form}_gw"] > 0, "buyer"].map(shades).tolist() for form in FORM_LABELS}
    return drawn_only((bool(drawn[form]), Swatch(look, drawn[form], words)) for look, (form, words) in looks)


def _capacity_chart(table: pd.DataFrame, pair: BuyerPair) -> alt.TopLevelMixin:
    parts = table.melt(["basis", "buyer"], [f"{form}_gw" for form in FORM_LABELS], "form", "gw")
    parts = parts.assign(form=parts["form"].str.removesuffix("_gw"), name=parts["basis"].map(SHORT_BASES))
    end = parts.groupby(["basis", "buyer"])["gw"].cumsum()
    parts = parts.assign(end=end, start=end - parts["gw"])[parts["gw"] > 0]
    reading = parts["gw"].map(lambda gigawatts: f"{formatting.number(gigawatts, 2)} GW ")
    parts["mark"] = mark_labels(parts["name"] + ", " + parts["buyer"], reading + parts["form"].map(FORM_LABELS))
    ends = table.assign(
        name=table["basis"].map(SHORT_BASES),
        end=table[["contracted_gw", "planned_gw", "option_gw"]].sum(axis=1),
        short=[_short(row) for _, row in table.iterrows()],
    )[["name", "buyer", "end", "wording", "short"]]
    order = list(dict.fromkeys(ends["name"]))
    longest = float(ends["end"].max())
    scale = alt.Scale(domain=domain_when_narrow(longest * 1.75, longest * 2.2), nice=False)
    names = alt.Axis(ticks=False, domain=False, labelPadding=6, labelColor=INK)
    y = alt.Y("name:N", sort=order, title=None, axis=names)
    offset = alt.YOffset("buyer:N", sort=pair.names, scale=alt.Scale(domain=pair.names))
    opacity = alt.FillOpacity("form:N", scale=alt.Scale(domain=list(FORM_LABELS), range=[1, 0.5, 0.25]), legend=None)
    return alt.layer(
        alt.Chart(parts[["name", "buyer", "form", "start", "end", "mark"]])
        .mark_bar()
        .encode(
            y=y,
            yOffset=offset,
            x=alt.X("start:Q", axis=None, scale=scale),
            x2=alt.X2("end:Q"),
            color=alt.Color("buyer:N", scale=pair.shades, legend=pair.legend),
            fillOpacity=opacity,
            stroke=alt.Stroke("buyer:N", scale=pair.shades, legend=None),
            description=SPOKEN,
        ),
        alt.Chart(ends)
        .transform_calculate(shown="narrow ? datum.short : datum.wording")
        .mark_text(align="left", dx=7, color=INK, baseline="middle")
        .encode(y=y, yOffset=offset, x=alt.X("end:Q", axis=None, scale=scale), text=alt.Text("shown:N")),
    )
