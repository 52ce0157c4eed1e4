"""The findings on the cloud market: that claims agree with charts, stand alone, and name the rows behind them."""

import pytest

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits import market as show
from compute_ledger.ledger import load
from compute_ledger.measures.market import market_estimates, market_hhi
from tests.chapters import EXHIBIT, FINDING, ROOT, run_chapter

MARKET = "cloud-market-shares"


def finding(cell_id, **parameters):
    return run_chapter(MARKET, **parameters)[cell_id][FINDING]


def tables_behind(about):
    return {link["href"].partition("#")[2].partition("-")[0] for link in about["evidence"]}


@pytest.mark.parametrize("entry_rule", ["proportional", "from_leader", "from_tail"])
def test_the_entrant_is_claimed_to_change_what_the_chart_says(entry_rule):
    bundles = run_chapter(MARKET, entry_rule=entry_rule)
    about = bundles["entry-finding"][FINDING]
    assert about["claim"] == bundles["entry"][EXHIBIT]["title"]
    assert ("the change lies between" in about["text"]) == (entry_rule != "from_tail")


def test_the_other_rules_stand_beside_the_chosen_one():
    shares = market_estimates.one_estimate(load(ROOT / "data").market_shares, "synergy")
    latest = market_estimates.latest_shares(shares, "2025Q3")
    hhi = market_hhi.hhi_of_quarter(shares, "2025Q3")
    scope = Scope(as_of=load(ROOT / "data").as_of, buyer="Exemplar")
    finding = show.entry_finding(latest, hhi, 4.0, "proportional", scope)
    # 29 loses 4: 25² + 4² - 29²; a tail of tiny firms that makes room: 4².
    assert f"{25**2 + 4**2 - 29**2}".replace("-", "−") + " from the leader" in finding.detail
    assert f"{4**2} from the tail" in finding.detail


def test_claims_of_the_market_name_house_and_quarter():
    bundles = run_chapter(MARKET, quarter="2025Q3")
    claims = {name: bundle[FINDING]["claim"] for name, bundle in bundles.items() if FINDING in bundle}
    assert claims["latest-finding"].endswith("of the market that Synergy Research Group counted in Q3 2025")
    assert claims["totals-finding"].startswith("The three largest shares of Q3 2025, 29 + 20 + 13, make 62, and")
    assert claims["hhi-finding"].startswith("The HHI of the market in Q3 2025 lies between")
    assert claims["check-finding"].startswith("For Q3 2025 the estimate counts")


def test_evidence_of_the_findings_is_of_the_tables_that_their_figures_come_from():
    assert tables_behind(finding("totals-finding")) == {"market_shares", "market_size"}
    assert tables_behind(finding("check-finding")) == {"market_shares", "market_size", "financials"}
    # The chosen quarter and the newest one that settles the question.
    quarters = {link["text"].rpartition(" Q")[2][:6] for link in finding("hhi-finding", quarter="2025Q4")["evidence"]}
    assert quarters == {"4 2025", "2 2025"}


def test_without_shares_nothing_is_claimed():
    bundles = run_chapter(MARKET, as_of="2015-12-11")
    claims = [bundle[FINDING]["claim"] for bundle in bundles.values() if FINDING in bundle]
    assert claims == [""] * 5
    assert "it cannot be said what an entrant would change" in bundles["entry-finding"]["text/markdown"]
