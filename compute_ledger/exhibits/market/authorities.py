"""From statistic to market: what competition authorities examined and found, beside what the estimates count."""

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.evidence_links import EVIDENCE_PAGE
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.measures.market import market_estimates as measure
from compute_ledger.shared import rounding

# What a subject of claims begins with, and whose work it is.
AUTHORITIES = {
    "ofcom-": "Ofcom, United Kingdom",
    "cma-": "Competition and Markets Authority, United Kingdom",
    "ftc-": "Federal Trade Commission, United States",
    "ec-": "European Commission",
}
SUBJECTS = r"(?:ofcom|cma|ftc|ec)-[a-z0-9]+(?:-[a-z]+)?-?20\d\d"
COUNTED = {
    "synergy": "Worldwide, China included: public infrastructure and platform services and hosted private cloud",
    "omdia_canalys": "Worldwide: hosted infrastructure and platform services",
}


@exhibit("statistic-and-market")
@rounding.inputs
def authorities(claims: pd.DataFrame, shares: pd.DataFrame, scope: Scope) -> Table | Exhibit:
    """A row an estimate, as of its newest quarter, then a row a decision or report, by day.

    `claims` of the ledger; those of a subject such as cma-cloud-2025 count. `shares`: the ledger's market shares.
    """
    about = claims[claims["subject"].str.fullmatch(SUBJECTS)]
    if about.empty:
        return Exhibit.empty("No finding of an authority on cloud markets was known then.", scope.as_of)
    first_day = about[about["unit"].eq("none")].groupby("subject")["fact_date"].min().sort_values(kind="stable")
    decisions = [_decision(subject, about[about["subject"] == subject]) for subject in first_day.index]
    leaders = [_leaders(shares, estimate) for estimate in COUNTED]
    table = pd.DataFrame([*(_estimate(rows) for rows in leaders if len(rows)), *decisions])
    return Table(
        caption="What the estimates count, and what authorities examined and found",
        table=table.assign(evidence=pd.Series(table["evidence"].tolist(), dtype=object)),
        columns={
            "who": ("Who", ""),
            "day": ("When", ""),
            "market": ("Market", ""),
            "shares": ("Shares", ""),
            "outcome": ("Outcome", ""),
            "evidence": ("Evidence", ""),
        },
        rests_on={"market_shares": pd.concat(leaders)},
        source_ids=formatting.lead_sources(*leaders, about),
        as_of=scope.as_of,
        note="Shares of an authority are of another market, country and year than those of an estimate. No series and no authority gives shares of computing on accelerators alone, which is most of what a developer of models buys.",
    )


def _leaders(shares: pd.DataFrame, estimate: str) -> pd.DataFrame:
    """The three largest of an estimate's newest quarter."""
    own = measure.one_estimate(shares, estimate)
    return measure.latest_shares(own, measure.pick_quarter(own, "latest")).head(measure.LEADERS)


def _estimate(leaders: pd.DataFrame) -> dict[str, object]:
    estimate = leaders["estimate"].iloc[0]
    return {
        "who": code_labels.ESTIMATE_LABELS[estimate],
        "day": formatting.quarter(leaders["quarter"].iloc[0]),
        "market": COUNTED[estimate],
        "shares": formatting.names(leaders["provider"] + " " + leaders["share_pct"].map(formatting.pct)),
        "outcome": "",
        "evidence": None,
    }


def _decision(subject: str, rows: pd.DataFrame) -> dict[str, object]:
    by_metric = rows.drop_duplicates("metric").set_index("metric")
    notes = by_metric["note"].fillna("")
    said_on = rows.loc[rows["unit"].eq("none"), "fact_date"]
    figures = rows[rows["unit"].eq("pct")]
    claim = by_metric["claim_id"].get("outcome", rows["claim_id"].iloc[0])
    others = [notes[metric] for metric in ("outcome", "circular_spending") if metric in notes.index]
    return {
        "who": next((name for start, name in AUTHORITIES.items() if subject.startswith(start)), subject),
        "day": formatting.period(said_on.iloc[0]) if len(said_on) else "",
        "market": notes.get("market_examined", ""),
        "shares": "; ".join(
            map(_figure, figures["metric"], figures["low"], figures["high"], figures["note"].fillna(""))
        ),
        "outcome": ". ".join(others),
        "evidence": {"text": "claims", "href": f"{EVIDENCE_PAGE}#claims-{claim}"},
    }


def _figure(metric: str, low: float, high: float, note: str) -> str:
    names = {"aws": "AWS", "microsoft": "Microsoft", "google": "Google", "cloud": "Cloud"}
    words = metric.removeprefix("share_of_").split("_")
    name = formatting.capital(" ".join(names.get(word, word) for word in words))
    span = f"less than {formatting.pct(high)}" if pd.isna(low) else f"{formatting.between(low, high)}%"
    return f"{name} {span}{f' ({note[:1].lower()}{note[1:]})' if note else ''}"
