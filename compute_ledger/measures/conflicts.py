"""Conflicts between sources: computed from claims that cannot both hold, never listed by hand."""

import re

import pandas as pd

from compute_ledger.measures.bounds.intervals import DATE_LENGTHS, SAME, date_groups, in_dispute, spans
from compute_ledger.shared import rounding

GRADES = ("A", "A-", "B", "C")
HEADLINE_METRIC = "amount"
QUOTED_METRIC = "commitments_quoted"
KEY = ["kind", *SAME, "fact_date"]
SETTLED = ["kind", "subject", "metric"]  # what a resolution and its conflict have alike
COLUMNS = [
    *("conflict_id", *KEY, "claim_ids", "claims", "low", "high", "first_date", "last_date", "best_grade"),
    *("resolution_id", "kept_claim_id", "reason", "cause"),
]
# What makes claims of a kind differ, where no resolution says it; figures and days of one thing are in conflict.
CAUSE_BY_KIND = {"amended": "amendment", "wording": "wording", "sum": "label"}
REAL = "conflict"
POSITION_COLUMNS = [
    *("conflict_id", "claim_id", "value", "low", "high", "unit", "value_date", "value_precision"),
    *("as_printed", "fact_date", "publisher", "grade", "source_id", "kept"),
]


def conflicts(
    claims: pd.DataFrame,
    deals: pd.DataFrame | None = None,
    resolutions: pd.DataFrame | None = None,
    sources: pd.DataFrame | None = None,
) -> pd.DataFrame:
    r"""All conflicts between `claims`.

    Grain: one row a conflict, by kind, subject, metric and date. Columns:
    `conflict_id` (stable slug), `kind`, `subject`, `metric`, `unit`, `fact_date` (the least precise date of the group,
    "" for none), `claim_ids` (tuple), `claims` (count), `low` and `high` (hull of the figures, in `unit`), `first_date`
    and `last_date` (hull of claimed days), `best_grade` (missing without `sources`), `resolution_id`, `kept_claim_id`
    and `reason` (missing without `resolutions`, or where none is), and `cause` (conflict where claims cannot both hold;
    amendment, misprint, label, edition or wording where they differ for another reason, see the codebook).

    kind value: figures about the same thing whose intervals do not meet. date: the same for days. With `deals` also
    amended: a deal and the one it replaces, a metric of both, another figure; wording: headline amounts of one deal
    that are printed differently though they can all hold (11.9 and nearly 12). Kind sum: see `quoted_against_sum`.

    Formula: $\max(l_1, l_2) > \min(h_1, h_2)$: two claims, of what lies from $l$ to $h$, that cannot both hold
    Reference: arithmetic
    """
    rows = spans(claims)
    disputed = in_dispute(rows)
    kind = disputed["unit"].eq("date").map({True: "date", False: "value"}).astype("object")
    members = [disputed.assign(kind=kind, fact_date=disputed["date_group"])]
    if deals is not None:
        members += [_reworded(rows, disputed, deals), _amended(rows, deals)]
    return _summary(pd.concat(members), resolutions, sources)


def quoted_against_sum(
    claims: pd.DataFrame,
    total_usd_bn: float,
    as_of: pd.Timestamp,
    resolutions: pd.DataFrame | None = None,
    sources: pd.DataFrame | None = None,
    subject: str = "",
) -> pd.DataFrame:
    """Quoted totals of commitments that the ledger's own sum on `as_of`, in USD bn, does not bear out.

    Grain and columns: those of `conflicts`, one row a quoted figure, kind sum, the sum being inside `low` to `high`.
    `subject` narrows the claims to one buyer's; the metric is commitments_quoted.

    Formula: $S < l$ or $S > h$: a quotation of what lies from $l$ to $h$, and the sum $S$ of the ledger
    Reference: arithmetic
    """
    quoted = claims[claims["metric"] == QUOTED_METRIC]
    rows = spans(quoted[quoted["subject"] == subject] if subject else quoted)
    total_usd_bn = rounding.rounded(total_usd_bn)
    rows = rows[(rows["unit"] == "usd_bn") & ((rows["end"] < total_usd_bn) | (rows["start"] > total_usd_bn))]
    figure = rows["value"].fillna(rows["low"]).fillna(rows["high"])
    members = rows.assign(kind="sum", fact_date=f"{as_of:%Y-%m-%d}", figure=figure)
    conflict_rows = _summary(members, resolutions, sources, [*KEY, "figure"])
    low, high = conflict_rows["low"].clip(upper=total_usd_bn), conflict_rows["high"].clip(lower=total_usd_bn)
    return conflict_rows.assign(low=low, high=high)


def positions(conflict_rows: pd.DataFrame, claims: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """What each claim in a conflict says.

    Grain: one row a claim in a conflict, in the order of `conflict_rows`. Columns: `conflict_id`, `claim_id`, `value`,
    `low`, `high` (in `unit`), `unit`, `value_date`, `value_precision`, `as_printed`, `fact_date`, `publisher`, `grade`,
    `source_id`, `kept` (bool: the claim that the resolution keeps).

    No formula: rows are picked.
    """
    rows = conflict_rows[["conflict_id", "claim_ids", "kept_claim_id"]].explode("claim_ids", ignore_index=True)
    rows = rows.rename(columns={"claim_ids": "claim_id"}).merge(claims, on="claim_id", how="left")
    rows = rows.merge(sources[["source_id", "publisher", "grade"]], on="source_id", how="left")
    return rows.assign(kept=(rows["claim_id"] == rows["kept_claim_id"]).fillna(False).astype(bool))[POSITION_COLUMNS]


def _reworded(rows: pd.DataFrame, disputed: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """Headline amounts of a deal that differ in print, of groups without a dispute."""
    amounts = rows[(rows["metric"] == HEADLINE_METRIC) & rows["subject"].isin(deals["deal_id"]) & rows["value"].notna()]
    amounts = amounts[~amounts["subject"].isin(disputed.loc[disputed["metric"] == HEADLINE_METRIC, "subject"])]
    amounts = amounts.assign(kind="wording", fact_date=date_groups(amounts))
    return amounts[amounts.groupby(KEY, sort=False)["value"].transform("nunique") > 1]


def _amended(rows: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """Figures of a deal and of the deal it replaces where they differ (by their medians), as the newer one's."""
    pairs = deals.loc[deals["replaces"].notna(), ["deal_id", "replaces"]].astype("object")
    figures = rows[rows["value"].notna() & ~rows["unit"].isin(["date", "none"])]
    sides = []
    for side, column in (("new", "deal_id"), ("old", "replaces")):
        of_side = figures.merge(pairs.assign(amends=pairs["deal_id"], key=pairs[column]), left_on="subject",
                                right_on="key")  # fmt: skip
        sides.append(of_side.assign(side=side, subject=of_side["amends"]))
    side_figures = pd.concat(sides).assign(kind="amended", fact_date="")
    medians = side_figures.pivot_table("value", index=KEY, columns="side", aggfunc="median").pipe(
        rounding.frame, rounding.FINER
    )
    if not {"new", "old"} <= set(medians.columns):
        return side_figures.iloc[:0]
    changed = medians[(medians["new"] != medians["old"]) & medians.notna().all(axis=1)].reset_index()[KEY]
    return side_figures.merge(changed, on=KEY)


def _summary(
    members: pd.DataFrame,
    resolutions: pd.DataFrame | None,
    sources: pd.DataFrame | None,
    key: list[str] | None = None,
) -> pd.DataFrame:
    """One row for each group of `members` (claims with `kind` and the group's `fact_date`)."""
    key = key or KEY
    if sources is not None:
        place = sources["grade"].map({grade: place for place, grade in enumerate(GRADES)})
        members = members.assign(place=members["source_id"].map(pd.Series(place.to_numpy(), sources["source_id"])))
    else:
        members = members.assign(place=float("nan"))
    figures = members[["value", "low", "high"]].astype("float64")
    members = members.assign(least=figures.min(axis=1), most=figures.max(axis=1)).sort_values([*key, "claim_id"])
    rows = members.groupby(key, sort=True).agg(
        claim_ids=("claim_id", tuple),
        claims=("claim_id", "size"),
        low=("least", "min"),
        high=("most", "max"),
        first_date=("value_date", "min"),
        last_date=("value_date", "max"),
        best_grade=("place", "min"),
    )
    rows = rows.reset_index()
    grades = rows["best_grade"].map(dict(enumerate(GRADES))).astype("str")
    rows = _resolved(rows.assign(best_grade=grades, conflict_id=_slugs(rows, key)), resolutions)
    cause = rows["cause"].fillna(rows["kind"].map(CAUSE_BY_KIND)).fillna(REAL).astype("object")
    return rows.assign(cause=cause).sort_values("conflict_id", kind="stable", ignore_index=True)[COLUMNS]


def _slugs(rows: pd.DataFrame, key: list[str]) -> list[str]:
    """Names that stay as long as what the conflict is about does; the unit only where it tells two apart."""
    parts = ["subject", "metric", "fact_date", *(["figure"] if "figure" in key else []), "kind"]
    names = [_slug(row) for row in rows[parts].itertuples(index=False, name=None)]
    twins = pd.Series(names, dtype="object").duplicated(keep=False)
    units = rows["unit"]
    names = [f"{name}-{_slug((unit,))}" if twin else name for name, unit, twin in zip(names, units, twins, strict=True)]
    # Signs are no part of a slug: what only they tell apart is numbered.
    repeats = pd.Series(names, dtype="object").groupby(names).cumcount()
    return [f"{name}-{times + 1}" if times else name for name, times in zip(names, repeats, strict=True)]


def _slug(parts: tuple[object, ...]) -> str:
    text = "-".join(f"{part:g}" if isinstance(part, float) else str(part) for part in parts if part != "")
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _resolved(rows: pd.DataFrame, resolutions: pd.DataFrame | None) -> pd.DataFrame:
    """`rows` with the resolution of the same kind, subject and metric whose date is compatible, the nearest first."""
    resolution_columns = ["resolution_id", "kept_claim_id", "reason", "cause"]
    if resolutions is None or resolutions.empty:
        return rows.assign(**dict.fromkeys(resolution_columns))
    if "cause" not in resolutions:
        resolutions = resolutions.assign(cause=None)
    conflict = rows[["conflict_id", *SETTLED]].assign(date=rows["fact_date"], length=rows["fact_date"].str.len())
    dates = resolutions["fact_date"].astype("object").fillna("")
    settled = resolutions[[*resolution_columns, *SETTLED]].assign(date=dates, settled_length=dates.str.len())
    pairs = pd.concat([_begun(conflict, settled), _begun(settled, conflict)])
    nearest = pairs.assign(gap=(pairs["length"] - pairs["settled_length"]).abs())
    nearest = nearest.sort_values(["gap", "resolution_id"]).drop_duplicates("conflict_id")
    return rows.merge(nearest[["conflict_id", *resolution_columns]], on="conflict_id", how="left")


def _begun(longer: pd.DataFrame, shorter: pd.DataFrame) -> pd.DataFrame:
    """Pairs about the same thing of which the second date is, or begins, the first; by the length of the second, so
    that no more pairs are made than fit."""
    of_length = [shorter[shorter["date"].str.len() == length] for length in DATE_LENGTHS]
    begun = zip(DATE_LENGTHS, of_length, strict=True)
    return pd.concat(
        longer.assign(date=longer["date"].str[:length]).merge(rows, on=[*SETTLED, "date"]) for length, rows in begun
    )
