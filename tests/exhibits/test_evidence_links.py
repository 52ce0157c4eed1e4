"""What rows of the ledger and conflicts are called, and links from figures to the rows that they rest on."""

import altair as alt
import pytest

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.evidence import conflict_charts
from compute_ledger.exhibits.evidence_links import ROWS, links
from compute_ledger.exhibits.outputs import MOST_LINKED, Exhibit, Table, exhibit
from compute_ledger.ledger import load
from compute_ledger.shared.mime_types import EXHIBIT, TABLE
from tests.ledger_copy import PROJECT_DATA, WORKED_OUT_ON

LEDGER = load(PROJECT_DATA, WORKED_OUT_ON)


def called(table, *keys, ledger=LEDGER):
    key = ROWS[table][0]
    rows = ledger.tables[table].set_index(key, drop=False).loc[list(keys)]
    return [link["text"] for link in links({table: rows})]


@pytest.mark.parametrize(
    ("table", "row", "text"),
    [
        ("deals", "oracle-2025-09", "Oracle $300bn"),
        ("deals", "microsoft-2026-04", "Microsoft: Licence no longer exclusive; any cloud allowed"),
        ("deals", "stargate-uk-2025-09", "Stargate UK"),
        ("ties", "openai-owns-amd", "OpenAI, stake in AMD, not firm"),
        ("ties", "openai-lends-cerebras", "OpenAI lends to Cerebras, $1bn"),
        ("ties", "coreweave-earns-from-microsoft-2023", "CoreWeave earns from Microsoft, 35%"),
        ("market_size", "omdia-canalys-2017q3", "Q3 2017"),
        ("regimes", "microsoft-exclusive", "Azure only"),
    ],
)
def test_a_row_is_called_by_what_a_reader_knows_it_by(table, row, text):
    assert called(table, row) == [text]


def test_rows_called_the_same_are_told_apart():
    shares = ("synergy-2025q4-aws", "omdia-canalys-2025q4-aws", "synergy-2025q3-aws")
    assert called("market_shares", *shares) == [
        "AWS Q4 2025 (Synergy Research Group)",
        "AWS Q4 2025 (Canalys, now Omdia)",
        "AWS Q3 2025",
    ]


def test_a_deal_that_promises_nothing_has_no_amount():
    free = LEDGER.deals.loc[LEDGER.deals["amount_usd_bn"].eq(0), "deal_id"]
    assert len(free)
    assert not any("$0" in text for text in called("deals", *free))


@pytest.mark.parametrize("table", ROWS)
def test_no_two_rows_of_a_table_have_the_same_name(table):
    newest = load(PROJECT_DATA)
    texts = called(table, *newest.tables[table][ROWS[table][0]], ledger=newest)
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize(
    ("subject", "metric", "label"),
    [
        ("aws", "revenue", "AWS, revenue (31 December 2025)"),
        ("oracle-2025-09", "start_year", "Oracle cloud contract, start year"),
        ("openai", "revenue_share_to_microsoft", "OpenAI, revenue share to Microsoft (2025)"),
        ("synergy-2025q1-aws", "share", "Synergy Research Group: AWS, share (Q1 2025)"),
        ("omdia-canalys-2018fy-aws", "share", "Canalys, now Omdia: AWS, share (2018)"),
        ("synergy-2023q1", "yoy_growth", "Synergy Research Group, year-over-year growth (Q1 2023)"),
        ("coreweave", "debt", "CoreWeave, debt (March 2025)"),
    ],
)
def test_a_conflict_is_called_by_words(subject, metric, label):
    conflict_rows = conflict_charts.all_conflicts(LEDGER)
    assert conflict_rows.loc[
        (conflict_rows["subject"] == subject) & (conflict_rows["metric"] == metric), "label"
    ].unique() == [label]


def payload_of(kind=Exhibit, rows=3, **parts):
    """What a page learns of an exhibit, or a table, of some rows of market sizes and the quarter's shares."""
    sizes = LEDGER.market_size.sort_values("size_id").head(rows)
    words = {"title": "t", "subtitle": "s", "description": "d", "chart": alt.Chart(sizes[["quarter"]]).mark_bar()}
    exhibit = kind(
        id="sizes",
        **(words if kind is Exhibit else {"caption": "c"}),
        table=sizes,
        columns={"quarter": ("Quarter", "")},
        as_of=LEDGER.as_of,
        rests_on={"market_size": sizes, "market_shares": LEDGER.market_shares.head(1)},
        **parts,
    )
    return exhibit._repr_mimebundle_()[EXHIBIT if kind is Exhibit else TABLE], sizes


@pytest.mark.parametrize("kind", [Exhibit, Table])
def test_sources_and_claims_are_those_of_the_rows_it_rests_on(kind):
    payload, sizes = payload_of(kind)
    sources = [*sizes["source_id"], *LEDGER.market_shares["source_id"].head(1)]
    assert payload["source_ids"] == list(dict.fromkeys(sources))
    hrefs = [f"evidence.html#market_size-{key}" for key in sizes["size_id"]]
    assert [link["href"] for link in payload["evidence"]][:-1] == hrefs
    assert payload["evidence"][-1]["href"].startswith("evidence.html#market_shares-")


@pytest.mark.parametrize("kind", [Exhibit, Table])
def test_an_exhibit_may_name_other_sources(kind):
    payload, _ = payload_of(kind, source_ids=("s1",))
    assert payload["source_ids"] == ["s1"]
    assert len(payload["evidence"]) == 4
    assert payload_of(kind, source_ids=())[0]["source_ids"] == []


def test_rows_that_lead_to_their_claims_are_linked_in_the_table():
    by_row = {"evidence": ("market_size", "size_id")}
    few, sizes = payload_of(**by_row)
    assert [row[-1]["href"] for row in few["table"]["rows"]] == [link["href"] for link in few["evidence"]]
    assert [link["text"] for link in few["evidence"]] == sizes["quarter"].tolist()
    many, _ = payload_of(rows=MOST_LINKED + 1, **by_row)
    assert (many["evidence"], len(many["source_ids"]) > 0) == ([], True)
    assert payload_of(Table, **by_row)[0]["evidence"] == []
    for kind in (Exhibit, Table):
        assert len(payload_of(kind, list_all=True, **by_row)[0]["evidence"]) == 4


def test_an_exhibit_has_its_id_when_drawn_and_when_empty():
    @exhibit("sizes")
    def sizes(rows):
        """Sizes."""
        if rows.empty:
            return Exhibit.empty("No size.", LEDGER.as_of)
        return Table(caption="c", table=rows, columns={"quarter": ("Quarter", "")}, as_of=LEDGER.as_of)

    assert sizes(LEDGER.market_size)._repr_mimebundle_()[TABLE]["id"] == "sizes"
    empty = sizes(LEDGER.market_size.iloc[:0])
    assert (empty.id, empty.note, sizes.__doc__) == ("sizes", "No size.", "Sizes.")
    sentence, about = empty._repr_mimebundle_()
    assert (set(sentence), about) == ({"text/markdown", "text/plain"}, {"text/markdown": {"id": "sizes"}})


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2026-2027", "2026 to 2027"),
        ("2026-03", "March 2026"),
        ("2026-04-28", "28 April 2026"),
        ("2026Q1", "Q1 2026"),
        ("FY2027", "FY2027"),
        ("FY2026Q2", "Q2 FY2026"),
        ("2026H1", "first half of 2026"),
    ],
)
def test_every_form_of_a_period_that_the_schema_allows_has_words(period, words):
    assert formatting.period(period) == words
