"""Which claims and sources each row rests on, and what is left of them from a lowest grade on."""

import numpy as np
import pandas as pd

from compute_ledger.ledger.grades import admitted_grades
from compute_ledger.ledger.leading_claims import SUPPORTING, best_first, graded_links
from compute_ledger.ledger.shown_from import sources_shown_from

Frames = dict[str, pd.DataFrame]


def admitted_links(frames: Frames, shown_from: pd.Series, day: pd.Timestamp, min_grade: str) -> pd.DataFrame:
    """Evidence as a reader of that day had it, from sources of an admitted grade.

    shown_from: of each claim the day from which the ledger can show it, by `claim_id`.
    Adds the columns of `ranked_links`.
    """
    links = links_on(ranked_links(frames), frames["claims"], shown_from, day)
    return links[links["grade"].isin(admitted_grades(min_grade))]


def ranked_links(frames: Frames) -> pd.DataFrame:
    """All evidence, whatever the day and the grade.

    Adds the columns of `graded_links` and `rank`: the place of a link among those that may lead its row, 0 for the
    one that leads, missing for all others.
    """
    links = graded_links(frames["evidence"], frames["claims"], frames["sources"])
    # The leading claim of the ledger first, whatever the rule says: `check` finds where the two differ.
    order = best_first(links).sort_values("follows", kind="stable")
    return links.assign(rank=order.groupby(["table", "row_id"], sort=False).cumcount())


def links_on(
    links: pd.DataFrame, claims: pd.DataFrame, shown_from: pd.Series, day: "pd.Timestamp | pd.Series[pd.Timestamp]"
) -> pd.DataFrame:
    """Of `ranked_links`, those that a reader of that day had; `day` is one for all, or one for each link.

    Where no page of the day prints the row's metric, all its support may lead.
    What can be shown only from a later day on is left out, except for rows that nothing else supports: of those the
    public knew, but the pages found are younger. What these date to a later day is left out as well.
    """
    later = links["claim_id"].map(shown_from) > day
    if not later.any():
        return links
    row = links["table"] + "/" + links["row_id"]
    to_come = links["claim_id"].map(claims.set_index("claim_id")["value_date"]) > day
    out = row.isin(row[~later & links["role"].isin(SUPPORTING)]) | to_come
    return _led(links[~(later & out)])


def _led(links: pd.DataFrame) -> pd.DataFrame:
    """`links` in which, of rows whose metric no page of the day prints, all other support may lead, the best first."""
    rows = links["table"] + "/" + links["row_id"]
    orphans = links[~rows.isin(rows[links["rank"].notna()]) & links["role"].isin(SUPPORTING)]
    order = orphans.sort_values(["place", "source_id"], kind="stable")
    return links.assign(rank=links["rank"].fillna(order.groupby(["table", "row_id"], sort=False).cumcount()))


def with_sources(frame: pd.DataFrame, key: str, links: pd.DataFrame) -> pd.DataFrame:
    """`frame` with `grade`, `source_id`, `source_ids` and `derived` from the `links` of its table.

    grade and source_id: of the claim that leads the row, or of the best that is left of those that may; missing
    where there are none. source_ids: the supporting sources, best grade first, then by name. derived: whether no
    page prints the figure, so that it is computed from what they print.
    """
    links = links[links["role"].isin(SUPPORTING)]
    best = links.sort_values(["row_id", "place", "source_id"], kind="stable")
    leads = links[links["rank"].notna()].sort_values("rank", kind="stable").drop_duplicates("row_id")
    leads = leads.set_index("row_id")
    by_source = best.drop_duplicates(["row_id", "source_id"])
    rows = frame[key]
    return frame.assign(
        grade=rows.map(leads["grade"]).astype("str"),
        source_id=rows.map(leads["source_id"]).astype("str"),
        source_ids=rows.map(_tuples(by_source["row_id"], by_source["source_id"])),
        derived=rows.map(leads["is_derived"]).eq(True),
    )


def _tuples(keys: pd.Series, values: pd.Series) -> pd.Series:
    """One tuple of `values` for each of the sorted `keys`; slices of one list, as a groupby would take seconds."""
    names, texts = keys.to_numpy(dtype=object), values.tolist()
    starts = np.flatnonzero(np.append(True, names[1:] != names[:-1])[: len(names)])
    ends = [*starts[1:], len(texts)][: len(starts)]
    slices = [tuple(texts[start:end]) for start, end in zip(starts, ends, strict=True)]
    return pd.Series(slices, index=names[starts], dtype=object)


def still_linked(
    frames: Frames, links: pd.DataFrame, keys: dict[str, str], shown_from: pd.Series, day: pd.Timestamp, min_grade: str
) -> Frames:
    """Sources, claims and evidence that the rows in `frames` rest on or are contradicted by.

    shown_from: of each claim the day from which the ledger can show it, by `claim_id`. A claim that never had a row
    (the statement of a source about something no table holds) stays as long as its source is admitted and that day
    has come.
    """
    evidence, claims, sources = frames["evidence"], frames["claims"], frames["sources"]
    has_row = pd.Series(False, index=links.index)
    for name, key in keys.items():
        has_row |= (links["table"] == name) & links["row_id"].isin(frames[name][key])
    linked = links.loc[has_row, evidence.columns.tolist()]
    readable = sources.loc[sources["grade"].isin(admitted_grades(min_grade)), "source_id"]
    shown = claims["claim_id"].map(shown_from) <= day
    rowless = ~claims["claim_id"].isin(evidence["claim_id"]) & claims["source_id"].isin(readable) & shown
    later = sources["source_id"].map(sources_shown_from(claims, shown_from)) > day
    claims = claims[claims["claim_id"].isin(linked["claim_id"]) | rowless]
    sources = sources.assign(published_later=later)[sources["source_id"].isin(claims["source_id"])]
    linked_frames = {"evidence": linked, "claims": claims, "sources": sources}
    return {name: frame.reset_index(drop=True) for name, frame in linked_frames.items()}
