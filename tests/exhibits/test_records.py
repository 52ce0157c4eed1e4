"""Records of deals and other rows: their words, their amounts as claimed, and a page for all that evidence leads to."""

import pandas as pd
import pytest

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits import evidence as show
from compute_ledger.exhibits.evidence.records import deal_words
from compute_ledger.exhibits.evidence.records.supplier_records import supplier_paths
from compute_ledger.ledger import load
from compute_ledger.shared.mime_types import RECORDS
from tests.ledger_copy import PROJECT_DATA, WORKED_OUT_ON

LEDGER = load(PROJECT_DATA, WORKED_OUT_ON)
MISSING = float("nan")


def handed_over(ledger):
    claims = show.linked_claims(ledger)
    shown = show.records(claims, show.all_conflicts(ledger), ledger, Scope.of(ledger))
    return {record["path"]: record for record in shown._repr_mimebundle_()[RECORDS]["records"]}


@pytest.fixture(scope="module")
def records():
    return handed_over(LEDGER)


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ((38, MISSING, MISSING), "$38 billion"),
        ((30, 28, 31), "$30 billion, from $28 billion to $31 billion"),
        ((100, MISSING, 100), "at most $100 billion"),
        ((20, 20, MISSING), "at least $20 billion"),
        ((MISSING, 20, MISSING), "at least $20 billion"),
        ((MISSING, MISSING, MISSING), ""),
    ],
)
def test_an_amount_is_worded_with_its_interval(figures, words):
    assert deal_words.amount(*figures) == words


def test_a_deal_says_between_whom_what_how_much_how_long_and_since_when(records):
    deal = records["deals/aws-2025-11"]
    assert deal["title"] == "AWS capacity, $38 billion"
    assert deal["text"].startswith(
        "OpenAI with AWS (Amazon): contract, cloud. OpenAI pays \\$38 billion, over 7 years, from 3 November 2025. "
        "Announced on 3 November 2025; in force. It counts among commitments as contracts in force or reported."
    )


def test_a_deal_names_what_it_replaced_and_what_is_disputed(records):
    related = {
        heading: [link["text"] for link in links] for heading, links in records["deals/oracle-2025-09"]["related"]
    }
    assert related["It replaced"] == ["Oracle builds more Stargate capacity"]
    assert related["Part of"] == ["Stargate $500bn"]
    (table,) = records["deals/oracle-2025-09"]["tables"]
    assert any("start year" in row[0] for row in table["rows"])


def test_every_claim_of_an_amount_is_there_and_one_leads(records):
    links = LEDGER.evidence[(LEDGER.evidence["table"] == "deals") & (LEDGER.evidence["row_id"] == "aws-2025-11")]
    amounts = LEDGER.claims[LEDGER.claims["claim_id"].isin(links["claim_id"]) & (LEDGER.claims["metric"] == "amount")]
    claims = records["deals/aws-2025-11"]["amounts"]["claims"]
    assert len(claims) == len(amounts)
    assert [claim["leads"] for claim in claims].count(True) == 1


def test_all_rows_of_evidence_have_a_record(records):
    rows = LEDGER.evidence["table"] + "-" + LEDGER.evidence["row_id"]
    assert {record.get("anchor") for record in records.values()} >= {*rows}


def test_a_supplier_has_the_sums_of_each_way_of_counting_its_deals_and_ties(records):
    supplier = records["suppliers/oracle"]
    (sums,) = supplier["tables"]
    own_rows = [row[1:3] for row in sums["rows"] if row[0] == "OpenAI"]
    assert ["contracts in force or reported", "$300 billion"] in own_rows
    deals = LEDGER.deals[LEDGER.deals["counterparty"] == "Oracle"]
    listed = [link for heading, links in supplier["related"] if heading.startswith("Deals") for link in links]
    assert {link["href"] for link in listed} == {f"evidence.html#deals-{name}" for name in deals["deal_id"]}


def test_every_deal_leads_to_its_supplier(records):
    lists = [pair for record in records.values() for pair in record.get("related", ())]
    paths = {link["href"] for heading, links in lists if heading == "Supplier" for link in links}
    assert paths == {f"{path}.html" for path in records if path.startswith("suppliers/")}


def test_suppliers_whose_names_make_one_word_have_pages_of_their_own():
    deals = LEDGER.deals.head(2).assign(counterparty=["Ex & Co", "Ex Co"])
    paths = supplier_paths(type(LEDGER)(**{**vars(LEDGER), "deals": deals}))
    assert sorted(paths.values()) == ["suppliers/ex-co", "suppliers/ex-co-2"]


def test_a_deal_outside_the_published_sums_says_so():
    deals = LEDGER.deals.assign(status="cancelled")
    changed = handed_over(type(LEDGER)(**{**vars(LEDGER), "deals": deals}))
    texts = [record["text"] for path, record in changed.items() if path.startswith("deals/")]
    assert pd.Series(texts).str.contains("as published, leave it out").all()
