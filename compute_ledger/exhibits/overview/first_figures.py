"""The figures of the first page: three on cards, more that are compared between two days and graded by evidence."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.evidence import with_strength
from compute_ledger.exhibits.evidence_links import Behind
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.exhibits.overview.year_ahead import YearAhead, run_rate, year_ahead
from compute_ledger.exhibits.scope import Scope
from compute_ledger.ledger import Ledger
from compute_ledger.measures import commitments
from compute_ledger.measures.concentration import summary
from compute_ledger.measures.market import market_estimates
from compute_ledger.shared import rounding
from compute_ledger.shared.languages.phrases import number_of, phrase

CONCENTRATION, MARKET, FUNDING = "commitment-concentration.html", "cloud-market-shares.html", "funding-gap.html"
CARDS = ("firm_payables_usd_bn", "two_largest_share_pct", "due_to_run_rate")


@rounding.inputs
def market_rows(ledger: Ledger) -> pd.DataFrame:
    """The named shares of the newest quarter of the first estimate that the ledger holds."""
    for estimate in market_estimates.ESTIMATES:
        shares = market_estimates.one_estimate(ledger.market_shares, estimate)
        if len(market_estimates.named(shares)):
            return market_estimates.latest_shares(shares, market_estimates.pick_quarter(shares, "latest"))
    return ledger.market_shares.iloc[:0]


@rounding.inputs
def key_figures(ledger: Ledger, scope: Scope) -> KeyFigures:
    """All figures of the page; one that cannot be computed on the day keeps its place with the value null."""
    counted = scope.payables(scope.deals(ledger))
    suppliers = commitments.by_supplier(counted)
    figures = (
        _total(counted, suppliers),
        *_largest(counted, suppliers, scope),
        _index(counted, suppliers, scope),
        *_due(ledger, scope),
        _clouds(ledger),
    )
    return KeyFigures(ledger.as_of, figures)


def cards(figures: KeyFigures, ledger: Ledger) -> KeyFigures:
    """The three that the page opens with, each explained in words and with the strength of its evidence."""
    meanings = _meanings(figures)
    chosen = [
        replace(figure, text=_on_card(figure), note=meanings.get(figure.id, figure.note))
        for name in CARDS
        for figure in figures.figures
        if figure.id == name
    ]
    return with_strength(replace(figures, figures=chosen), ledger)


def _on_card(figure: KeyFigure) -> str:
    """The figure itself, an amount in large letters: where its unit is long, another language has it `short`."""
    if figure.unit != "USD bn" or pd.isna(figure.value):
        return figure.text
    return str(phrase("{amount}", amount=figure.text, short=formatting.about_usd_short(float(figure.value or 0))))


def _meanings(figures: KeyFigures) -> dict[str, str]:
    """What a figure of the first screen means, by its id, where it has a value and needs words of its own."""
    by_id = {figure.id: figure for figure in figures.figures}
    due, earned = by_id["due_next_year_usd_bn"], by_id["run_rate_usd_bn"]
    on_others = str(phrase("{span} on other schedules that meet what is published", span=""))
    year, _, rest = due.note.partition("; ")
    ends = rest.partition(on_others)[0]
    places = {"due": due.text, "year": year.strip(), "ends": ends, "earned": earned.text}
    meanings = {
        "firm_payables_usd_bn": phrase("over many years, at full value; not paid yet, nor owed before it is delivered"),
        "due_to_run_rate": (
            phrase(
                "about {due} in {year} (published figures allow {ends}), against revenue of {earned} a year", **places
            )
            if ends
            else phrase("about {due} in {year}, against revenue of {earned} a year", **places)
        ),
    }
    return {name: words for name, words in meanings.items() if pd.notna(by_id[name].value)}


def _behind(counted: pd.DataFrame) -> Behind:
    return {"deals": counted[counted["counted"].notna()]}


def _total(counted: pd.DataFrame, suppliers: pd.DataFrame) -> KeyFigure:
    has_amounts = len(suppliers) > 0
    total = summary(suppliers)["total"] if has_amounts else float("nan")
    low, high = suppliers["counted_low"].sum(), suppliers["counted_high"].sum()
    missing = list(commitments.unpriced(counted)["counterparty"]) if counted["counted"].isna().any() else []
    outside = [name for name in dict.fromkeys(missing) if name not in set(suppliers["supplier"])]
    parts = [
        phrase("contracts in force or reported, full value") + (_ends(low, high, total) if has_amounts else ""),
        phrase("{names} left out: no published amount", names=formatting.names(outside)) if outside else "",
    ]
    return KeyFigure(
        id="firm_payables_usd_bn",
        label=phrase("Computing signed for"),
        value=total,
        unit="USD bn",
        text=formatting.about_usd(total) if has_amounts else phrase("none published"),
        note=phrase("; ").join(filter(None, parts)),
        href=f"{CONCENTRATION}#ranked-shares",
        rests_on=_behind(counted),
    )


def _ends(low: float, high: float, total: float) -> str:
    """What the wording of the amounts leaves open, where it leaves anything."""
    if high == float("inf"):
        if formatting.about_usd(low) == formatting.about_usd(total):
            return str(phrase(", or more by the wording of the amounts"))
        return str(phrase(", {low} or more by the wording of the amounts", low=formatting.about_usd(low)))
    first, last = formatting.about_usd(low), formatting.about_usd(high)
    if {first, last} == {formatting.about_usd(total)}:
        return ""
    return str(phrase(", {low} to {high} by the wording of the amounts", low=first, high=last))


def _largest(counted: pd.DataFrame, suppliers: pd.DataFrame, scope: Scope) -> Iterator[KeyFigure]:
    """The largest supplier by name, and the part of the two largest where there are more than two."""
    leader = suppliers["supplier"].iloc[0] if len(suppliers) else None
    href, rows = f"{CONCENTRATION}#ranked-shares", _behind(counted)
    yield KeyFigure(
        id="leading_counterparty",
        label=phrase("Largest supplier"),
        value=leader,
        unit="",
        text=leader or formatting.not_available(),
        href=href,
        rests_on={"deals": rows["deals"][rows["deals"]["counterparty"] == leader]},
    )
    has_share = len(suppliers) > 2 and not scope.no_index
    share = suppliers["share_pct"].head(2).sum() if has_share else float("nan")
    few = number_of(len(suppliers), "supplier with a published amount", "suppliers with a published amount")
    two = formatting.names(suppliers["supplier"].head(2))
    note = phrase("{names}, of {few}", names=two, few=few) if has_share else few
    yield KeyFigure(
        id="two_largest_share_pct",
        label=phrase("Two largest suppliers together"),
        value=share,
        unit="%",
        text=formatting.pct(share, 0),
        note=phrase("too little of what it buys is published by supplier") if scope.no_index else note,
        href=href,
        rests_on=rows,
    )


def _index(counted: pd.DataFrame, suppliers: pd.DataFrame, scope: Scope) -> KeyFigure:
    has_index = len(suppliers) > 0 and not scope.no_index
    numbers = summary(suppliers) if has_index else dict.fromkeys(summary(suppliers), float("nan"))
    return KeyFigure(
        id="hhi",
        label=phrase("Concentration of suppliers (HHI)"),
        value=numbers["hhi"],
        unit="0 to 10,000",
        text=formatting.number(numbers["hhi"], 0),
        note=formatting.disputed(numbers["hhi_low"], numbers["hhi_high"]) if has_index else "",
        href=f"{CONCENTRATION}#hhi-history",
        rests_on=_behind(counted),
    )


def _due(ledger: Ledger, scope: Scope) -> Iterator[KeyFigure]:
    """What falls due next year, the newest run rate, and the one as a multiple of the other."""
    ahead, rate = year_ahead(ledger, scope), run_rate(ledger.financials, scope.buyer)
    earned = float(rate["value"].iloc[0]) if len(rate) else float("nan")
    times = ahead.due_usd_bn / earned
    due_note = _other_schedules(ahead, scope) if pd.notna(ahead.low_usd_bn) else ""
    when = formatting.period(rate["period"].iloc[0]) if len(rate) else ""
    against = phrase(
        "about {due} in {year} against revenue at a rate of {earned} a year ({period})",
        due=formatting.about_usd(ahead.due_usd_bn),
        year=ahead.year,
        earned=formatting.about_usd(earned),
        period=when,
    )
    yield _times(times, phrase("; ").join([against, due_note]), {"financials": rate, "deals": ahead.deals})
    yield KeyFigure(
        id="due_next_year_usd_bn",
        label=phrase("Due next year"),
        value=ahead.due_usd_bn,
        unit="USD bn",
        text=formatting.about_usd(ahead.due_usd_bn),
        note=phrase("; ").join([str(ahead.year), due_note]) if due_note else "",
        href=FUNDING,
        rests_on={"deals": ahead.deals},
    )
    yield KeyFigure(
        id="run_rate_usd_bn",
        label=phrase("Revenue, newest run rate"),
        value=earned,
        unit="USD bn",
        text=formatting.about_usd(earned),
        note=when,
        href=FUNDING,
        rests_on={"financials": rate},
    )


def _times(times: float, note: str, rests_on: Behind) -> KeyFigure:
    known = pd.notna(times)
    return KeyFigure(
        id="due_to_run_rate",
        label=phrase("Due next year, against a year's revenue"),
        value=times,
        unit="times",
        text=phrase("{number} times", number=formatting.number(times)) if known else formatting.not_available(),
        note=note if known else "",
        href=FUNDING,
        rests_on=rests_on,
    )


def _other_schedules(ahead: YearAhead, scope: Scope) -> str:
    ends = formatting.about_usd_between(ahead.low_usd_bn, ahead.high_usd_bn)
    span = phrase("{span} on other schedules that meet what is published", span=ends)
    if not ahead.is_assumed:
        return str(span)
    years = formatting.number(scope.default_term_years)
    return str(phrase("{span}; {years} years where no term is published", span=span, years=years))


def _clouds(ledger: Ledger) -> KeyFigure:
    """The three largest clouds of the newest quarter."""
    shares = market_rows(ledger)
    top = shares.head(3) if len(shares) >= 3 else shares.iloc[:0]
    value = market_estimates.top_k(top)["share_pct"] if len(top) else float("nan")
    return KeyFigure(
        id="cloud_top3_share_pct",
        label=phrase("Three largest clouds, of the cloud market"),
        value=value,
        unit="%",
        text=formatting.pct(value),
        note=formatting.quarter(top["quarter"].iloc[0]) if len(top) else "",
        href=f"{MARKET}#shares-over-time",
        rests_on={"market_shares": top},
    )
