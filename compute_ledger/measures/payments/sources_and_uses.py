"""Can it pay: where the money of each year would come from, and where it would go."""

from collections.abc import Mapping

import pandas as pd

from compute_ledger.measures.funding import equity_raised
from compute_ledger.shared import rounding
from compute_ledger.shared.open_ends import open_ends

SOURCES, USES = "source", "use"
FIRM, CONDITIONAL, ASSUMED, REPORTED = "firm", "conditional", "assumed", "reported"
LINE_COLUMNS = ["year", "side", "item", "standing", "low_usd_bn", "value_usd_bn", "high_usd_bn"]
# What a company reports of a whole year, and the side it stands on.
YEAR_METRICS = {
    "revenue": SOURCES,
    "total_costs": USES,
    "operating_loss": "result",
    "net_loss": "result",
    "cash_burn": "result",
}


def reported_years(financials: pd.DataFrame, entity: str) -> pd.DataFrame:
    """Revenue, costs, losses and cash burn of one company's past years, as reported.

    Whole years only. Grain: year and item, the newest known row of each. Columns: LINE_COLUMNS (`standing` is
    reported; `side` is result for losses and burn, which follow from the rest) and `financial_id`. "More than 5" has
    no upper end, infinity, and "nearly 5" begins at 0.

    No formula: rows are picked.
    """
    rows = financials[financials["entity"].eq(entity) & financials["metric"].isin(list(YEAR_METRICS))]
    rows = rows[rows["value"].notna() & ~rows["is_projection"]]
    rows = rows[(rows["period_end"] - rows["period_start"]).dt.days.between(363, 366)]
    rows = rows.sort_values(["period_end", "metric", "known_on"]).drop_duplicates(["period_end", "metric"], keep="last")
    low, high = open_ends(rows["value"], rows["low"], rows["high"])
    return pd.DataFrame(
        {
            "year": rows["period_end"].dt.year,
            "side": rows["metric"].map(YEAR_METRICS),
            "item": rows["metric"],
            "standing": REPORTED,
            "low_usd_bn": low,
            "value_usd_bn": rows["value"],
            "high_usd_bn": high,
            "financial_id": rows["financial_id"],
        }
    ).reset_index(drop=True)


def equity_by_year(deals: pd.DataFrame, ties: pd.DataFrame, buyer: str, day: pd.Timestamp) -> pd.DataFrame:
    """Equity put or promised into the buyer, by the year in which it was announced or begins; each dollar once.

    Grain: year and standing (firm or conditional), LINE_COLUMNS; item equity. When a promised part will be paid is
    mostly unpublished: its year is that of `start_on`, else of the announcement.

    No formula: sums of `equity_raised`.
    """
    raised = equity_raised(deals, ties, buyer, day)
    year = raised["start_on"].fillna(raised["announced_on"]).dt.year
    sums = pd.DataFrame(
        {
            "year": year,
            CONDITIONAL: raised["conditional_usd_bn"],
            FIRM: raised["raised_usd_bn"] - raised["conditional_usd_bn"],
        }
    )
    long = sums.melt(id_vars="year", var_name="standing", value_name="value_usd_bn")
    lines = long[long["value_usd_bn"] > 0].groupby(["year", "standing"], as_index=False)["value_usd_bn"].sum()
    lines = lines.assign(
        side=SOURCES, item="equity", low_usd_bn=lines["value_usd_bn"], high_usd_bn=lines["value_usd_bn"]
    )
    return lines[LINE_COLUMNS]


def revenue_share(revenue: pd.Series, share_pct: float, cap_usd_bn: float | None = None) -> pd.Series:
    r"""What a partner gets of each year's revenue, USD bn, until the cap on the sum of all years is reached.

    `revenue` by year, in order. Missing where revenue is; a missing year uses nothing of the cap.

    Formula: $\min(q R_t, \max(0, C - \sum_{s<t} q R_s))$, with share $q$, revenue $R_t$ and cap $C$
    Reference: arithmetic
    """
    due = revenue * share_pct / 100
    if cap_usd_bn is None:
        return due
    before = due.fillna(0.0).cumsum() - due.fillna(0.0)
    return due.clip(upper=(cap_usd_bn - before).clip(lower=0.0))


def lines_ahead(
    revenue: pd.Series,
    schedule: pd.DataFrame,
    *,
    partner_share: pd.Series | None = None,
    other_costs: Mapping[int, float] | None = None,
) -> pd.DataFrame:
    """What years ahead would bring and take: revenue of a path, computing by a schedule, a partner's share of revenue.

    `revenue` from `funding.revenue_path`, `schedule` the `years` of a `ScheduleBand`, `partner_share` from
    `revenue_share`. `other_costs` (staff, research beside computing): by year where the caller has a figure; a year
    without one has no line, which is not zero. Grain: year and item, LINE_COLUMNS, standing assumed.

    No formula: rows are put together.
    """
    computing = schedule.rename(columns={"fitted_usd_bn": "value_usd_bn"}).dropna(subset="value_usd_bn")
    computing = computing.assign(side=USES, item="computing")
    share = pd.Series(dtype=float) if partner_share is None else partner_share
    frames = [
        _lines(revenue, SOURCES, "revenue"),
        computing[computing["year"].isin(revenue.index)],
        _lines(share, USES, "partner's share of revenue"),
        _lines(pd.Series(dict(other_costs or {}), dtype=float), USES, "other costs"),
    ]
    rows = pd.concat([frame for frame in frames if len(frame)] or [_lines(share, USES, "")])
    return rows.assign(standing=ASSUMED)[LINE_COLUMNS].sort_values(["year", "side", "item"], ignore_index=True)


def _lines(amounts: pd.Series, side: str, item: str) -> pd.DataFrame:
    present = amounts.dropna()
    years = present.index.to_numpy(dtype=int)
    ends = dict.fromkeys(["low_usd_bn", "value_usd_bn", "high_usd_bn"], present.to_numpy(dtype=float))
    return pd.DataFrame({"year": years, "side": side, "item": item, **ends})


def together(reported: pd.DataFrame, equity: pd.DataFrame, ahead: pd.DataFrame) -> pd.DataFrame:
    """Reported years, equity and years ahead as one list of LINE_COLUMNS; a reported year is not assumed again.

    No formula: rows are put together.
    """
    assumed = ahead[~ahead["year"].isin(reported["year"])]
    frames = [frame for frame in (reported, equity, assumed) if len(frame)]
    rows = pd.concat(frames, ignore_index=True) if frames else ahead
    return rows[LINE_COLUMNS].sort_values(["year", "side", "item"], kind="stable", ignore_index=True)


def balance_by_year(lines: pd.DataFrame) -> pd.DataFrame:
    r"""Sources less uses of each year, with and without the sources that hang on a condition.

    Grain: one row a year with a source and a use. Columns: `year`, `sources_usd_bn` (without conditional ones),
    `conditional_usd_bn`, `uses_usd_bn`, `uses_low_usd_bn`, `uses_high_usd_bn`, `balance_usd_bn` (firm sources less
    uses), `balance_low_usd_bn` (least sources, most uses), `balance_high_usd_bn` (most sources and the conditional
    ones, least uses).

    Formula: $\sum_i S_{i,t} - \sum_j U_{j,t}$, with sources $S$ and uses $U$ of year $t$
    Reference: arithmetic
    """
    ends = ["low_usd_bn", "value_usd_bn", "high_usd_bn"]
    role = lines["side"].mask(lines["side"].eq(SOURCES) & lines["standing"].eq(CONDITIONAL), CONDITIONAL)
    sums = lines.assign(role=role).groupby(["role", "year"])[ends].sum()
    empty = pd.DataFrame(columns=ends, index=pd.Index([], name="year"), dtype=float)
    source, use, conditional = (
        sums.loc[name] if name in sums.index else empty for name in (SOURCES, USES, CONDITIONAL)
    )
    years = source.index.intersection(use.index)
    source, use = source.loc[years], use.loc[years]
    conditional = conditional.reindex(years).fillna(0.0)
    return pd.DataFrame(
        {
            "sources_usd_bn": source["value_usd_bn"],
            "conditional_usd_bn": conditional["value_usd_bn"],
            "uses_usd_bn": use["value_usd_bn"],
            "uses_low_usd_bn": use["low_usd_bn"],
            "uses_high_usd_bn": use["high_usd_bn"],
            "balance_usd_bn": source["value_usd_bn"] - use["value_usd_bn"],
            "balance_low_usd_bn": source["low_usd_bn"] - use["high_usd_bn"],
            "balance_high_usd_bn": source["high_usd_bn"] + conditional["high_usd_bn"] - use["low_usd_bn"],
        }
    ).reset_index()


def growth_to_cover(base_usd_bn: float, base_year: int, uses: pd.Series) -> pd.Series:
    r"""Growth of revenue a year, in percent, after which revenue alone equals the uses of each year.

    `uses` by year, USD bn. Missing for the base year and before, where nothing is due, or without a base above zero.

    Formula: $100 ((\frac{U_t}{R_0})^{\frac{1}{t - t_0}} - 1)$, with uses $U_t$ of year $t$ and revenue $R_0$ of year
    $t_0$
    Reference: arithmetic
    """
    ahead = pd.Series(uses.index.to_numpy() - base_year, uses.index, dtype=float)
    times = uses.where((uses > 0) & (ahead > 0)) / (base_usd_bn if base_usd_bn > 0 else float("nan"))
    return 100 * (times ** (1 / ahead.where(ahead > 0)) - 1)


def months_of_money(cash_usd_bn: float, burn_usd_bn_per_year: float) -> float:
    r"""How many months a sum lasts at a yearly burn; infinite where nothing is burnt.

    Formula: $\frac{12\, K}{b}$, with money $K$ and burn $b$ a year
    Reference: arithmetic
    """
    if rounding.rounded(burn_usd_bn_per_year) <= 0:
        return float("inf")
    return 12 * cash_usd_bn / burn_usd_bn_per_year
