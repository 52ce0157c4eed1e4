"""Examples of what became of announcements, of suppliers' backlogs, of two buyers and of the price of a gigawatt."""

from collections.abc import Mapping

import pandas as pd

from compute_ledger.exhibits.method.worked_examples.example_rows import (
    BUYER,
    DAY,
    Example,
    backlog,
    capacities,
    claims,
    deals,
    each,
    figures,
    number,
    percent,
)
from compute_ledger.measures import conflicts, timeline
from compute_ledger.measures.contracts import announcement_outcomes, backlog_rise, buyers_compared, gigawatt_years
from compute_ledger.measures.evidence import evidence_strength

BALANCES = (backlog("Alpha", "2025-12-31", 50), backlog("Alpha", "2026-03-31", 90))
SIGNED = {"announced_on": "2026-02-01", "amount_usd_bn": 30}
FEBRUARY = {"announced_on": "2026-03-02", "known_on": "2026-03-02", "replaces": "deal-0"}
PAIR = ({"counterparty": "Alpha", "amount_usd_bn": 60}, {"counterparty": "Beta", "amount_usd_bn": 40})


def _outcome() -> str:
    rows = deals({"amount_usd_bn": 38, "status": "superseded"}, {"amount_usd_bn": 138, **FEBRUARY})
    row = announcement_outcomes.announcement_outcomes(rows, DAY).iloc[0]
    return f"{row['outcome']} in {row['days']} days"


def _rises(*rows: Mapping[str, object]) -> pd.DataFrame:
    return backlog_rise.backlog_rises(deals(*(rows or (SIGNED,))), figures(*BALANCES), BUYER)


def _rise() -> str:
    row = _rises().iloc[0]
    return f"{percent(row['part_pct'])}, everybody else {number(row['others_usd_bn'])}"


def _stock() -> str:
    return percent(backlog_rise.backlog_stock(deals(SIGNED), figures(BALANCES[1]), BUYER)["buyer_pct"].iloc[0])


def _orders() -> str:
    rows = deals({"amount_usd_bn": 38, "status": "superseded"}, {"amount_usd_bn": 138, **FEBRUARY})
    reported = backlog_rise.balances(figures(*BALANCES))
    return each(
        ("first", "second"),
        backlog_rise.orders_signed(rows, BUYER, reported).sort_values("deal_id", kind="stable")["buyer_usd_bn"],
    )


def _sum_of_rises() -> str:
    balances = figures(*BALANCES, backlog("Beta", "2025-12-31", 100), backlog("Beta", "2026-03-31", 160))
    rows = deals(SIGNED, {"counterparty": "Beta", "announced_on": "2026-02-01", "amount_usd_bn": 45})
    return percent(backlog_rise.sum_of_rises(backlog_rise.backlog_rises(rows, balances, BUYER))["part_pct"].iloc[0])


def _compared() -> str:
    row = buyers_compared.compared(deals(*PAIR), DAY, [BUYER]).iloc[0]
    return f"HHI {number(row['hhi'], 0)}, effective number {number(row['effective_number'])}"


def _document_break() -> str:
    names = ("Alpha", "Beta", "Gamma")
    rows = deals(
        *(
            {"counterparty": name, "amount_usd_bn": 10, "announced_on": f"2026-0{1 + (name == 'Gamma')}-01"}
            for name in names
        )
    )
    row = buyers_compared.document_break(rows.assign(known_on=pd.Timestamp("2026-02-01")), DAY).iloc[0]
    return f"{number(row['total_before'])} and {number(row['total_after'])}, HHI {number(row['hhi_after'], 0)}"


def _capacity() -> str:
    parts = capacities({"capacity_gw": 10.0, "commitment": "planned"}, {"capacity_gw": 4.5, "part_of": "capacity-0"})
    row = buyers_compared.capacity_by_basis(parts, deals({}), DAY, [BUYER]).iloc[0]
    return f"{number(row['contracted_gw'])} GW contracted, {number(row['planned_gw'])} planned"


def _bought() -> str:
    return number(gigawatt_years.bought(deals({"amount_usd_bn": 300, "capacity_gw": 4.5}))["price"].iloc[0])


def _earned() -> str:
    in_use = {"metric": "compute_in_use", "unit": "gw"}
    before = {"period_start": "2024-01-01", "period_end": "2024-12-31"}
    rows = figures({"value": 12}, {**in_use, "value": 2.0}, {**in_use, **before, "value": 1.0})
    return number(gigawatt_years.earned(rows, BUYER)["earned"].iloc[0])


def _conflicts() -> str:
    claim_ids = conflicts.conflicts(claims({"value": 100, "high": 100}, {"value": 138}))["claim_ids"]
    return f"{len(claim_ids)} conflict of {len(claim_ids.iloc[0])} claims"


def _quoted() -> str:
    quoted = claims({"metric": "commitments_quoted", "subject": BUYER, "value": 1400, "fact_date": "2026-01-01"})
    against = conflicts.quoted_against_sum(quoted, 730, DAY, subject=BUYER)
    return f"{len(against)} conflict"


def _strength() -> str:
    one = {"table": ["deals"], "row_id": ["deal-0"]}
    rows = pd.DataFrame({"figure": ["total"], **one, "grade": ["A-"]})
    evidence = pd.DataFrame(
        {"table": ["deals"] * 2, "row_id": ["deal-0"] * 2, "claim_id": ["c1", "c2"], "role": ["headline", "supports"]}
    )
    said_by = pd.DataFrame(
        {"claim_id": ["c1", "c2"], "source_id": ["wire", "copy"], "as_printed": ["$100 billion", None]}
    )
    sources = pd.DataFrame(
        {
            "source_id": ["wire", "copy"],
            "publisher": ["Reuters", "Daily (citing Reuters)"],
            "published_on": ["2026-06-01", "2026-06-20"],
        }
    )
    row = evidence_strength.evidence_strength(rows, evidence, said_by, sources, DAY).iloc[0]
    return f"{row['origins']} origin, {number(row['age_days'])} days old, {percent(row['seen_pct'])} seen"


def _busiest() -> str:
    days = ("2026-01-01", "2026-01-04", "2026-01-10")
    row = timeline.busiest_days(deals(*({"announced_on": day} for day in days)))
    return "" if row is None else f"{number(row['days_per_deal'])} days a deal"


EXAMPLES: tuple[Example, ...] = (
    (timeline.busiest_days, "Deals on 1, 4 and 10 January: ", _busiest),
    (announcement_outcomes.announcement_outcomes, "38 on 1 January, 138 in its place on 2 March: ", _outcome),
    (backlog_rise.backlog_rises, "Backlog 50 to 90, 30 signed between: ", _rise),
    (backlog_rise.backlog_stock, "Contracts of 30, backlog 90: ", _stock),
    (backlog_rise.orders_signed, "38, then 138 in its place: ", _orders),
    (backlog_rise.sum_of_rises, "30 of a rise of 40, and 45 of one of 60: ", _sum_of_rises),
    (buyers_compared.compared, "60 with Alpha and 40 with Beta: ", _compared),
    (buyers_compared.document_break, "One document with three contracts of 10, before and after: ", _document_break),
    (buyers_compared.capacity_by_basis, "10 GW planned, 4.5 of them contracted: ", _capacity),
    (gigawatt_years.bought, "300 for 4.5 GW over 5 years: ", _bought),
    (gigawatt_years.earned, "12 earned in a year from 1 to 2 GW: ", _earned),
    (
        gigawatt_years.capacity_needed,
        "280 a year at 10 a gigawatt-year: ",
        lambda: f"{number(gigawatt_years.capacity_needed(280, 10))} GW",
    ),
    (conflicts.conflicts, "Up to 100, and 138: ", _conflicts),
    (conflicts.quoted_against_sum, "1,400 quoted, 730 listed: ", _quoted),
    (evidence_strength.evidence_strength, "Reuters of 1 June, and a copy of it of 20 June, on 30 June: ", _strength),
)
