"""Examples of what is counted, how concentrated it is, and how much suppliers depend on it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.method.worked_examples.example_rows import (
    BUYER,
    DAY,
    Example,
    capacities,
    deals,
    each,
    figures,
    number,
    percent,
    span,
)
from compute_ledger.measures import capacity, commitments, concentration, dependence, payment_schedule

THREE = pd.Series([50.0, 30.0, 20.0])
GIVEN = "Of 50, 30 and 20: "
VENTURE = deals({"counterparty": "Venture"}, {}, {"counterparty": "Beta"})
NESTED = (
    {"capacity_gw": 10.0, "commitment": "planned"},
    {"deal_id": "deal-1", "capacity_gw": 4.5, "part_of": "capacity-0"},
)
UNDISCLOSED = {"counterparty": "Gamma", "amount_usd_bn": None}


def _counted(*rows: Mapping[str, object], basis: str = "headline") -> pd.DataFrame:
    return commitments.payables(deals(*rows), DAY, basis=basis)


def _yearly() -> pd.DataFrame:
    return _counted({"term_years": 4.0}, basis="annualised")


def _suppliers() -> str:
    rows = commitments.by_supplier(
        _counted({"amount_usd_bn": 30}, {"amount_usd_bn": 30}, {"counterparty": "Beta", "amount_usd_bn": 40})
    )
    return formatting.names(rows["supplier"] + " " + rows["share_pct"].map(percent))


def _standing(*rows: Mapping[str, object]) -> pd.DataFrame:
    return capacity.standing_capacity(capacities(*rows), VENTURE, DAY)


def _by_supplier_gw() -> str:
    rows = capacity.by_supplier(_standing(*NESTED))
    return each(rows["supplier"], rows["capacity_gw"]) + " GW"


def _named_part() -> str:
    suppliers = commitments.by_supplier(_counted({"amount_usd_bn": 30}, {"counterparty": "Beta", "amount_usd_bn": 10}))
    row = concentration.named_part(suppliers, figures({"metric": "purchase_commitments", "value": 100}), BUYER).iloc[0]
    return f"{percent(row['named_pct'])} named, HHI {span(row['hhi_low'], row['hhi_high'], 0)}"


def _most_even() -> str:
    rows = concentration.most_even(
        _counted({"amount_usd_bn": 60}, {"counterparty": "Beta", "amount_usd_bn": 20}, UNDISCLOSED)
    )
    return f"Gamma {number(rows.set_index('supplier').loc['Gamma', 'needed'])}"


def _disclosure() -> str:
    rows = concentration.disclosure(deals({}, UNDISCLOSED), DAY).set_index(["perimeter", "layer"])
    return f"{percent(rows.loc[('firm', 'all'), 'unpriced_pct'])} without an amount"


def _dependence() -> str:
    row = dependence.dependence(_yearly(), figures({"entity": "Alpha", "value": 25})).iloc[0]
    return f"ratio {percent(row['ratio_pct'])}, part {span(row['part_low_pct'], row['part_high_pct'])}%"


def _counted_once() -> str:
    rows = deals({}, {"amount_usd_bn": 30, "part_of": "deal-0"})
    return formatting.names(payment_schedule.counted_once(rows, rows, "amount_usd_bn").map(number))


EXAMPLES: tuple[Example, ...] = (
    (commitments.payables, "100 over 4 years, a year: ", lambda: number(_yearly()["counted"].iloc[0])),
    (commitments.by_supplier, "Alpha 30 and 30, Beta 40: ", _suppliers),
    (payment_schedule.counted_once, "100, of which 30 are a part: ", _counted_once),
    (concentration.hhi, GIVEN, lambda: number(concentration.hhi(THREE), 0)),
    (concentration.effective_number, GIVEN, lambda: number(concentration.effective_number(THREE))),
    (concentration.concentration_ratio, GIVEN, lambda: f"CR2 {percent(concentration.concentration_ratio(THREE, 2))}"),
    (concentration.normalised_entropy, GIVEN, lambda: number(concentration.normalised_entropy(THREE))),
    (concentration.normalised_hhi, GIVEN, lambda: number(concentration.normalised_hhi(THREE))),
    (concentration.hhi_floor, "Five suppliers: ", lambda: number(concentration.hhi_floor(5), 0)),
    (
        concentration.hhi_interval,
        "40 to 60 beside 50: ",
        lambda: span(*concentration.hhi_interval(np.array([40.0, 50.0]), np.array([60.0, 50.0])), 0),
    ),
    (concentration.disclosure, "Two contracts, one amount: ", _disclosure),
    (concentration.most_even, "60, 20 and one undisclosed: ", _most_even),
    (concentration.named_part, "30 and 10 named of 100 reported: ", _named_part),
    (dependence.dependence, "25 a year, revenue 25: ", _dependence),
    (capacity.by_supplier, "A venture's 10 GW hold Alpha's 4.5: ", _by_supplier_gw),
    (capacity.total, "10 GW that hold 4.5: ", lambda: f"{number(capacity.total(_standing(*NESTED)))} GW"),
    (
        capacity.under_contract,
        "10 GW planned, 4.5 of them contracted: ",
        lambda: f"{number(capacity.under_contract(_standing(*NESTED)))} GW",
    ),
)
