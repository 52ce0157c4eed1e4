"""The row that a ledger lacks, as a line to paste: what is known of it is filled in, the rest is empty.

An empty cell that must not be empty is what the next check names, so whoever pastes is led on until nothing lacks.
"""

import csv
import io
import re

import numpy as np
import pandas as pd

from compute_ledger.ledger.grades import GRADES
from compute_ledger.ledger.tables.problems import Paste
from compute_ledger.ledger.tables.schema import Table
from compute_ledger.ledger.tables.table_reader import TableRead, as_written
from compute_ledger.shared.spreadsheets import safe_cell
from compute_ledger.shared.text import slug

Tables = dict[str, TableRead]
Cells = dict[str, str]
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# Where a row has its main figure, with the ends of its interval and the unit, and what a claim of it measures.
FIGURES = {
    "deals": ("amount_usd_bn", "amount_low_usd_bn", "amount_high_usd_bn", "usd_bn", "amount"),
    "ties": ("amount_usd_bn", "", "", "usd_bn", "amount"),
    "market_shares": ("share_pct", "low_pct", "high_pct", "pct", "share"),
    "market_size": ("revenue_usd_bn", "", "", "usd_bn", "market_revenue"),
    "financials": ("value", "low", "high", "", ""),
}
# The day that a row begins with: what a claim of it dates where the row has no figure.
FIRST_DAYS = {"deals": ("announced_on", "announced"), "regimes": ("from", "begin"), "ties": ("since", "begin")}
DAY_LENGTHS = {"month": 7, "year": 4}
SAME = 1e-9


def headline(tables: Tables, name: str, row: int) -> Paste | None:
    """For a row of the table `name` without headline: the link to the best claim that fits, else the claim itself."""
    evidence, claims = tables["evidence"], tables["claims"]
    key = _key(tables[name], row)
    links = evidence.frame[(evidence.frame["table"] == name) & (evidence.frame["row_id"] == key)]
    supported = (links["role"] == "supports").any()  # then a role is wrong, and no row is missing
    if supported or not KEY.fullmatch(key) or evidence.lost or claims.lost or tables[name].lost:
        return None
    claim = claim_cells(tables, name, row)
    if claim_id := _fitting(tables, name, claim, set(links["claim_id"])):
        return _pasted(evidence.table, {"table": name, "row_id": key, "claim_id": claim_id, "role": "headline"})
    return _pasted(claims.table, claim)


def figure(tables: Tables, name: str, row: int) -> Paste | None:
    """For a row whose claims print no figure: the link to a claim of the figure, else the claim itself."""
    key = _key(tables[name], row)
    claim = claim_cells(tables, name, row)
    if claim_id := _fitting(tables, name, claim, set()):
        link = {"table": name, "row_id": key, "claim_id": claim_id, "role": "supports"}
        return _pasted(tables["evidence"].table, link)
    return _pasted(tables["claims"].table, claim)


def claim_of_link(tables: Tables, row: int) -> Paste | None:
    """The claim that a row of evidence names and no row of claims has."""
    link = tables["evidence"].frame.iloc[row]
    name, cells = as_written(link["table"]), {}
    if name in tables and len(tables[name].table.primary_key) == 1 and not tables[name].lost:
        (key,) = tables[name].table.primary_key
        places = (tables[name].frame[key] == link["row_id"]).to_numpy().nonzero()[0]
        cells = claim_cells(tables, name, int(places[0])) if len(places) else {}
    return _pasted(tables["claims"].table, cells | {"claim_id": as_written(link["claim_id"])})


def source_of_claim(tables: Tables, row: int) -> Paste | None:
    """The source that a claim names and no row of sources has. The licence note is the commonest one."""
    source_id = as_written(tables["claims"].frame["source_id"].iloc[row])
    sources = tables["sources"]
    notes = sources.frame["licence_note"].mode().tolist() if "licence_note" in sources.frame else []
    return _pasted(sources.table, {"source_id": source_id, "licence_note": notes[0] if notes else ""})


def _key(read: TableRead, row: int) -> str:
    return as_written(read.frame[read.table.primary_key[0]].iloc[row])


def claim_cells(tables: Tables, name: str, row: int) -> Cells:
    """The cells of a claim of the row's main figure or, where it has none, of the day on which it begins."""
    record = {str(column): as_written(cell) for column, cell in tables[name].frame.iloc[row].items()}
    key = record[tables[name].table.primary_key[0]]
    subject = slug(record["entity"]) if name == "financials" and record["entity"] else key
    value, low, high, unit, metric = FIGURES.get(name, ("",) * 5)
    cells = {"subject": subject, "metric": record.get("metric", metric), "unit": record.get("unit", unit)}
    figures = {"value": record.get(value, ""), "low": record.get(low, ""), "high": record.get(high, "")}
    if any(figures.values()) or name not in FIRST_DAYS:
        cells |= figures | {"fact_date": _day_of_fact(record)}
    else:
        column, metric = FIRST_DAYS[name]
        precision = record.get("date_precision", "day")
        cells |= {"metric": metric, "unit": "date", "value_date": record[column], "fact_date": _day_of_fact(record)}
        cells |= {"value_precision": precision} if precision in DAY_LENGTHS and record[column] else {}
    claim_id = _unused(f"{key}-{cells['metric'].replace('_', '-')}", tables["claims"].frame["claim_id"])
    return {"claim_id": claim_id, "source_id": _only_unused_source(tables), **cells}


def _day_of_fact(record: Cells) -> str:
    """The day, month or year that the row is about: of a quarter or period its last day."""
    if quarter := re.fullmatch(r"([0-9]{4})(?:Q([1-4])|FY)", record.get("quarter", "")):
        return f"{pd.Period(f'{quarter[1]}Q{quarter[2] or 4}').end_time:%Y-%m-%d}"
    days = (record.get(column, "") for column in ("period_end", "announced_on", "since", "from"))
    return next(filter(None, days), "")[: DAY_LENGTHS.get(record.get("date_precision", ""), 10)]


def _unused(claim_id: str, claim_ids: pd.Series) -> str:
    taken, number, free_id = set(claim_ids), 1, claim_id
    while free_id in taken:
        number += 1
        free_id = f"{claim_id}-{number}"
    return free_id


def _only_unused_source(tables: Tables) -> str:
    """The source that no claim uses yet, if there is one alone: it was added for the row in question."""
    source_ids, used_ids = tables["sources"].frame["source_id"].dropna(), tables["claims"].frame["source_id"]
    unused_ids = source_ids[~source_ids.isin(used_ids)].tolist()
    return unused_ids[0] if len(unused_ids) == 1 else ""


def _fitting(tables: Tables, name: str, claim: Cells, linked_ids: set[str]) -> str:
    """The claim of the best grade that says of the same subject what `claim` does; "" when none does.

    A figure is the same within the same metric; where there is no figure any claim of the subject without one will do.
    """
    claims = tables["claims"].frame
    fits = (claims["subject"] == claim["subject"]) & ~claims["claim_id"].isin(linked_ids) & claims["claim_id"].notna()
    figure_column = next((column for column in ("value", "low", "high") if claim.get(column)), "")
    if figure_column:
        fits &= (claims["metric"] == claim["metric"]) & (claims["unit"] == claim["unit"])
        fits &= (claims[figure_column] - float(claim[figure_column])).abs() < SAME
        if name == "financials":  # whose subject, a company, has the same metric in many periods
            fact_dates = claims["fact_date"].fillna("").tolist()
            fits &= np.array([bool(day) and claim["fact_date"].startswith(day) for day in fact_dates], dtype=bool)
    else:
        fits &= claims["unit"].isin(["date", "none"])
    sources = tables["sources"].frame.drop_duplicates("source_id").set_index("source_id")
    places = {grade: place for place, grade in enumerate(GRADES)}
    grade_places = claims.loc[fits, "source_id"].map(sources["grade"]).map(places).sort_values(kind="stable")
    return str(claims.loc[grade_places.index[0], "claim_id"]) if len(grade_places) else ""


def _pasted(table: Table, cells: Cells) -> Paste | None:
    """The line, quoted as CSV; None for cells that a terminal would show as something else."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([safe_cell(cells.get(name, "")) for name in table.columns])
    line = text.getvalue()
    return Paste(table.path, line) if line.isprintable() else None
