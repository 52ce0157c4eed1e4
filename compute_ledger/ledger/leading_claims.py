"""Which claim leads a row, how far a figure is open to either side, and how well a derived figure is graded.

One place for the rules that the check demands of `data/` and that an edition of an earlier day follows.
"""

import pandas as pd

from compute_ledger.ledger.grades import GRADES
from compute_ledger.shared.open_ends import open_ends

LEADING = ("headline", "derived")
PARTS = "part"
SUPPORTING = (*LEADING, PARTS, "supports")
# Of a claim that is weaker than this, no doubt falls on a row that it contradicts.
WEAKEST_DOUBT = "B"
UNDATED = "9999"
LAST_DAYS = {4: "-12-31", 7: "-31", 10: ""}
LEADING_ORDER = ["row_id", "place", "is_derived", "is_range", "published_by", "follows", "claim_id"]


def graded_links(links: pd.DataFrame, claims: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """`links` (rows of `evidence`) with what they are ordered by.

    Adds `source_id`, `metric`, `place` (of the grade; 0 is best; of a derived figure the worst among it and its
    parts), `grade`, `is_derived`, `is_range` (the claim gives no single figure or day) and `published_by` (the last
    day that the source's date allows; undated last). A link to an unknown claim has them missing.
    """
    about = claims.drop_duplicates("claim_id").set_index("claim_id")
    by_source = sources.drop_duplicates("source_id").set_index("source_id")
    published = by_source["published_on"].fillna("").astype(str)
    dates = (published + published.str.len().map(LAST_DAYS).fillna("")).where(published != "", UNDATED)
    source_id = links["claim_id"].map(about["source_id"])
    links = links.assign(
        source_id=source_id,
        metric=links["claim_id"].map(about["metric"]),
        place=source_id.map(by_source["grade"]).map({grade: place for place, grade in enumerate(GRADES)}),
        is_derived=links["role"] == "derived",
        is_range=links["claim_id"].map(about["value"].isna() & about["value_date"].isna()).eq(True),
        published_by=source_id.map(dates),
    )
    place = links["place"].mask(links["is_derived"], _worst_of_parts(links))
    return links.assign(place=place, grade=place.map(dict(enumerate(GRADES))).astype("str"))


def _worst_of_parts(links: pd.DataFrame) -> pd.Series:
    """For each link the worst grade among the derived figure of its row and the parts of that."""
    of_figure = links["role"].isin(["derived", PARTS])
    return links["place"].where(of_figure).groupby([links["table"], links["row_id"]]).transform("max")


def best_first(links: pd.DataFrame) -> pd.DataFrame:
    """Of `graded_links`, those that may lead their row, the one that should lead first.

    Claims of the metric that the row is led by, that agree with it: the best grade first; at equal grades a printed
    figure before a derived one, a figure before a range, the earlier publication before the later, and where all that
    is equal the one that leads.
    """
    leads = links[links["role"].isin(LEADING)].drop_duplicates(["table", "row_id"])
    metric_by_row = pd.Series(leads["metric"].to_numpy(), index=pd.MultiIndex.from_frame(leads[["table", "row_id"]]))
    rows = pd.MultiIndex.from_frame(links[["table", "row_id"]])
    same = (links["metric"] == metric_by_row.reindex(rows).to_numpy()) & links["role"].isin((*LEADING, "supports"))
    may_lead = links[same].assign(follows=~links["role"].isin(LEADING))
    return may_lead.sort_values(["table", *LEADING_ORDER], kind="stable")


def row_intervals(links: pd.DataFrame, claims: pd.DataFrame, settled: pd.DataFrame) -> pd.DataFrame:
    """What the claims of a row allow its figure to be: the only source of a row's low and high.

    The interval is that of the leading claim. Where its print is exact, a claim that agrees with it, prints the same
    figure and is as well graded opens an end ("over 300"). Only one other thing widens it: a claim of the metric
    against the row, graded B or better, in a conflict for which `settled` (resolutions that keep a claim) has no row.
    So a weak page widens nothing, and neither does a conflict that is settled.

    `links` from `graded_links`. Grain: one row a row of the ledger, indexed by table and row_id; columns `low` and
    `high` in the claim's unit; 0 and infinity where open.
    """
    figures = claims.drop_duplicates("claim_id").set_index("claim_id")[["subject", "value", "low", "high"]]
    links = links.join(figures, on="claim_id")
    key = ["table", "row_id"]
    leads = links[links["role"].isin(LEADING)].drop_duplicates(key)
    links = links.merge(leads[[*key, "metric", "value", "low", "high", "place"]], on=key, suffixes=("", "_of_lead"))
    links = links[links["metric"] == links["metric_of_lead"]]
    leading = links["role"].isin(LEADING)
    exact = links["low_of_lead"].isna() & links["high_of_lead"].isna()
    same_figure = (links["value"] == links["value_of_lead"]) & (links["place"] <= links["place_of_lead"])
    opens = links["role"].eq("supports") & exact & same_figure & (links["low"].isna() != links["high"].isna())
    is_settled = pd.MultiIndex.from_frame(links[["subject", "metric"]]).isin(
        pd.MultiIndex.from_frame(settled[["subject", "metric"]])
    )
    weakest = GRADES.index(WEAKEST_DOUBT)
    doubtful = links["role"].eq("conflicts") & (links["place"] <= weakest) & ~is_settled
    counted = links[leading | opens | doubtful]
    low, high = open_ends(counted["value"], counted["low"], counted["high"])
    return counted.assign(low=low, high=high).groupby(key).agg({"low": "min", "high": "max"})
