"""What the record behind the figures must have: sources that are used and can be found, dates that can be.

`RECORD_RULES` are for `check` only: a ledger that breaks one still computes the right figures.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from compute_ledger.ledger.leading_claims import LEADING, SUPPORTING
from compute_ledger.ledger.rules import missing_rows
from compute_ledger.ledger.rules.change_rules import changes_are_true
from compute_ledger.ledger.rules.name_rules import keys_differ_in_more_than_case, names_are_not_misspelt
from compute_ledger.ledger.tables.table_reader import TableRead

Tables = dict[str, TableRead]
MAIN_FIGURES = {
    "deals": "amount_usd_bn",
    "capacities": "capacity_gw",
    "market_shares": "share_pct",
    "market_size": "revenue_usd_bn",
    "financials": "value",
}
# A page that prints one of these prints a sign or word with the number; years, counts and days may stand alone.
UNITS_IN_PRINT = ("usd_bn", "usd_bn_per_year", "usd_bn_per_gw", "usd", "gw", "pct", "years")
FIGURE_COLUMNS = ("value", "low", "high")
# What a page tells of a deal as done; of what is planned it may give a later day.
TOLD_AS_DONE = ("amount", "capacity")
TERM_IN_PRINT = r"\b(?:over|for|through) (?:the )?(?:next |first )?[\w.-]+ (?:years?|months?|decades?)\b"
PRECISION_BY_LENGTH = {10: "day", 7: "month", 4: "year", 0: "unknown"}


def sources_are_used_and_found(tables: Tables) -> None:
    sources, claims = tables["sources"], tables["claims"]
    if not sources.lost & {"url", "document"}:
        nowhere = sources.frame["url"].isna() & sources.frame["document"].isna() & sources.frame["source_id"].notna()
        sources.report_cells(np.flatnonzero(nowhere), "url", "is empty and so is document", "give the page's address")
    if not sources.lost & {"title", "document"}:
        untitled = sources.frame["title"].isna() & sources.frame["document"].isna() & sources.frame["source_id"].notna()
        mend = "give the page's title, or one of ours in square brackets"
        sources.report_cells(np.flatnonzero(untitled), "title", "is empty and the source is no document", mend)
    if claims.frame.empty or "source_id" in claims.lost | sources.lost:
        return
    unused = ~sources.frame["source_id"].isin(claims.frame["source_id"]) & sources.frame["source_id"].notna()
    sources.report_cells(np.flatnonzero(unused), "source_id", "is not used by any claim", "remove it or add its claims")
    if "paragraph" not in claims.lost:
        articles = sources.frame.loc[sources.frame["document"].notna(), "source_id"]
        lost = claims.frame["source_id"].isin(articles) & claims.frame["paragraph"].isna()
        claims.report_cells(
            np.flatnonzero(lost),
            "paragraph",
            "is empty though the source is a document",
            "count its non-empty lines from 1",
        )


def pages_are_one_source(tables: Tables) -> None:
    """One page is one source: listed twice it would count as two, and might be graded two ways."""
    read = tables["sources"]
    if read.lost & {"url"}:
        return
    pages = read.frame["url"].str.replace(r"^https?://(?:www\.)?|/$", "", regex=True).str.lower()
    twice = pages.notna() & pages.duplicated()
    fix = "keep one of the sources, and give it the claims of the other"
    read.report_cells(np.flatnonzero(twice), "url", "is the page of another source", fix)


def facts_are_not_younger_than_their_page(tables: Tables) -> None:
    """What a page tells of a deal as done is not of a day after the page."""
    claims, sources = tables["claims"], tables["sources"]
    if claims.lost & {"source_id", "metric", "fact_date"} or sources.lost & {"source_id", "published_on"}:
        return
    by_source = sources.frame.drop_duplicates("source_id").set_index("source_id")["published_on"]
    published = claims.frame["source_id"].map(by_source).fillna("").astype(str)
    fact_dates = claims.frame["fact_date"].fillna("").astype(str)
    lengths = np.minimum(published.str.len(), fact_dates.str.len())
    pairs = zip(fact_dates, published, lengths, strict=True)
    younger = np.array([fact[:length] > page[:length] for fact, page, length in pairs], dtype=bool)
    rows = np.flatnonzero(younger & claims.frame["metric"].isin(TOLD_AS_DONE).to_numpy())
    claims.report_cells(rows, "fact_date", "is after the page was published", "give the day that the page tells of")


def claims_claim_something(tables: Tables) -> None:
    read = tables["claims"]
    claims, unit = read.frame, read.frame["unit"]
    if not read.lost & {"unit", "value_date"}:
        idle = claims["value_precision"].notna() & claims["value_date"].isna()
        read.report_cells(np.flatnonzero(idle), "value_precision", "is given without value_date", "empty the cell")
        undated = (unit == "date") & claims["value_date"].isna()
        read.report_cells(np.flatnonzero(undated), "value_date", "is empty though unit is date", "give the day")
    if not read.lost & {"unit", "value", "low", "high"}:
        empty = claims[["value", "low", "high"]].isna().all(axis=1) & unit.notna() & ~unit.isin(["date", "none"])
        read.report_cells(
            np.flatnonzero(empty),
            "value",
            "is empty and so are low and high",
            "give the figure, or the unit none",
        )
        figures = claims[["value", "low", "high"]].notna().any(axis=1)
        idle = figures & (unit == "date")
        read.report_cells(np.flatnonzero(idle), "unit", "is date though the claim has a figure", "empty the figure")


def prints_have_their_unit(tables: Tables) -> None:
    """What stands as printed is a print: of money or a share no page prints the number of the ledger alone."""
    read = tables["claims"]
    if read.lost & {"as_printed", "unit"}:
        return
    claims = read.frame
    text = claims["as_printed"].fillna("")
    is_number = pd.to_numeric(text.str.replace(",", ""), errors="coerce").notna()
    read.report_cells(
        np.flatnonzero(is_number & claims["unit"].isin(UNITS_IN_PRINT)),
        "as_printed",
        "is the figure without its currency, unit or per cent sign",
        "write it as the page does, or empty the cell where nobody saw it",
    )
    has_term = text.str.contains(TERM_IN_PRINT, case=False, regex=True) & (claims["unit"] != "years")
    read.report_cells(
        np.flatnonzero(has_term),
        "as_printed",
        "says more than the figure",
        "leave the figure alone there, and give the term a claim of its own",
    )


def main_figures_are_printed(tables: Tables) -> None:
    """The figure that a row goes by is the one its headline claim prints."""
    evidence, claims = tables["evidence"], tables["claims"]
    if evidence.frame.empty or claims.frame.empty or evidence.lost or claims.lost & {"claim_id", "value"}:
        return
    headlines = evidence.frame[evidence.frame["role"].isin(LEADING)]
    printed = headlines["claim_id"].map(claims.frame.drop_duplicates("claim_id").set_index("claim_id")["value"])
    for name, column in MAIN_FIGURES.items():
        read = tables[name]
        (key,) = read.table.primary_key
        if read.frame.empty or read.lost & {key, column}:
            continue
        of_table = headlines["table"] == name
        by_row = pd.Series(printed[of_table].to_numpy(), index=headlines.loc[of_table, "row_id"])
        headline_values = read.frame[key].map(by_row[~by_row.index.duplicated()])
        for row in np.flatnonzero((read.frame[column] - headline_values).abs() > 1e-9):
            message = (
                f"is not what the headline claim of {read.frame[key].iloc[row]!r} prints, {headline_values.iloc[row]:g}"
            )
            read.report_cells([int(row)], column, message, "correct the figure, or link another headline")


def figures_have_a_claim(tables: Tables) -> None:
    """Of the claims that a row with a figure rests on, one at least prints a figure."""
    evidence, claims = tables["evidence"], tables["claims"]
    if evidence.frame.empty or claims.frame.empty or evidence.lost or claims.lost:
        return
    with_figure = claims.frame.loc[claims.frame[[*FIGURE_COLUMNS]].notna().any(axis=1), "claim_id"]
    links = evidence.frame[evidence.frame["role"].isin(SUPPORTING)]
    rests_on_figure = links["claim_id"].isin(with_figure)
    for name, column in MAIN_FIGURES.items():
        read = tables[name]
        (key,) = read.table.primary_key
        if read.frame.empty or read.lost:
            continue
        row_ids, of_table = read.frame[key], links["table"] == name
        # A row without any claim, or with one that is not there, has been reported already.
        lacking = row_ids.isin(links.loc[of_table & links["role"].isin(LEADING), "row_id"])
        lacking &= ~row_ids.isin(links.loc[of_table & ~links["claim_id"].isin(claims.frame["claim_id"]), "row_id"])
        lacking &= read.frame[column].notna() & ~row_ids.isin(links.loc[of_table & rests_on_figure, "row_id"])
        read.report_cells(
            np.flatnonzero(lacking),
            column,
            "is printed by none of the claims that the row rests on",
            "add the claim and its evidence, or empty the cell",
            partial(missing_rows.figure, tables, name),
        )


def partial_dates_exist(tables: Tables) -> None:
    for name, column in (("sources", "published_on"), ("claims", "fact_date")):
        days = tables[name].frame[column].where(lambda text: text.str.len() == 10)
        wrong = days.notna() & pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").isna()
        tables[name].report_cells(
            np.flatnonzero(wrong), column, "is not a day of the calendar", "write an existing day"
        )


def precisions_agree(tables: Tables) -> None:
    sources, deals = tables["sources"], tables["deals"]
    if not sources.lost & {"published_on", "date_precision"}:
        fits = sources.frame["published_on"].str.len().fillna(0).map(PRECISION_BY_LENGTH)
        wrong = (fits != sources.frame["date_precision"]) & fits.notna() & sources.frame["date_precision"].notna()
        sources.report_cells(
            np.flatnonzero(wrong), "date_precision", "does not fit published_on", "correct one of the two"
        )
    announced, precision = deals.frame["announced_on"], deals.frame["date_precision"]
    wrong = (precision == "month") & (announced.dt.day != 1) | (precision == "year") & (announced.dt.day_of_year != 1)
    deals.report_cells(
        np.flatnonzero(wrong & announced.notna()),
        "announced_on",
        "is more precise than date_precision",
        "write the first day of the period, or the precision day",
    )


def quarters_are_over_when_known(tables: Tables) -> None:
    for name in ("market_shares", "market_size"):
        frame = tables[name].frame
        quarter = frame["quarter"].where(lambda text: text.str.fullmatch(r"\d{4}Q[1-4]"))
        ends = pd.PeriodIndex(quarter, freq="Q").end_time
        early = frame["known_on"].to_numpy() < ends.to_numpy()
        early &= frame["known_on"].notna().to_numpy() & quarter.notna().to_numpy()
        tables[name].report_cells(
            np.flatnonzero(early),
            "known_on",
            "is before the quarter was over",
            "correct the date or the quarter",
        )


def top3_says_what_it_is(tables: Tables) -> None:
    read = tables["market_size"]
    if read.lost & {"top3_share_pct", "top3_is"}:
        return
    has_share = read.frame["top3_share_pct"].notna()
    wrong = has_share != read.frame["top3_is"].notna()
    read.report_cells(
        np.flatnonzero(wrong), "top3_is", "and top3_share_pct must be given together", "fill or empty both"
    )


def resolutions_are_about_claims(tables: Tables) -> None:
    """A resolution speaks of claims that are there, keeps one that rows follow, and is alone on its conflict."""
    read, claims = tables["resolutions"], tables["claims"]
    about = ["subject", "metric"]
    if read.lost or read.frame.empty or claims.lost & {"claim_id", *about}:
        return
    spoken = set(claims.frame[about].itertuples(index=False, name=None))
    unknown = [pair not in spoken for pair in read.frame[about].itertuples(index=False, name=None)]
    read.report_cells(np.flatnonzero(unknown), "subject", "has no claim of this metric", "correct one of the two")
    metric = read.frame["kept_claim_id"].map(claims.frame.drop_duplicates("claim_id").set_index("claim_id")["metric"])
    other = metric.notna() & (metric != read.frame["metric"])
    read.report_cells(np.flatnonzero(other), "kept_claim_id", "is a claim of another metric", "keep one in conflict")
    evidence = tables["evidence"]
    if not evidence.lost and not evidence.frame.empty:
        against = evidence.frame.loc[evidence.frame["role"] == "conflicts", "claim_id"]
        given_up = read.frame["kept_claim_id"].isin(against)
        message = "conflicts with the row that the ledger has, says evidence.csv"
        read.report_cells(np.flatnonzero(given_up), "kept_claim_id", message, "keep the claim that the row follows")
    twice = read.frame.duplicated(["kind", *about, "fact_date"])
    read.report_cells(np.flatnonzero(twice), "resolution_id", "settles what another row settles", "remove one")


RECORD_RULES: tuple[Callable[[Tables], None], ...] = (
    sources_are_used_and_found,
    pages_are_one_source,
    facts_are_not_younger_than_their_page,
    claims_claim_something,
    prints_have_their_unit,
    main_figures_are_printed,
    figures_have_a_claim,
    partial_dates_exist,
    precisions_agree,
    quarters_are_over_when_known,
    top3_says_what_it_is,
    resolutions_are_about_claims,
    keys_differ_in_more_than_case,
    names_are_not_misspelt,
    changes_are_true,
)
