"""How well a figure is borne out by the claims of the rows that it is computed from."""

import pandas as pd

from compute_ledger.measures.evidence.origins import origins

GRADES = ("A", "A-", "B", "C")
LEADING = ("headline", "derived")
SUPPORTING = (*LEADING, "part", "supports")
FIRST_DAYS = {4: "-01-01", 7: "-01", 10: ""}  # of sources dated to the year or month: no age is put too low
ROW = ["figure", "table", "row_id"]


def evidence_strength(
    rows: pd.DataFrame, evidence: pd.DataFrame, claims: pd.DataFrame, sources: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    r"""Grades, origins, age and print of the claims behind each figure.

    `rows` says what each figure rests on: `figure`, `table`, `row_id` (a row of the ledger) and its `grade` (of the
    leading claim, or of the best that is left). The other frames are tables of the ledger, known on `as_of`.

    Grain: one row a figure, in the order of `rows`. Columns: `figure`; `rows` (count); `best_grade` and `lowest_grade`
    of the rows; `origins` (count, see `origins`) and `fewest_origins` (those of the row that has fewest), both of the
    claims that lead or support; `age_days` (from the newest dated source of these to `as_of`, a month or year counting
    from its first day; missing where none is dated); `seen_pct` (of the leading claims, in %, those whose wording was
    seen on the page; missing without any).

    Formula: $100 \, n_{seen} / n_{leading}$, and $d_{as\,of} - \max_i d_i$ over the days $d_i$ of the sources
    In words: share seen = 100 × leading claims with their print ÷ leading claims; age = the day − the newest source
    Reference: arithmetic
    """
    published = sources["published_on"].astype("str")
    first_days = pd.to_datetime(published + published.str.len().map(FIRST_DAYS), errors="coerce")
    about = sources.assign(origin=origins(sources["publisher"]), day=first_days)[["source_id", "origin", "day"]]
    cited = evidence.merge(claims[["claim_id", "source_id", "as_printed"]], on="claim_id").merge(about, on="source_id")
    links = rows[ROW].drop_duplicates().merge(cited[cited["role"].isin(SUPPORTING)], on=["table", "row_id"])
    graded = rows.drop_duplicates(ROW).assign(place=rows["grade"].map({grade: i for i, grade in enumerate(GRADES)}))
    place = graded.groupby("figure", sort=False)["place"]
    by_figure = links.groupby("figure")
    leading = links[links["role"].isin(LEADING)]
    strength = pd.DataFrame(
        {
            "rows": place.size(),
            "best_grade": place.min().map(dict(enumerate(GRADES))),
            "lowest_grade": place.max().map(dict(enumerate(GRADES))),
            "origins": by_figure["origin"].nunique(),
            "fewest_origins": links.groupby(ROW)["origin"].nunique().groupby("figure").min(),
            "age_days": (as_of - by_figure["day"].max()).dt.days.clip(lower=0),
            "seen_pct": 100 * leading["as_printed"].notna().groupby(leading["figure"]).mean(),
        }
    )
    order = rows["figure"].drop_duplicates()
    return strength.reindex(order).rename_axis("figure").reset_index()
