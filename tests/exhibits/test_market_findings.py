"""The findings on the cloud market: that claims agree with charts, stand alone, and name the rows behind them."""

import pandas as pd
import pytest

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits import market as show
from compute_ledger.ledger import load
from compute_ledger.measures.market import carried_tail, market_estimates, silent_stakes
from tests.chapters import EXHIBIT, FINDING, ROOT, run_chapter
from tests.ledger_copy import WORKED_OUT_ON

MARKET = "cloud-market-shares"
TABLE = "application/vnd.compute-ledger.table+json"


BESIDE = pd.DataFrame(
    {"supplier": ["Large", "Small", "Unsold"], "basket_pct": [60.0, 40.0, None], "market_pct": [20.0, 2.0, 1.0]}
)


def finding(cell_id, **parameters):
    return run_chapter(MARKET, **parameters)[cell_id][FINDING]


def tables_behind(about):
    return {link["href"].partition("#")[2].partition("-")[0] for link in about["evidence"]}


@pytest.mark.parametrize("entry_rule", ["proportional", "from_leader", "from_tail"])
def test_the_entrant_is_claimed_to_change_what_the_chart_says(entry_rule):
    bundles = run_chapter(MARKET, entry_rule=entry_rule)
    about = bundles["entry-finding"][FINDING]
    title = bundles["entry"][EXHIBIT]["title"]
    assert "falls with an entrant of 5% if the share is taken from all in proportion and from the leader" in title
    assert ("lower the HHI" in about["claim"]) == (entry_rule != "from_tail")
    assert ("the change lies between" in about["text"]) == (entry_rule != "from_tail")


def test_the_other_rules_stand_beside_the_chosen_one():
    shares = market_estimates.one_estimate(load(ROOT / "data").market_shares, "synergy")
    latest = market_estimates.latest_shares(shares, "2025Q3")
    hhi = carried_tail.carried_hhi(shares, "2025Q3")
    scope = Scope(as_of=load(ROOT / "data").as_of, buyer="Exemplar")
    ledger = load(ROOT / "data", as_of=WORKED_OUT_ON)
    holders = silent_stakes.holders(ledger.ties, ledger.deals, "OpenAI", ["Microsoft"], ledger.as_of)
    deltas = silent_stakes.stake_deltas(holders, latest, 4.0, "proportional")
    finding = show.entry_finding(latest, hhi, deltas, 107.0, BESIDE, 4.0, "proportional", scope)
    # 27 % of it are Microsoft's, which keeps 96 % of its 20: 0.27 · 19.2 · 4.
    assert f"index adds {0.27 * 19.2 * 4:.0f})" in finding.detail
    assert "4% is $4.3 billion a quarter, 2 times the share of Small (2%)." in finding.detail
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
    assert tables_behind(finding("size-finding")) == {"market_shares", "market_size", "financials"}
    quarters = {link["text"].rpartition(" Q")[2][:6] for link in finding("hhi-finding", quarter="2025Q4")["evidence"]}
    assert quarters == {"4 2025"}


def test_the_chapter_opens_with_what_one_customer_is_of_the_market():
    """17.2 of 2025, less 20.5 % of 13.5 at the low end; 24.1 of the year to June 2026."""
    bundles = run_chapter(MARKET, as_of=WORKED_OUT_ON)
    shown = list(bundles)
    assert shown.index("size-finding") < shown.index("latest-finding") < shown.index("hhi-finding")
    assert "OpenAI, paid Microsoft 16 to 20% of what Synergy" in bundles["size-finding"][FINDING]["claim"]
    assert "3.4 to 4.1% of the whole cloud market (2025)" in bundles["size-finding"][FINDING]["claim"]
    newest = finding("size-finding", as_of="2026-10-10")
    assert "19 to 24% of what Synergy" in newest["claim"]
    assert "by leaked accounts" in newest["text"]


def test_before_any_payment_is_known_the_chapter_opens_with_the_size():
    bundles = run_chapter(MARKET, as_of="2025-11-07")
    assert bundles["size-finding"][FINDING]["claim"] == (
        "The market was worth \\$107 billion in Q3 2025, 28% more than a year before"
    )
    assert "was not known then" in bundles["customer-part"]["text/markdown"]


def test_growth_is_that_of_the_house_and_that_between_its_prints():
    """128.6 is 35 % more by Synergy's count, and 37 % more than the 93.9 of a year before."""
    title = run_chapter(MARKET, as_of=WORKED_OUT_ON)["size"][EXHIBIT]["title"]
    assert title.endswith(
        "35% more than a year before by the count of Synergy Research Group, 37% more than it printed then"
    )


def test_the_tail_of_neighbouring_quarters_bounds_the_index():
    """2025 Q3 by what was known then: up to 1,667 instead of 1,928."""
    about = run_chapter(MARKET, as_of="2025-11-07")["hhi-finding"][FINDING]
    assert about["claim"].endswith("between 1,349 and 1,667")
    assert "no other is taken to have more than 5.5% (Alibaba, Q2 2025, one point added)" in about["text"]
    assert "could bring it to 1,928 at most" in about["text"]
    assert "Justice Department's page" in about["text"]
    assert "more than 30%" in about["text"]


def test_silent_revisions_are_counted():
    title = run_chapter(MARKET, as_of=WORKED_OUT_ON)["revisions"][EXHIBIT]["title"]
    assert title.startswith("In 7 of 27 quarters")
    assert title.endswith("in 1 a smaller one")


def test_what_if_commitments_became_revenue():
    about = run_chapter(MARKET, as_of=WORKED_OUT_ON)["promised"][EXHIBIT]
    assert "Oracle would go from 4% to 12% of the market and Microsoft from 21% to 24%" in about["title"]
    assert "The amount of Oracle is open upwards" in about["note"]


def test_the_second_tier_is_shown_by_name():
    title = run_chapter(MARKET, as_of=WORKED_OUT_ON)["second-tier"][EXHIBIT]["title"]
    assert title.startswith("Below the leaders none has more than 4%: Alibaba 4%, Oracle 4%")
    alone = run_chapter(MARKET, quarter="2019Q2")["second-tier"][EXHIBIT]["table"]["rows"]
    assert "Microsoft" not in {row[0] for row in alone}


def test_authorities_are_known_from_their_day_on():
    then = run_chapter(MARKET, as_of="2025-11-07")["authorities"][TABLE]["table"]["rows"]
    now = run_chapter(MARKET, as_of=WORKED_OUT_ON)["authorities"][TABLE]["table"]["rows"]
    assert not any("European Commission" in row for row in then)
    assert sum("European Commission" in row for row in now) == 2
    (cma,) = (row for row in then if "31 July 2025" in row)
    assert "AWS 30 to 40%" in cma[3]
    assert "Customers switching less than 1%" in cma[3]


def test_owners_stand_beside_what_they_sell():
    rows = {row[0]: row for row in run_chapter(MARKET, as_of=WORKED_OUT_ON)["owners"][TABLE]["table"]["rows"]}
    assert rows["Microsoft"][1:5] == [27, 13, "Microsoft", 21]
    assert rows["Amazon"][3] == "AWS"


def test_without_shares_nothing_is_claimed():
    bundles = run_chapter(MARKET, as_of="2015-12-11")
    claims = [bundle[FINDING]["claim"] for bundle in bundles.values() if FINDING in bundle]
    assert claims == [""] * 7
    assert "it cannot be said what an entrant would change" in bundles["entry-finding"]["text/markdown"]


def test_why_the_estimates_differ_on_the_leader():
    """Synergy's 28 % of 119.1 and Omdia's 32 % of 110.9, of the 35.6 that AWS reported for the quarter."""
    about = finding("houses-finding", quarter="2025Q4")
    assert about["claim"].endswith("AWS different shares: 28% by Synergy Research Group and 32% by Canalys, now Omdia")
    first = f"{100 * 0.275 * 119.05 / 35.65:.0f} to {100 * 0.285 * 119.15 / 35.55:.0f}%"
    second = f"{100 * 0.315 * 110.85 / 35.65:.0f} to {100 * 0.325 * 110.95 / 35.55:.0f}%"
    assert f"Share times size is {first} of what AWS reports in the first and {second} in the second" in about["text"]
    ledger = load(ROOT / "data", as_of=WORKED_OUT_ON)
    of_quarter = [rows[rows["quarter"] == "2025Q4"] for rows in (ledger.market_shares, ledger.market_size)]
    unsized = show.houses_finding(of_quarter[0], of_quarter[1].iloc[:0], ledger.financials, "2025Q4", "AWS")
    assert "Why is not to be seen" in unsized.detail
    assert show.houses_finding(*of_quarter, ledger.financials, "", "AWS").claim == ""
