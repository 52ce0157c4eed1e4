"""Rows of the ledger's tables typed by hand, each with only the cells that a test is about."""

import pandas as pd

from tests.measures.test_commitments import ledger_rows


def contracts(*rows: dict) -> pd.DataFrame:
    """Deals as in `ledger_rows`, with a capacity where one is given."""
    return ledger_rows(*({"capacity_gw": float("nan")} | row for row in rows))


def figures(*rows: dict) -> pd.DataFrame:
    """Rows of `financials`: by default a year of revenue of Exemplar, known as soon as it ended."""
    plain = {
        "entity": "Exemplar",
        "metric": "revenue",
        "period_start": "2025-01-01",
        "period_end": "2025-12-31",
        "value": float("nan"),
        "low": float("nan"),
        "high": float("nan"),
        "unit": "usd_bn",
        "is_projection": False,
    }
    frame = pd.DataFrame([{"financial_id": f"f{i}", **plain, **row} for i, row in enumerate(rows)])
    if "known_on" not in frame:
        frame = frame.assign(known_on=frame["period_end"])
    frame = frame.assign(known_on=frame["known_on"].fillna(frame["period_end"]), period=frame["period_end"].str[:7])
    return frame.assign(**{day: pd.to_datetime(frame[day]) for day in ("period_start", "period_end", "known_on")})


def balance(supplier: str, day: str, value: float, **cells: object) -> dict:
    """A backlog as one cell of `figures`."""
    row = {"entity": supplier, "metric": "rpo", "period_start": day, "period_end": day, "value": value}
    return {"financial_id": f"{supplier}-{cells.get('metric', 'rpo')}-{day}", **row, **cells}


def ties(*rows: dict) -> pd.DataFrame:
    plain = {
        "from": "Exemplar",
        "to": "Alpha",
        "kind": "owns",
        "amount_usd_bn": float("nan"),
        "share_pct": float("nan"),
        "since": "2025-01-01",
        "until": None,
        "known_on": "2025-01-01",
        "binding": True,
    }
    frame = pd.DataFrame([{"tie_id": f"t{i}", **plain, **row} for i, row in enumerate(rows)])
    return frame.assign(**{day: pd.to_datetime(frame[day]) for day in ("since", "until", "known_on")})


def shares(**quarters: dict[str, float]) -> pd.DataFrame:
    """Market shares printed as whole percents: shares(q2025Q1={"Alpha": 30})."""
    rows = [
        {"quarter": name[1:], "provider": provider, "share_pct": float(share)}
        for name, by_provider in quarters.items()
        for provider, share in by_provider.items()
    ]
    frame = pd.DataFrame(rows, columns=["quarter", "provider", "share_pct"])
    return frame.assign(
        low_pct=frame["share_pct"] - 0.5,
        high_pct=frame["share_pct"] + 0.5,
        share_is="rounded",
        vintage="first_published",
        series_break=False,
        share_id=frame["quarter"] + "-" + frame["provider"],
    )


def sizes(**quarters: tuple[float, float | None]) -> pd.DataFrame:
    """Sizes and growth of quarters: sizes(q2025Q1=(100, 25))."""
    rows = [
        {"quarter": name[1:], "revenue_usd_bn": size, "yoy_growth_pct": growth}
        for name, (size, growth) in quarters.items()
    ]
    frame = pd.DataFrame(rows, columns=["quarter", "revenue_usd_bn", "yoy_growth_pct"])
    floats = {"revenue_usd_bn": "float64", "yoy_growth_pct": "float64"}
    return frame.astype(floats).assign(series_break=False, size_id=frame["quarter"])
