"""The first screen: who powers whom, in words of the data, on any day and for any buyer."""

import pytest

from compute_ledger.exhibits import Scope, overview
from compute_ledger.ledger import load
from compute_ledger.measures import commitments

from ..chapters import ROOT

DAY = "2026-07-01"


def headline(buyer: str = "auto", day: str = DAY) -> str:
    ledger = load(ROOT / "data", as_of=day)
    scope = Scope.of(ledger, buyer)
    counted = scope.payables(scope.deals(ledger))
    return overview.headline(ledger, scope, commitments.by_supplier(counted), counted).data


def test_the_question_and_its_first_lines_are_computed():
    text = headline()
    assert text.startswith(
        "# Who powers OpenAI, and can it pay?\n\nOpenAI has signed up to buy computing from Oracle, "
    )
    assert "; it earns \\$" in text
    assert "In 2027 " in text


@pytest.mark.parametrize("buyer", ["Anthropic", "Meta", "Mistral"])
def test_another_buyer_is_asked_about_by_its_own_name(buyer):
    text = headline(buyer)
    assert text.startswith(f"# Who powers {buyer}, and can it pay?\n\n")
    assert "OpenAI" not in text


def test_before_any_contract_the_page_says_so():
    text = headline(day="2022-06-30")
    assert text.endswith("On 30 June 2022 no contract of OpenAI for computing had been published.")


def test_what_stands_behind_the_figures_is_counted():
    ledger = load(ROOT / "data", as_of=DAY)
    text = overview.trust(ledger)
    assert f"[{len(ledger.deals)} deals](partnership-timeline.html)" in text
    assert f"[{len(ledger.sources)} graded sources](evidence.html)" in text
    assert "Updated 1 July 2026" in text
    assert "contradictions shown. " in text
