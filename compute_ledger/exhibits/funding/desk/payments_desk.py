"""Whether revenue reaches the contracts, for every term, payment path and revenue path: see static/desk/payments.js."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.desk import Amount, Answer, Choice, CoveredBar, Desk, Input
from compute_ledger.exhibits.funding.desk.schedule_tables import by_term, known_paths, schedule_data
from compute_ledger.exhibits.funding.gap_chart import gap_rows
from compute_ledger.exhibits.funding.key_figures import key_figures
from compute_ledger.exhibits.funding.money_bars import pay_finding
from compute_ledger.exhibits.funding.money_words import BARS, CARDS, PATH_NAMES, PAY, SCHEDULE_NAMES, spread_words
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import ACCENT, PLAIN
from compute_ledger.ledger import Ledger
from compute_ledger.measures.funding import path_anchors
from compute_ledger.measures.payment_schedule import due_deals
from compute_ledger.measures.payments.chosen_schedule import Schedules
from compute_ledger.measures.payments.revenue_by_schedule import revenue_by_schedule
from compute_ledger.shared import rounding
from compute_ledger.shared.chart_look import on_page
from compute_ledger.shared.choices import TERM_YEARS

CHAPTER = "funding-gap"
COVERED, SHORT = map(on_page, (PLAIN, ACCENT))
ONE_DECIMAL_BELOW = 9.95  # USD bn
LEFT = "left_for_others_usd_bn"


def desk(
    deals: pd.DataFrame,
    limits: pd.DataFrame,
    points: pd.DataFrame,
    totals: pd.DataFrame,
    ledger: Ledger,
    scope: Scope,
    *,
    ramp: str,
    revenue_path: str,
    quoted_total: str,
) -> Desk:
    """Inputs for terms and paths; day, grade, buyer and what is counted stay as on the page.

    `deals` of the buyer, `limits` from `points_of_ledger`, `points` from `revenue_points`, `totals` from `own_totals`.
    """
    term = scope.default_term_years
    terms = by_term(deals, limits, scope)
    due = due_deals(deals, scope.as_of, perimeter=scope.perimeter, default_term_years=term)
    fixed = {
        "as_of": formatting.iso_day(scope.as_of),
        "min_grade": ledger.min_grade,
        "buyer": scope.buyer or "auto",
        "perimeter": scope.perimeter,
        "quoted_total": quoted_total,
    }
    inputs = _inputs(term, ramp, revenue_path)
    # A term between two whole years stays as it is: schedules are worked out for whole ones.
    has_term = len(inputs) > len(SCHEDULE_AND_PATH)
    return Desk(
        module="payments",
        chapter=CHAPTER,
        as_of=scope.as_of,
        inputs=inputs,
        fixed=fixed if has_term else fixed | {"default_term_years": str(term).removesuffix(".0")},
        answer=answer(terms[term][ramp], due, points, totals, scope, path=revenue_path),
        words={"pay": PAY, "cards": CARDS, "bars": BARS},
        data=schedule_data(terms, due, limits, points, totals, scope)
        | {"colours": {"covered": COVERED, "short": SHORT}},
    )


SCHEDULE_AND_PATH = ("ramp", "revenue_path")


def _inputs(term: float, ramp: str, revenue_path: str) -> tuple[Input, ...]:
    low, high = TERM_YEARS
    chosen = Amount(
        name="default_term_years", label="Term where none is published", value=term, low=low, high=high, unit="years"
    )
    paths = [
        Choice(
            name=name,
            label=label,
            value=value,
            options=[(code, formatting.capital(text)) for code, text in words.items()],
        )
        for name, label, value, words in (
            (SCHEDULE_AND_PATH[0], "Payments over a term", ramp, SCHEDULE_NAMES),
            (SCHEDULE_AND_PATH[1], "Revenue", revenue_path, PATH_NAMES),
        )
    ]
    return (chosen, *paths) if term == int(term) else tuple(paths)


def answer(
    schedules: Schedules, due: pd.DataFrame, points: pd.DataFrame, totals: pd.DataFrame, scope: Scope, *, path: str
) -> Answer:
    """What the desk says. `due` from `due_deals`; the rest as of `desk`."""
    paths = known_paths(points, list(schedules.lines[schedules.chosen].index))
    varied = revenue_by_schedule(paths, schedules.lines)
    cell = varied[varied["revenue_path"].eq(path) & varied["schedule"].eq(schedules.chosen)]
    finding = pay_finding(cell, varied, path_anchors(points, path), due, scope, path=path)
    bars = _bars(cell, paths, path, schedules)
    return Answer(
        claim=finding.claim,
        detail=finding.detail,
        figures=_figures(key_figures(cell, varied, schedules, due, totals, pd.DataFrame(), scope), totals),
        bars=bars,
        key=BARS["key"].format(spread=spread_words(schedules)) if bars else "",
    )


def _figures(figures: KeyFigures, totals: pd.DataFrame) -> KeyFigures:
    """The key figures that an input moves; where a total is known, what is left of it too, even of nothing due."""
    moved = [figure for figure in figures.figures if figure.href != "#gigawatt-years"]
    if len(totals) and moved[-1].id != LEFT:
        moved.append(
            KeyFigure(id=LEFT, label="Left for deals without an amount", value=None, unit="USD bn", text="n/a")
        )
    return KeyFigures(figures.as_of, moved)


def _bars(cell: pd.DataFrame, paths: dict[str, pd.Series], path: str, schedules: Schedules) -> list[CoveredBar]:
    """A bar a year of what falls due, the part that revenue covers, and where revenue lies; none of nothing."""
    line = schedules.lines[schedules.chosen]
    years = list(cell["years"].iloc[0]) if len(cell) else list(line.index)
    rows = rounding.frame(gap_rows(years, paths, path, schedules))
    if not (line > 0).any():
        return []
    part = 100 / max(rows["due"].max(), rows["revenue"].fillna(0.0).max())
    return [_bar(row, part) for _, row in rows.iterrows()]


def _bar(row: pd.Series, part: float) -> CoveredBar:
    due, revenue = float(row["due"]), float(row["revenue"])
    is_known, is_short = pd.notna(revenue), row["short"] > 0
    words = BARS["due_and_revenue" if is_known else "due"]
    length = rounding.rounded(part * due, 1)
    return CoveredBar(
        name=f"{int(row['year'])}",
        label=words.format(due=_amount(due), revenue=_amount(revenue)),
        length=length,
        colour=SHORT if is_short else COVERED,
        covered=rounding.rounded(part * revenue, 1) if is_short else length,
        covered_colour=COVERED,
        mark=rounding.rounded(part * revenue, 1) if is_known else None,
    )


def _amount(value: float) -> str:
    return formatting.number(value, 0 if rounding.rounded(value) >= ONE_DECIMAL_BELOW else 1)
