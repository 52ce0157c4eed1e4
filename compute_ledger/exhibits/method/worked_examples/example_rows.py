"""Rows of the ledger's tables with the few cells that an example is about, the others as in a plain case."""

from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from compute_ledger.exhibits import formatting

# A measure, what is given, and what the measure makes of it.
Example = tuple[Callable[..., object], str, Callable[[], str]]
DAY = pd.Timestamp("2026-06-30")
BUYER = "Buyer"
DEAL = {
    "buyer": BUYER,
    "counterparty": "Alpha",
    "layer": "cloud",
    "kind": "contract",
    "title": "A contract",
    "announced_on": "2026-01-01",
    "date_precision": "day",
    "ended_on": None,
    "start_on": None,
    "term_years": 5.0,
    "amount_usd_bn": 100.0,
    "amount_low_usd_bn": None,
    "amount_high_usd_bn": None,
    "capacity_gw": None,
    "direction": "buyer_pays",
    "status": "in_force",
    "status_before": None,
    "part_of": None,
    "replaces": None,
    "source_id": "one page",
}
FIGURE = {
    "entity": BUYER,
    "metric": "revenue",
    "period_start": "2025-01-01",
    "period_end": "2025-12-31",
    "value": None,
    "low": None,
    "high": None,
    "unit": "usd_bn",
    "is_projection": False,
}
TIE = {
    "from": "Alpha",
    "to": BUYER,
    "kind": "owns",
    "amount_usd_bn": None,
    "share_pct": None,
    "since": "2025-01-01",
    "until": None,
    "known_on": "2025-01-01",
    "binding": True,
    "note": "",
}
CAPACITY = {
    "deal_id": "deal-0",
    "basis": "chips",
    "capacity_gw": 1.0,
    "low_gw": None,
    "high_gw": None,
    "commitment": "contracted",
    "known_on": "2026-01-01",
    "part_of": None,
    "replaces": None,
}
CLAIM = {
    "subject": "a contract",
    "metric": "amount",
    "value": None,
    "low": None,
    "high": None,
    "unit": "usd_bn",
    "as_printed": "",
    "fact_date": "2026",
    "value_date": None,
    "value_precision": None,
    "source_id": "one page",
}
DAYS = (
    "announced_on",
    "known_on",
    "ended_on",
    "start_on",
    "period_start",
    "period_end",
    "since",
    "until",
    "value_date",
)
TEXTS = ("status_before", "part_of", "replaces")
NUMBERS = ("term_years", "value", "low", "high", "share_pct")


def _frame(name: str, plain: Mapping[str, object], rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Typed as the ledger's reader types its tables; ids are numbered."""
    frame = pd.DataFrame([{f"{name}_id": f"{name}-{place}", **plain, **row} for place, row in enumerate(rows)])
    floats = [column for column in frame if column in NUMBERS or str(column).endswith(("_usd_bn", "_gw"))]
    frame = frame.astype(dict.fromkeys(floats, "float64") | {text: "str" for text in TEXTS if text in frame})
    days = {day: pd.to_datetime(frame[day]) for day in DAYS if day in frame}
    return frame.assign(**days, source_ids=pd.Series([("one page",)] * len(frame), dtype=object))


def deals(*rows: Mapping[str, object]) -> pd.DataFrame:
    """Contracts of 100 over five years with Alpha, signed and known on 1 January 2026."""
    frame = _frame("deal", DEAL, rows)
    known_on = frame["known_on"] if "known_on" in frame else frame["announced_on"]
    return frame.assign(counterparty_group=frame["counterparty"], known_on=known_on.fillna(frame["announced_on"]))


def figures(*rows: Mapping[str, object]) -> pd.DataFrame:
    """Revenue of the buyer in the year 2025, known as soon as it ended."""
    frame = _frame("financial", FIGURE, rows)
    return frame.assign(known_on=frame["period_end"], period=frame["period_end"].dt.strftime("%Y-%m"))


def backlog(supplier: str, day: str, value: float) -> dict[str, object]:
    """A backlog of one supplier, for `figures`."""
    return {"entity": supplier, "metric": "rpo", "period_start": day, "period_end": day, "value": value}


def ties(*rows: Mapping[str, object]) -> pd.DataFrame:
    """Binding stakes of Alpha in the buyer."""
    return _frame("tie", TIE, rows).assign(source_id="one page")


def capacities(*rows: Mapping[str, object]) -> pd.DataFrame:
    """A gigawatt of chips under contract."""
    return _frame("capacity", CAPACITY, rows).assign(source_id="one page")


def claims(*rows: Mapping[str, object]) -> pd.DataFrame:
    """Claims of one page on the amount of a contract in 2026."""
    return _frame("claim", CLAIM, rows)


def shares(**quarters: dict[str, float]) -> pd.DataFrame:
    """Market shares printed in whole percents: shares(q2026Q1={"Alpha": 30})."""
    rows = [
        {"quarter": name[1:], "provider": provider, "share_pct": float(share)}
        for name, by_provider in quarters.items()
        for provider, share in by_provider.items()
    ]
    frame = pd.DataFrame(rows, columns=["quarter", "provider", "share_pct"])
    return frame.assign(
        estimate="synergy",
        vintage="first_published",
        share_is="rounded",
        series_break=False,
        derived=False,
        low_pct=frame["share_pct"] - 0.5,
        high_pct=frame["share_pct"] + 0.5,
        share_id=frame["quarter"] + "-" + frame["provider"],
    )


def sizes(**quarters: tuple[float, float | None]) -> pd.DataFrame:
    """Sizes of the market in USD bn and growth on the year in percent: sizes(q2026Q1=(100, 25))."""
    rows = [(name[1:], float(size), growth) for name, (size, growth) in quarters.items()]
    frame = pd.DataFrame(rows, columns=["quarter", "revenue_usd_bn", "yoy_growth_pct"])
    return frame.astype({"yoy_growth_pct": "float64"}).assign(
        estimate="synergy",
        vintage="first_published",
        series_break=False,
        derived=False,
        top3_share_pct=float("nan"),
        size_id=frame["quarter"],
    )


def number(value: object, decimals: int = 2) -> str:
    """'3,800', with as many decimals as the figure has, two at most."""
    return formatting.number(float(value), decimals)  # type: ignore[arg-type]


def percent(value: object, decimals: int = 2) -> str:
    """'33.33%'."""
    return f"{number(value, decimals)}%"


def span(low: object, high: object, decimals: int = 2) -> str:
    """'3.41 to 3.46'."""
    return formatting.between(float(low), float(high), decimals)  # type: ignore[arg-type]


def each(names: Iterable[object], values: Iterable[object], decimals: int = 2) -> str:
    """'Alpha 60 and Beta 40'."""
    return formatting.names(f"{name} {number(value, decimals)}" for name, value in zip(names, values, strict=True))
