"""The ledger on every day at once is what `load` gives on each of them."""

import pandas as pd
import pytest

from compute_ledger.ledger import load
from compute_ledger.ledger.days import days_of_ledger
from compute_ledger.ledger.grades import GRADES
from compute_ledger.ledger.load import find_folder

METRICS = ["purchase_commitments"]
AS_ON_THE_DAY = ["status", "status_before", "ended_on", "standing", "amount_usd_bn"]
UNTIL = pd.Timestamp("2026-07-31")


@pytest.fixture(scope="module")
def days():
    return days_of_ledger(find_folder("data"), UNTIL, METRICS)


# Before and after a deal below the grade takes another's place, a page dated to a month, an end, the last day.
@pytest.mark.parametrize("day", ["2025-01-21", "2025-10-06", "2025-10-28", "2026-04-16", "2026-07-31"])
@pytest.mark.parametrize("grade", GRADES)
def test_a_day_is_as_loaded(days, day, grade):
    ledger = load("data", day, grade)
    last = days.days[days.days <= day].max()
    deals, financials = (
        frame[frame["day"].eq(last) & frame["min_grade"].eq(grade)].reset_index(drop=True)
        for frame in (days.deals, days.financials)
    )
    assert deals["deal"].tolist() == ledger.deals["deal_id"].tolist()
    pd.testing.assert_frame_equal(deals[AS_ON_THE_DAY], ledger.deals[AS_ON_THE_DAY])
    loaded = ledger.financials[ledger.financials["metric"].isin(METRICS)]
    assert financials["financial_id"].tolist() == loaded["financial_id"].tolist()


def test_nothing_is_known_after_the_last_day(days):
    assert days.days.max() <= UNTIL
    assert (days.deals["known_on"] <= days.deals["day"]).all()


def test_a_deal_names_others_as_they_were_on_its_day(days):
    parts = days.deals.dropna(subset="part_of")
    here = " on " + parts["day"].dt.strftime("%Y-%m-%d") + " from " + parts["min_grade"]
    assert len(parts) > 100
    assert (parts["part_of"].str.len() > here.str.len()).all()
    assert all(name.endswith(end) for name, end in zip(parts["part_of"], here, strict=True))
