"""The articles that the ledger started from: whole, in their own words, and contradicted where they are wrong."""

from pathlib import Path

import pytest

from compute_ledger.ledger import load
from compute_ledger.measures.conflicts import conflicts

DATA = Path(__file__).parents[2] / "data"
LEDGER = load(DATA)
ARTICLES = LEDGER.sources[LEDGER.sources["document"].notna()].set_index("source_id")
CLAIMS = LEDGER.claims[LEDGER.claims["source_id"].isin(ARTICLES.index)].set_index("claim_id")
# Paragraphs with a figure or a dated fact; the others are headings, opinions and links to other articles.
PARAGRAPHS = {
    "seed-000": {3, 5, 6, 7, 9, 10},
    "seed-001": {1, 2, 5, 7, 11, 13},
    "seed-002": {1, 6, 7, 8, 11},
    "seed-003": {1, 2, 3, 4, 5, 7, 8, 10, 11, 15},
    "seed-004": {2, 7, 8, 11, 12, 14, 15},
}
# What an article says that no figure holds: subject and metric, and the value (1 for yes, 0 for no).
STATEMENTS = {
    "the first large deal outside Microsoft": ("seed-000", 9, "aws-2025-11", "first_large_deal_outside_microsoft", 1),
    "a listing as the likely path": ("seed-001", 13, "openai", "listing_as_likely_path", 1),
    "OpenAI as a shareholder of AMD": ("seed-002", 8, "amd-2025-10-warrant", "makes_shareholder", 1),
    "Nvidia as a shareholder of OpenAI": ("seed-002", 8, "nvidia-2025-09", "makes_shareholder", 1),
    "10 without licences": ("seed-003", 4, "openai", "run_rate_without_microsoft_licences", 1),
    "10 without one-off contracts": ("seed-003", 4, "openai", "run_rate_without_one_off_contracts", 1),
    "Microsoft among the backers": ("seed-003", 7, "softbank-2025-03", "microsoft_among_backers", 1),
    "Oracle beside Azure": ("seed-003", 10, "microsoft-exclusive", "oracle_capacity_already_used", 1),
}


def test_each_paragraph_with_a_fact_has_its_claims():
    paragraphs = CLAIMS.groupby("source_id")["paragraph"].agg(set)
    assert paragraphs.to_dict() == PARAGRAPHS


def test_each_claim_is_in_the_words_of_its_article():
    assert not CLAIMS["as_printed"].isna().any()
    assert not CLAIMS["paragraph"].isna().any()


@pytest.mark.parametrize("name", STATEMENTS)
def test_statements_are_claims(name):
    source, paragraph, subject, metric, value = STATEMENTS[name]
    rows = CLAIMS[(CLAIMS["subject"] == subject) & (CLAIMS["metric"] == metric)]
    assert rows[["source_id", "paragraph", "value"]].to_numpy().tolist() == [[source, paragraph, value]]


@pytest.mark.parametrize("subject", ["amd-2025-10-warrant", "nvidia-2025-09"])
def test_shares_that_nobody_held_yet_are_a_conflict_that_the_agreements_win(subject):
    rows = conflicts(LEDGER.claims, LEDGER.deals, LEDGER.resolutions, LEDGER.sources)
    (row,) = rows[(rows["subject"] == subject) & (rows["metric"] == "makes_shareholder")].to_dict("records")
    kept = LEDGER.claims.set_index("claim_id").loc[row["kept_claim_id"]]
    assert (kept["value"], kept["source_id"] in ARTICLES.index) == (0, False)


def test_a_quarter_taken_four_times_is_a_run_rate():
    (claim,) = CLAIMS[CLAIMS["as_printed"].str.startswith("132")].to_dict("records")
    assert (claim["metric"], claim["value"]) == ("run_rate", 132)


def test_an_opinion_is_no_date():
    dated = CLAIMS[(CLAIMS["metric"] == "exclusivity_ended") & (CLAIMS["source_id"] == "seed-001")]
    assert dated.empty


def test_only_a_title_that_the_article_has_is_its_title():
    assert ARTICLES["title"].notna().to_dict() == {source: source == "seed-000" for source in PARAGRAPHS}
