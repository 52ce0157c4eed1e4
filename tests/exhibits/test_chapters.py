"""What the chapters show: every parameter moves a chart, every chart can be checked, thin data reads well."""

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from compute_ledger.exhibits import Scope, concentration, timeline
from compute_ledger.ledger import load
from compute_ledger.measures import commitments
from compute_ledger.measures import timeline as measure
from compute_ledger.measures.capacity import deals_with_capacity
from compute_ledger.measures.contracts.announcement_outcomes import announcements
from compute_ledger.report.notebooks.notebook_file import read_notebook
from compute_ledger.report.notebooks.parameters import check
from tests.chapters import (
    EXHIBIT,
    FINDING,
    NOTEBOOKS,
    ROOT,
    VEGA_LITE,
    drawn,
    first_change,
    parameters_of,
    run_chapter,
    said,
)
from tests.ledger_copy import WORKED_OUT_ON

CHAPTERS = [path.stem for path in NOTEBOOKS]
FINDING_LINK = re.compile(r"\]\(#finding-([\w-]+)\)")
OBJECTIONS = {
    (path.stem, cell.id): FINDING_LINK.findall(cell.source)
    for path in NOTEBOOKS
    for cell in read_notebook(path).cells
    if cell.cell_type == "markdown" and "#finding-" in cell.source
}
EXAMPLE = str(ROOT / "tests" / "ledger_example")

# Tables that count the claims and conflicts of the page they stand on, and one that holds no figure.
COUNTS = {"grades", "articles", "formulas"}
COUNTED_CARDS = {"deals", "claims", "sources", "conflicts"}
COUNTED_FINDINGS = {"counts"}

PARAMETERS = [(chapter, parameter) for chapter in CHAPTERS for parameter in parameters_of(chapter)]
DAYS = ("2025-11-07", "2025-06-30")  # between the first deal and the newest
# Text of which the comment cannot list what is possible: a folder, a quarter for which there are figures, and a buyer
# (see also test_buyer_is_the_one_named_and_a_stranger_is_refused).
FREE_TEXTS = {
    "data_dir": (EXAMPLE,),
    "quarter": ("2024Q2",),
    "buyer": ("Anthropic",),
    "second_buyer": ("Meta",),
    "language": ("fr",),
}
# What has to be set for the parameter to matter: by default no amount is divided by its term, nothing overlaps, and
# what is wider than the contracts in force adds deals without an amount.
NEEDED = {
    ("commitment-concentration", "perimeter"): {"overlaps": "count_parents"},
    ("commitment-concentration", "default_term_years"): {"basis": "annualised"},
    ("commitment-concentration", "overlaps"): {"perimeter": "announced"},
}


def other_values(parameter):
    """What the parameter's declaration promises to take besides its default: choices, days, or ends of a span."""
    if parameter.name in FREE_TEXTS:
        values = FREE_TEXTS[parameter.name]
    elif parameter.annotation == "bool":
        values = (True, False)
    elif parameter.span:
        values = tuple(type(parameter.default)(end) for end in parameter.span)
    else:
        values = DAYS if parameter.is_date else (*parameter.choices, *parameter.alone)
    return [value for value in values if value != parameter.default]


def each_of(pairs):
    return pytest.mark.parametrize(
        ("chapter", "parameter"), pairs, ids=[f"{chapter}-{parameter.name}" for chapter, parameter in pairs]
    )


def shown_with(chapter: str, *parameters: tuple[str, object]):
    return run_chapter(chapter, **dict(parameters))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_all_tests_of_a_chapter_go_to_one_worker(request, chapter):
    """xdist heeds a group only once its name is a part of the test's id, and is silent where it is none."""
    assert request.node.get_closest_marker("xdist_group").args == (chapter,)
    if getattr(request.config.option, "loadgroup", False):  # in a worker
        assert request.node.nodeid.endswith(f"@{chapter}")


@each_of(PARAMETERS)
def test_every_parameter_can_be_tried(chapter, parameter):
    tried = other_values(parameter)
    assert tried, "say in its comment what it takes, or name a value in FREE_TEXTS"
    assert check([parameter], {parameter.name: parameter.default}, chapter)
    for value in tried:
        assert check([parameter], {parameter.name: value}, chapter) == {parameter.name: value}


def test_no_value_is_kept_for_a_parameter_that_is_gone():
    declared_names = {(chapter, parameter.name) for chapter, parameter in PARAMETERS}
    assert FREE_TEXTS.keys() <= {name for _, name in declared_names}
    assert declared_names >= NEEDED.keys() | {
        (chapter, name) for (chapter, _), beside in NEEDED.items() for name in beside
    }


@each_of([pair for pair in PARAMETERS if other_values(pair[1])])
def test_parameter_changes_what_a_chart_draws(chapter, parameter):
    """Some value that it declares does."""
    beside = NEEDED.get((chapter, parameter.name), {})
    before = run_chapter(chapter, **beside)
    tried = other_values(parameter)
    assert any(first_change(before, chapter, **beside, **{parameter.name: value}) for value in tried), tried


@pytest.mark.parametrize("chapter", [name for name, parameter in PARAMETERS if parameter.name == "buyer"])
def test_buyer_is_the_one_named_and_a_stranger_is_refused(chapter):
    assert drawn(shown_with(chapter, ("buyer", "OpenAI"))) == drawn(shown_with(chapter))
    with pytest.raises(ValueError, match="did you mean 'OpenAI'"):
        run_chapter(chapter, buyer="OpenIA")


@pytest.mark.parametrize("edition", ["latest", "2025-11-07"])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chart_can_be_checked(chapter, edition):
    bundles = shown_with(chapter, ("as_of", edition))
    exhibits = [bundle for bundle in bundles.values() if VEGA_LITE in bundle]
    assert exhibits
    for bundle in exhibits:
        about, spec = bundle[EXHIBIT], bundle[VEGA_LITE]
        assert about["title"]
        assert len(about["description"]) > 40
        assert about["source_ids"]
        assert about["table"]["rows"]
        assert all(len(rows) <= 300 for rows in spec["datasets"].values())
        assert spec["usermeta"]["narrow"]["width"] < spec["width"]
        assert not re.search(r"\bnan\b", str(about), re.IGNORECASE)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_chapter_speaks_of_a_buyer_that_its_ledger_does_not_know(chapter):
    bundles = shown_with(chapter, ("data_dir", EXAMPLE))
    everything = said(bundles) + str([bundle.get(EXHIBIT) for bundle in bundles.values()])
    assert "OpenAI" not in everything
    assert "Exemplar" in everything


@pytest.mark.parametrize("chapter", ["index", "partnership-timeline", "commitment-concentration"])
@pytest.mark.parametrize("as_of", ["2019-07-22", "2025-02-01"])
def test_a_day_before_any_amount_reads_well(chapter, as_of):
    bundles = run_chapter(chapter, as_of=as_of)
    text = said(bundles)
    assert "nan" not in text.lower().split()
    assert re.search(r"\bno\b.*\b(amount|deal)", text, re.IGNORECASE)
    for bundle in bundles.values():
        if VEGA_LITE in bundle:
            assert bundle[EXHIBIT]["table"]["rows"]


def test_charts_stay_small_however_large_the_ledger():
    ledger = load(ROOT / "data")
    copies = [
        ledger.deals.assign(
            deal_id=ledger.deals["deal_id"] + f"-{i}",
            counterparty=ledger.deals["counterparty"] + f" {i}",
            known_on=ledger.deals["known_on"] - pd.Timedelta(days=i),
            part_of=ledger.deals["part_of"] + f"-{i}",
            replaces=ledger.deals["replaces"] + f"-{i}",
        )
        for i in range(40)
    ]
    deals = deals_with_capacity(pd.concat(copies, ignore_index=True), ledger.capacities)
    scope = Scope(as_of=ledger.as_of, buyer="OpenAI")
    counted = scope.payables(deals)
    suppliers = commitments.by_supplier(counted)
    growth = measure.cumulative_payables(deals, scope.as_of)
    announced = measure.select(announcements(deals, scope.as_of))
    exhibits = [
        timeline.outcome_squares(announced, deals, scope, "2025-01-01"),
        timeline.deal_strip(announced, deals, scope),
        timeline.lanes(measure.select(deals), announced, ledger.regimes, scope, "2025-01-01"),
        timeline.cumulative(growth, ledger.financials.iloc[:0], scope, counted),
        concentration.ranked(suppliers, counted, scope),
    ]
    for exhibit in exhibits:
        bundle = exhibit._repr_mimebundle_()
        assert all(len(rows) <= 300 for rows in bundle[VEGA_LITE]["datasets"].values()), exhibit.id
    assert bundle[EXHIBIT]["table"]["rows"][-1][0] == f"{len(suppliers) - 19} others"
    assert sum(row[4] for row in bundle[EXHIBIT]["table"]["rows"]) == pytest.approx(100, abs=0.01)


@pytest.mark.parametrize("edition", ["latest", "2025-11-07"])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_one_click_leads_from_every_figure_to_its_claims(chapter, edition):
    explorer = shown_with("evidence", ("as_of", edition))["claims"]["application/vnd.compute-ledger.explorer+json"]
    anchors = {f"evidence.html#{name}" for name in explorer["table"]["row_ids"] if name}
    for bundle in shown_with(chapter, ("as_of", edition)).values():
        figures = bundle.get("application/vnd.compute-ledger.key-figures+json", {"figures": []})["figures"]
        for about in (bundle.get(EXHIBIT), bundle.get("application/vnd.compute-ledger.table+json"), *figures):
            if about is None or about["id"] in COUNTS | COUNTED_CARDS or about.get("value", 0) is None:
                continue
            cells = [cell for row in about.get("table", {"rows": []})["rows"] for cell in row if isinstance(cell, dict)]
            hrefs = {link["href"] for link in [*about["evidence"], *cells]}
            claims = {href for href in hrefs if href.startswith("evidence.html#")}
            assert claims, f"{about['id']} leads to no claim"
            assert claims <= anchors, about["id"]


def findings(chapter, as_of):
    """By name; but for what counts the whole ledger, which rests on no rows of it and is never without any."""
    bundles = shown_with(chapter, ("as_of", as_of)).values()
    every = {bundle[FINDING]["name"]: bundle[FINDING] for bundle in bundles if FINDING in bundle}
    return {name: finding for name, finding in every.items() if name not in COUNTED_FINDINGS}


@pytest.mark.parametrize(("chapter", "cell"), OBJECTIONS, ids=map("-".join, OBJECTIONS))
def test_an_objection_is_to_a_finding_of_its_chapter_and_is_answered(chapter, cell):
    disputed = OBJECTIONS[chapter, cell]
    text = next(
        source_cell.source
        for source_cell in read_notebook(ROOT / f"notebooks/{chapter}.ipynb").cells
        if source_cell.id == cell
    )
    answers = text.count("**What would change it:**")
    assert len(disputed) == text.count("**Disputed**") == answers == 1
    assert text.count("#finding-") == 1
    for as_of in ("latest", "2025-11-07"):
        claims = {name: finding["claim"] for name, finding in findings(chapter, as_of).items()}
        assert disputed[0] in claims
        assert claims[disputed[0]], "there is nothing to object to"


@pytest.mark.parametrize("as_of", ["latest", "2025-11-07"])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_what_a_chapter_claims_can_be_read_alone_and_rests_on_rows_of_the_ledger(chapter, as_of):
    for name, finding in findings(chapter, as_of).items():
        if claim := finding["claim"]:
            assert claim[0].isupper() or claim[0].isdigit(), name
            assert not claim.endswith("."), name
            assert "**" not in claim + finding["text"].removeprefix(f"**{claim}.**"), name
            assert finding["evidence"], name
        assert not re.search(r"\b(nan|NaT|nobody)\b", finding["text"]), name


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_nothing_is_claimed_before_anything_is_known(chapter):
    claims = {name: finding["claim"] for name, finding in findings(chapter, "2015-01-01").items()}
    assert claims == dict.fromkeys(claims, "")
    assert all(finding["text"] for finding in findings(chapter, "2015-01-01").values())


def test_changes_tell_which_deals_came_and_went():
    bundles = run_chapter("index", as_of=WORKED_OUT_ON)
    text = said({"changes": bundles["changes-finding"]})
    assert "Since 7 November 2025" in text
    # The 100 that came on top, since the 38 were known and stay.
    assert re.search(r"New with an amount: .*AWS.*contract, .*100bn", text)
    assert not re.search(r"(Replaced|Ended or paused): .*AWS", text)
    # One rule: parts count with their whole, what replaces an agreement is no new one, talks are none.
    assert "ten agreements have become known" in text
    assert "three have been replaced and three have ended or been paused" in text
    assert "talks, " not in text
    figures = {
        row[0]: row[1:] for row in bundles["changes"]["application/vnd.compute-ledger.table+json"]["table"]["rows"]
    }
    # AWS grew from 38 to 138 and Cerebras came with 20.
    assert figures["Computing signed for"] == ["$610 billion", "$730 billion", f"+{138 - 38 + 20} USD bn"]
    assert figures["Largest supplier"] == ["Oracle", "Oracle", "same"]
    # A change is that of the figures as they are printed beside it.
    assert figures["Concentration of suppliers (HHI)"] == ["4,145", "3,232", f"−{4145 - 3232} points"]
    assert figures["Two largest suppliers together"] == ["90%", "75%", "−15 pp"]
    assert figures["Due next year, against a year's revenue"][2] == "higher"
    # What came and went in the meantime says so; parts of a round are not told beside the whole.
    assert re.search(r"Cerebras\]\([^)]*2026-04\) \(contract, .{0,2}20bn\)", text)
    assert not re.search(r"Cerebras\]\([^)]*2026-01\)", text)
    assert text.partition("Replaced:")[2].count("[SoftBank") == 1
    backwards = run_chapter("index", as_of=WORKED_OUT_ON, compare_with=WORKED_OUT_ON)
    assert "nothing to compare" in said({"changes": backwards["changes-finding"]})


def test_an_amount_that_nobody_had_published_is_no_zero():
    bundles = run_chapter("index", as_of=WORKED_OUT_ON, compare_with="2025-03-31")
    rows = {row[0]: row[1:] for row in bundles["payables-change"][EXHIBIT]["table"]["rows"]}
    assert rows["Oracle"] == [None, 300, None]
    assert rows["CoreWeave"] == [11.9, 22.4, 10.5]
    figures = {
        row[0]: row[1:]
        for row in run_chapter("index", as_of=WORKED_OUT_ON, compare_with="2024-11-07")["changes"][
            "application/vnd.compute-ledger.table+json"
        ]["table"]["rows"]
    }
    assert figures["Due next year, against a year's revenue"][0] == "n/a"
    assert figures["Computing signed for"][0] == "none published"
    assert not any(re.match(r"\$?0( |$)", cell) for row in figures.values() for cell in row)


@pytest.mark.parametrize("edition", ["latest", "2025-11-07"])
def test_the_first_page_opens_with_three_figures_and_how_well_they_are_borne_out(edition):
    shown = run_chapter("index", as_of=edition)
    cards = shown["key-figures"]["application/vnd.compute-ledger.key-figures+json"]["figures"]
    assert [card["id"] for card in cards] == ["firm_payables_usd_bn", "two_largest_share_pct", "due_to_run_rate"]
    assert all(
        re.fullmatch(r"(A|A-|B|C)( to (A-|B|C))? · .*origins?.* · .* · .*seen in print", card["strength"])
        for card in cards
    )
    text = said({"answer": shown["answer"]})
    assert text.startswith("**OpenAI has signed up to buy")
    assert all(card["text"].replace("$", "\\$") in text for card in cards)
    # Its charts are its own.
    assert {bundle[EXHIBIT]["id"] for bundle in shown.values() if VEGA_LITE in bundle} <= {"scale", "payables-change"}


def test_evidence_opens_with_the_strength_of_the_key_figures():
    shown = shown_with("evidence", ("as_of", WORKED_OUT_ON))
    table = next(bundle for bundle in shown.values() if "application/vnd.compute-ledger.table+json" in bundle)
    about = table["application/vnd.compute-ledger.table+json"]
    assert about["id"] == "strength"
    names = [column["name"] for column in about["table"]["columns"]]
    total = dict(zip(names, about["table"]["rows"][0], strict=True))
    for grade in ("B", "A-", "A"):
        ledger = load(ROOT / "data", as_of=WORKED_OUT_ON, min_grade=grade)
        deals = ledger.deals[ledger.deals["buyer"] == "OpenAI"]
        counted = commitments.payables(deals, ledger.as_of)["counted"].sum()
        assert total[f"from_{grade}"] == f"${round(counted, -1):,.0f} billion"
    assert (total["best_grade"], total["lowest_grade"]) == ("A", "A-")


def test_evidence_lists_every_claim_and_names_every_row():
    ledger = load(ROOT / "data")
    explorer = shown_with("evidence")["claims"]["application/vnd.compute-ledger.explorer+json"]
    names = {name for name in explorer["table"]["row_ids"] if name}
    keys = {
        "deals": "deal_id",
        "capacities": "capacity_id",
        "regimes": "regime_id",
        "financials": "financial_id",
        "market_shares": "share_id",
        "market_size": "size_id",
        "ties": "tie_id",
    }
    of_rows = {name for name in names if not name.startswith("claims-")}
    assert of_rows == {f"{table}-{key}" for table, column in keys.items() for key in ledger.tables[table][column]}
    assert len(explorer["table"]["rows"]) >= len(ledger.claims)


@pytest.mark.parametrize(
    ("chapter", "name", "value", "message"),
    [
        ("partnership-timeline", "layers", "clouds", "did you mean 'cloud'"),
        ("partnership-timeline", "since", "2025-02-30", "2025-02-30"),
        ("cloud-market-shares", "estimate", "Synergy", "did you mean 'synergy'"),
        ("cloud-market-shares", "quarter", "2025-Q3", "2025-Q3"),
        ("cloud-market-shares", "entrant_share_pct", 120.0, "120"),
        ("commitment-concentration", "perimeter", "firms", "did you mean 'firm'"),
        ("commitment-concentration", "min_grade", "D", "min_grade"),
        ("index", "as_of", "2025-02-30", "2025-02-30"),
    ],
)
def test_without_the_engine_the_first_call_refuses_the_value(chapter, name, value, message):
    with pytest.raises(ValueError, match=message):
        run_chapter(chapter, **{name: value})


def test_plain_papermill_runs_a_chapter_from_any_folder_of_the_clone(tmp_path):
    output = tmp_path / "out.ipynb"
    notebook = ROOT / "notebooks" / "method.ipynb"
    done = papermill(notebook, output, "-p", "as_of", "2025-11-07", cwd=ROOT / "tests/book")
    assert done.returncode == 0, done.stderr
    shares = sum((amount / 610.4) ** 2 for amount in (300, 250, 38, 22.4))
    assert f"of the {10_000 * shares:,.0f} points of the HHI" in output.read_text(encoding="utf-8")


def test_plain_papermill_stops_at_an_impossible_day(tmp_path):
    notebook = ROOT / "notebooks" / "method.ipynb"
    done = papermill(notebook, tmp_path / "out.ipynb", "-p", "as_of", "2025-02-30", cwd=ROOT)
    assert done.returncode != 0
    assert "LedgerError" in done.stderr
    assert "2025-02-30" in done.stderr


def papermill(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "papermill", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_stored_as_it_should_be(path):
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    # Without counts nbval would compare nothing.
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(len(cell.source.splitlines()) <= 14 for cell in code)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", cell.id) for cell in notebook.cells)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            # A typed number in prose goes stale; years of laws and editions are names, not figures.
            assert not re.search(r"(?<![-\w])\d+([.,]\d+)?\s?(%|billion|bn|GW|USD)", cell.source), cell.id
        else:
            assert not re.search(r"^\s*((def|class|for|while)\b|%|!)", cell.source, re.MULTILINE), cell.id
