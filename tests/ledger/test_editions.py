"""What an earlier edition shows was known by its day: its notes and titles speak of no later one."""

import datetime
import re

import pandas as pd
import pytest

from compute_ledger.ledger.load import load
from compute_ledger.ledger.shown_from import published_by
from compute_ledger.report.book.contents import read_contents
from tests.dates_in_text import first_days
from tests.structure import ROOT

EDITIONS = {"2026-07-01": "2026-07-01", "2025-11-07": "2025-11-07"}
TEXTS = {
    "deals": ("title", "note"),
    "regimes": ("label", "note"),
    "market_shares": ("note",),
    "market_size": ("note",),
    "financials": ("note",),
    "ties": ("note",),
}
KEYS = {
    "deals": "deal_id",
    "regimes": "regime_id",
    "market_shares": "share_id",
    "market_size": "size_id",
    "financials": "financial_id",
    "ties": "tie_id",
}
PLANNED = ("start_on", "period_start", "period_end", "since", "from")
# Words that tell what became of something. A row that became known long after its period may speak of the year after.
HINDSIGHT = re.compile(
    r"\b(later|afterwards|since then|in the end|eventually|was to|then dropped|earlier target)\b", re.I
)
LONG_AFTER = pd.Timedelta(days=180)
# Rows that the second round of facts amends in the same week; to be emptied when its notes are in.
AMENDED = {
    "stargate-2025-01",  # tells of July 2025
    "openai-run-rate-2024-12",  # tells of a later statement
    # Plans printed then, of which no claim of the row names the year or day:
    "amazon-2026-02-conditional",
    "amazon-2026-02-first",
    "cerebras-2026-01",
    "microsoft-2026-04",
    "microsoft-non-exclusive",
    "openai-pays-oracle",
    "oracle-2025-09",
}


def as_known(day):
    return load(ROOT / "data", as_of=day)


@pytest.fixture(scope="module", params=EDITIONS)
def edition(request):
    return as_known(request.param)


def planned_years(ledger, table, row, day):
    """Years that a column of the row names, or a claim on it from a page of that day or before."""
    dates = (row[column] for column in PLANNED if isinstance(row.get(column), pd.Timestamp))
    years = {date.year for date in dates if pd.notna(date)}
    if table == "deals" and pd.notna(row["start_on"]) and pd.notna(row["term_years"]):
        years.add((row["start_on"] + pd.DateOffset(months=round(12 * row["term_years"]))).year)
    links = ledger.evidence
    linked = links.loc[(links["table"] == table) & (links["row_id"] == row[KEYS[table]]), "claim_id"]
    claims = ledger.claims[ledger.claims["claim_id"].isin(linked) | (ledger.claims["subject"] == row[KEYS[table]])]
    pages = ledger.sources.set_index("source_id")
    claims = claims[claims["source_id"].map(published_by(pages["published_on"])) <= day + pd.offsets.MonthEnd(0)]
    years |= set(claims["value_date"].dropna().dt.year)
    figures = claims.loc[claims["unit"] == "year", ["value", "low", "high"]].to_numpy().ravel()
    years |= {int(year) for year in figures if pd.notna(year)}
    years |= {first.year for note in claims["note"].dropna() for first, text in first_days(note) if is_a_year(text)}
    return years | {int(metric[-4:]) for metric in claims["metric"] if re.search(r"_20\d\d$", metric)}


def is_a_year(text):
    """Plans name years; a day or month to come is told by who saw it."""
    return re.fullmatch(r"(FY)?20\d\d", text)


def later_dates(ledger, table, own_day=False):
    """Notes and titles with a date after the day of the ledger, or the row's own, and that no plan of the row names."""
    rows = getattr(ledger, table)
    for row in rows[~rows[KEYS[table]].isin(AMENDED)].to_dict("records"):
        day = row["known_on"] if own_day else ledger.as_of
        for column in TEXTS[table]:
            for first, text in first_days(row[column]) if isinstance(row[column], str) else ():
                if first > day.date() and first.year not in planned_years(ledger, table, row, day):
                    yield f"{table} {row[KEYS[table]]}, {column}: {text} is after {day:%Y-%m-%d}: {row[column]}"


def test_the_book_has_the_editions():
    contents = read_contents(ROOT)
    assert [edition.name for edition in contents.editions] == ["latest", *EDITIONS]
    assert contents.editions[0].parameters == {}, "the default edition takes the newest day of the ledger"
    for name, as_of in EDITIONS.items():
        edition = contents.edition(name)
        assert (edition.path, edition.parameters["as_of"]) == (f"editions/{name}", as_of)


@pytest.mark.parametrize("table", TEXTS)
def test_no_note_or_title_of_an_edition_speaks_of_a_later_day(edition, table):
    later = list(later_dates(edition, table))
    assert not later, "\n".join(later)


@pytest.mark.parametrize("table", ["deals", "ties", "regimes", "financials", "market_size", "market_shares"])
def test_no_note_or_title_speaks_of_a_day_after_its_own(table):
    ledger = as_known("latest")
    later = list(later_dates(ledger, table, own_day=True))
    assert not later, "\n".join(later)


def test_no_claim_of_an_edition_speaks_of_a_later_day(edition):
    """A claim may name the day that it claims; its note may name years that its page planned, but no day to come."""
    claims = edition.claims.merge(edition.sources[["source_id", "published_later"]], on="source_id")
    for claim in claims[~claims["published_later"]].itertuples():
        note = claim.note if isinstance(claim.note, str) else ""
        later = [text for first, text in first_days(note) if first > edition.as_of.date() and not is_a_year(text)]
        assert not later, f"claim {claim.claim_id}: {later} after {edition.as_of:%Y-%m-%d}: {claim.note}"


def test_no_page_of_an_edition_is_younger_unless_it_says_so(edition):
    pages = edition.sources[~edition.sources["published_later"]]
    for page in pages.itertuples():
        published = page.published_on if isinstance(page.published_on, str) else ""
        assert published <= f"{edition.as_of:%Y-%m-%d}", f"{page.source_id} is of {published}"
        assert published != f"{edition.as_of:%Y-%m}", f"{page.source_id} may be of a later day of {published}"


@pytest.mark.parametrize("table", ["deals", "ties", "regimes", "financials"])
def test_no_note_or_title_tells_what_became_of_it(table):
    ledger = as_known("latest")
    for row in getattr(ledger, table).to_dict("records"):
        told_long_after = table == "financials" and row["known_on"] - row["period_end"] > LONG_AFTER
        if row[KEYS[table]] in AMENDED or told_long_after:
            continue
        for column in TEXTS[table]:
            assert not HINDSIGHT.search(str(row[column])), f"{table} {row[KEYS[table]]}, {column}: {row[column]}"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Signed 2026-08-17.", [(2026, 8, 17)]),
        ("On 17 August 2026, in Ohio", [(2026, 8, 17)]),
        ("August 17, 2026", [(2026, 8, 17)]),
        ("told in May 2022", [(2022, 5, 1)]),
        ("Q3 2026 and 2025Q4", [(2026, 7, 1), (2025, 10, 1)]),
        ("second half, H2 2026; 2025H1", [(2026, 7, 1), (2025, 1, 1)]),
        ("FY2027; due in 2026", [(2027, 1, 1), (2026, 1, 1)]),
        ("2,026 sites, 20.26 and 2026.5", []),
        ("26 December, announced at the end of the month", []),
    ],
)
def test_dates_are_read_as_the_first_day_that_they_can_mean(text, days):
    assert [day for day, _ in first_days(text)] == [datetime.date(*day) for day in days]
