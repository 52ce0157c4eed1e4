"""Where claims of one subject differ: each conflict drawn and listed."""

import re

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.key import Swatch
from compute_ledger.exhibits.drawing.text_metrics import ROW_LIFT, ROW_NAME, name_style, row_name
from compute_ledger.exhibits.evidence.claim_figures import figures
from compute_ledger.exhibits.evidence.claims import anchors, metrics
from compute_ledger.exhibits.evidence_links import EVIDENCE_PAGE
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, MUTED, PLAIN, finish, when_narrow
from compute_ledger.ledger import Ledger
from compute_ledger.measures import commitments
from compute_ledger.measures import conflicts as measure
from compute_ledger.shared import rounding

MOST_DRAWN = 24
NAMES_WIDE, NAMES_NARROW = (330, 12), (165, 10)
COLUMNS = {
    "conflict": ("Conflict", ""),
    "said": ("Claim", ""),
    "middle": ("Value", "% of the kept figure"),
    "low": ("Low", "%"),
    "high": ("High", "%"),
    "evidence": ("Evidence", ""),
}


@rounding.inputs
def all_conflicts(ledger: Ledger) -> pd.DataFrame:
    """Conflicts between claims, and of quoted totals with the sum of the firm payables listed here.

    Grain and columns: those of `measures.conflicts.conflicts`, with a readable `label`.
    """
    between = measure.conflicts(ledger.claims, ledger.deals, ledger.resolutions, ledger.sources)
    conflict_rows = pd.concat([between, *(_sums(ledger, buyer) for buyer in ledger.buyers)], ignore_index=True)
    if conflict_rows.empty:
        return conflict_rows.assign(label="", cause="")
    names = _names(ledger)
    counted = _counted(conflict_rows["subject"], ledger, names)
    words = counted["who"].fillna(conflict_rows["subject"].map(lambda subject: _called(subject, names)))
    undated = conflict_rows["subject"].isin(ledger.deals["deal_id"]) | (conflict_rows["fact_date"].fillna("") == "")
    dates = counted["when"].fillna(conflict_rows["fact_date"].fillna("").astype("str").map(formatting.period))
    return conflict_rows.assign(label=words + ", " + metrics(conflict_rows) + (" (" + dates + ")").mask(undated, ""))


def of_buyer(conflict_rows: pd.DataFrame, ledger: Ledger, scope: Scope) -> pd.DataFrame:
    """The conflicts about the buyer, its partners and the market: those about other buyers are left out."""
    others = {name.lower().replace(" ", "-") for name in scope.other_buyers(ledger)}
    their_deals = set(ledger.deals["deal_id"]) - set(scope.deals(ledger)["deal_id"])
    return conflict_rows[~conflict_rows["subject"].isin(others | their_deals)]


def _sums(ledger: Ledger, buyer: str) -> pd.DataFrame:
    """Totals quoted for one buyer that the sum of its firm deals does not bear out."""
    deals = ledger.deals[ledger.deals["buyer"] == buyer]
    total = float(commitments.payables(deals, ledger.as_of)["counted"].sum())
    return measure.quoted_against_sum(
        ledger.claims, total, ledger.as_of, ledger.resolutions, ledger.sources, buyer.lower().replace(" ", "-")
    )


def _counts_by_cause(conflict_rows: pd.DataFrame) -> str:
    """'20 conflicts, 8 misprints and 5 amendments', the conflicts first."""
    counts = conflict_rows["cause"].value_counts()
    order = sorted(counts.index, key=lambda cause: (cause != measure.REAL, -counts[cause], cause))
    return formatting.names([formatting.count(int(counts[cause]), str(cause)) for cause in order], len(order))


def _names(ledger: Ledger) -> dict[str, str]:
    """What a subject of claims is called: a deal by its title with the counterparty, a company by its name."""
    columns = [ledger.financials["entity"], ledger.deals["counterparty"], ledger.market_shares["provider"]]
    names = {name.lower().replace(" ", "-"): name for name in pd.concat(columns).unique()}
    deals = ledger.deals[["deal_id", "counterparty", "title"]].itertuples(index=False)
    return names | {key: formatting.deal(party, title) for key, party, title in deals}


def _called(subject: str, names: dict[str, str]) -> str:
    return names.get(subject) or formatting.capital(subject.replace("-", " "))


def _counted(subjects: pd.Series, ledger: Ledger, names: dict[str, str]) -> pd.DataFrame:
    """`who` and `when` of subjects such as 'synergy-2025q1-aws' and 'synergy-2023fy', which an estimate of the market
    counts; missing for all others."""
    estimates = {name.replace("_", "-"): name for name in ledger.market_shares["estimate"].unique()}
    estimate_pattern = "|".join(map(re.escape, estimates)) or "(?!)"
    parts = subjects.str.extract(
        rf"^(?P<by>{estimate_pattern})-(?P<year>\d{{4}})(?P<part>q[1-4]|fy)(?:-(?P<provider>.+))?$"
    )
    labels = {key: code_labels.ESTIMATE_LABELS.get(name, name) for key, name in estimates.items()}
    by = parts["by"].map(labels).astype("str")
    provider = parts["provider"].map(lambda name: _called(name, names), na_action="ignore").astype("str")
    return pd.DataFrame(
        {
            "who": by + (": " + provider).fillna(""),
            "when": parts["part"].str.upper().str.cat(parts["year"], sep=" ").str.removeprefix("FY "),
        }
    )


@exhibit("conflicts-drawn")
@rounding.inputs
def conflict_chart(conflict_rows: pd.DataFrame, positions: pd.DataFrame, claims: pd.DataFrame, scope: Scope) -> Exhibit:
    """The widest numeric conflicts, each claim as its interval in percent of the figure that was kept."""
    disputed = _disputed(conflict_rows)
    positions = positions[positions["conflict_id"].isin(disputed)]
    numeric = positions[positions["value"].notna() | positions["low"].notna()]
    if conflict_rows.empty or numeric.empty:
        return Exhibit.empty("No two claims about the same figure disagree.", scope.as_of)
    rows = _in_percent(numeric)
    spread = rows.groupby("conflict_id")["middle"].agg(lambda column: column.max() - column.min())
    drawn = spread.nlargest(MOST_DRAWN).index.tolist()
    label = conflict_rows.set_index("conflict_id")["label"]
    rows_drawn = {name: row_name(name, label[name], NAMES_WIDE, NAMES_NARROW) for name in drawn}
    data = _conflicts_frame(rows, label, rows_drawn).assign(
        evidence=lambda frame: rows.loc[frame.index, "conflict_id"].map(_claims_of(positions, claims))
    )
    widest = label[drawn[0]]
    return Exhibit(
        title=f"The claims differ most on {widest}",
        subtitle=(
            f"The {len(drawn)} widest of {len(disputed)} settled conflicts about figures of {scope.buyer or 'the buyer'}, its partners and the market; each claim in % of the figure that was kept (100)"
        ),
        key=[
            Swatch("dot", PLAIN, "claim that was kept"),
            Swatch("ring", INK, "other claims"),
            Swatch("faint bar", PLAIN, "what the wording allows"),
        ],
        description=(
            f"Dot plot of {len(drawn)} conflicts between claims. The widest is {widest}, where claims lie "
            f"{formatting.number(float(spread.max()), 0)} points of the kept figure apart."
        ),
        chart=_conflict_dots(data, rows_drawn),
        table=data,
        columns=COLUMNS,
        # Claims, not rows of the ledger, are what is drawn.
        source_ids=list(dict.fromkeys(positions[positions["conflict_id"].isin(drawn)]["source_id"])),
        as_of=scope.as_of,
        note="Values beyond the right edge are drawn on it. Conflicts about dates, and those where no figure is kept, are in the table only.",
    )


def _disputed(conflict_rows: pd.DataFrame) -> pd.Series:
    """The conflicts about figures that are settled."""
    settled = conflict_rows["kept_claim_id"].notna() & (conflict_rows["unit"] != "none")
    figures = conflict_rows["kind"].eq("value") & conflict_rows["cause"].eq(measure.REAL) & settled
    return conflict_rows.loc[figures, "conflict_id"]


def _in_percent(numeric: pd.DataFrame) -> pd.DataFrame:
    """Claims in percent of the figure that was kept, or of the largest where none was."""
    value = numeric["value"].fillna(numeric["low"])
    kept_value = value.where(numeric["kept"]).groupby(numeric["conflict_id"]).transform("max")
    base = kept_value.fillna(value.groupby(numeric["conflict_id"]).transform("max"))
    return numeric.assign(
        middle=100 * value / base,
        low=100 * numeric["low"].fillna(value) / base,
        high=100 * numeric["high"].fillna(value) / base,
    )[base > 0]


def _conflicts_frame(rows: pd.DataFrame, label: pd.Series, rows_drawn: dict[str, str]) -> pd.DataFrame:
    """What is drawn of each claim; `rows_drawn`: names of rows by conflict."""
    claim_rows = rows[rows["conflict_id"].isin(list(rows_drawn))].assign(
        conflict=lambda frame: frame["conflict_id"].map(label),
        said=lambda frame: frame["publisher"] + ": " + figures(frame),
        row=lambda frame: frame["conflict_id"].map(rows_drawn),
    )
    return claim_rows[["row", "conflict", "middle", "low", "high", "kept", "said"]].pipe(rounding.frame, 2)


def _conflict_dots(data: pd.DataFrame, rows_drawn: dict[str, str]) -> alt.LayerChart:
    """Each claim as a dot, over the interval that its wording allows."""
    edge = min(float(data["middle"].max()), 400.0) * 1.05
    axis = alt.Axis(labelExpr=ROW_NAME, labelOffset=ROW_LIFT, ticks=False, domain=False, labelColor=INK)
    y = alt.Y("row:N", sort=list(rows_drawn.values()), title=None, axis=axis)
    x = alt.X(
        "middle:Q",
        title="% of the figure that was kept",
        scale=alt.Scale(domain=[0, edge], clamp=True),
        axis=alt.Axis(tickCount=5),
    )
    chart = alt.Chart(data.drop(columns=["conflict", "evidence"])).encode(y=y, description=alt.Description("said:N"))
    layers = alt.layer(
        alt.Chart(pd.DataFrame({"middle": [100]})).mark_rule(color=MUTED, strokeDash=[2, 3]).encode(x=x),
        chart.mark_rule(strokeWidth=when_narrow(4, 6), opacity=0.25, color=PLAIN, clip=True).encode(
            x=alt.X("low:Q", title="% of the figure that was kept"), x2=alt.X2("high:Q")
        ),
        chart.transform_filter("!datum.kept").mark_point(size=55, color=INK, filled=False, opacity=1).encode(x=x),
        chart.transform_filter("datum.kept").mark_point(size=55, color=PLAIN, filled=True, opacity=1).encode(x=x),
    )
    return finish(
        layers,
        height=28 * len(rows_drawn) + 50,
        narrow_height=26 * len(rows_drawn) + 50,
        narrow={"config": {"axisY": name_style(*NAMES_NARROW)}},
    ).configure_axisY(**name_style(*NAMES_WIDE))


def _claims_of(positions: pd.DataFrame, claims: pd.DataFrame) -> pd.Series:
    """A link from each conflict to the kept claim (else the first), in the list of all claims."""
    place = anchors(claims).groupby(claims["claim_id"]).first()
    lead = positions.sort_values("kept", ascending=False, kind="stable").drop_duplicates("conflict_id")
    hrefs = EVIDENCE_PAGE + "#" + lead["claim_id"].map(place)
    return pd.Series([{"text": "claims", "href": href} for href in hrefs], index=lead["conflict_id"])


def settled(conflict_rows: pd.DataFrame, positions: pd.DataFrame) -> pd.DataFrame:
    """`conflict_rows` with what is said in each (`figures`) and the claim that was `kept`, in words.

    `positions` from `measures.conflicts.positions`.
    """
    if conflict_rows.empty:
        return conflict_rows.assign(figures="", kept="")
    worded_claims = positions.assign(figure=figures(positions))
    counted = worded_claims.groupby(["conflict_id", "figure"], sort=False).size().reset_index(name="times")
    worded = counted["figure"] + counted["times"].map(lambda times: f" ({times} claims)" if times > 1 else "")
    listed = worded.groupby(counted["conflict_id"]).agg("; ".join)
    kept_claims = worded_claims[worded_claims["kept"]].drop_duplicates("conflict_id").set_index("conflict_id")
    return conflict_rows.assign(
        figures=conflict_rows["conflict_id"].map(listed),
        kept=conflict_rows["conflict_id"].map(kept_claims["figure"] + ", " + kept_claims["publisher"]),
    )


@exhibit("conflicts")
@rounding.inputs
def conflict_table(
    conflict_rows: pd.DataFrame, positions: pd.DataFrame, claims: pd.DataFrame, scope: Scope
) -> Table | Exhibit:
    """Every computed conflict with the claims that disagree and how it was settled. `claims` from `linked_claims`."""
    if conflict_rows.empty:
        return Exhibit.empty("No two claims about the same figure disagree.", scope.as_of)
    listed_conflicts = settled(conflict_rows, positions)
    return Table(
        caption=f"Where claims differ: {_counts_by_cause(conflict_rows)}",
        table=listed_conflicts.assign(evidence=conflict_rows["conflict_id"].map(_claims_of(positions, claims))),
        columns={
            "label": ("On what", ""),
            "cause": ("Kind", ""),
            "figures": ("What is said", ""),
            "kept": ("Kept", ""),
            "reason": ("How it was settled", ""),
            "evidence": ("Evidence", ""),
        },
        as_of=scope.as_of,
        note=(
            "conflict: figures or days that cannot both hold. amendment: a deal and the one it replaced. misprint: a slip of one page. "
            "label: figures that measure or count something else, or another period, under one name, such as a quoted total beside the sum listed here. "
            "edition: as first published and as restated. wording: one figure printed more or less precisely."
        ),
    )
