"""The cloud market: latest shares, shares over time, the HHI interval, market size and an entrant."""

import altair as alt
import pandas as pd

from ..measures import market as measure
from . import prose
from .outputs import Exhibit
from .theme import BLUE, GREY, INK, MUTED, VERMILION, colours, days, finish, text, ticks, time_scale, when_narrow

RULE_LABELS = {"proportional": "from all in proportion", "from_leader": "from the leader", "from_tail": "from the tail"}
GUIDELINES = pd.DataFrame(
    {
        "hhi": [measure.MODERATELY_CONCENTRATED, measure.HIGHLY_CONCENTRATED],
        "label": ["1,000 moderately concentrated", "1,800 highly concentrated"],
    }
)


def guidelines() -> tuple[alt.Chart, list[alt.Chart]]:
    """The lines of the US Merger Guidelines 2023, and their labels at the left edge, to be drawn last."""
    base = alt.Chart(GUIDELINES).encode(y="hhi:Q")
    rules = base.mark_rule(strokeDash=[4, 3], strokeWidth=1)
    labels = base.encode(text="label:N", x=alt.value(0))
    return rules, text(labels, align="left", dx=4, dy=-7, color=MUTED, fontSize=11)


def latest(shares: pd.DataFrame, quarter: str, estimate: str, as_of: pd.Timestamp) -> Exhibit:
    """Shares of one quarter with the interval that rounding leaves open. `shares` from `latest_shares`."""
    subtitle = f"Share of cloud infrastructure services revenue, %, {prose.quarter(quarter)}, {prose.ESTIMATE_LABELS[estimate]}"
    leader = shares.iloc[0]
    top = measure.top_k(shares)
    data = shares[["provider", "share_pct", "low_pct", "high_pct"]].round(3)
    data = data.assign(label=data["share_pct"].map(lambda value: prose.pct(value)))
    order = data["provider"].tolist()
    y = alt.Y("provider:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelColor=INK))
    bars = alt.Chart(data).encode(y=y)
    x = alt.X("share_pct:Q", title=None, axis=None, scale=alt.Scale(domain=[0, float(data["high_pct"].max()) * 1.15]))
    chart = alt.layer(
        bars.mark_bar(height=18).encode(x=x, color=alt.Color("provider:N", scale=colours(order), legend=None)),
        bars.mark_rule(color=INK, strokeWidth=2).encode(x="low_pct:Q", x2="high_pct:Q"),
        bars.mark_text(align="left", dx=7).encode(x="high_pct:Q", text="label:N"),
    )
    named = prose.count(min(3, len(shares)), "largest provider")
    return Exhibit(
        id="latest-shares",
        title=f"The {named} hold {prose.pct(top['share_pct'])} of the market; {leader['provider']} leads with {prose.pct(leader['share_pct'])}",
        subtitle=f"{subtitle}; black lines: what rounding leaves open",
        description=(
            f"Bar chart of {len(shares)} cloud providers by share of revenue in {prose.quarter(quarter)}: "
            f"{prose.names(shares['provider'] + ' ' + shares['share_pct'].map(prose.pct))}."
        ),
        chart=finish(chart, height=34 * len(data) + 20),
        table=shares,
        columns={
            "provider": ("Provider", ""),
            "share_pct": ("Share", "%"),
            "low_pct": ("Low", "%"),
            "high_pct": ("High", "%"),
            "share_is": ("Printed as", ""),
            "grade": ("Grade", ""),
        },
        source_ids=prose.lead_sources(shares),
        as_of=as_of,
        evidence=("market_shares", "share_id"),
        note="Shares printed as whole numbers stand for anything within half a point. Providers that the estimate does not name are left out.",
    )


def over_time(shares: pd.DataFrame, estimate: str, as_of: pd.Timestamp, leaders: int = 3) -> Exhibit:
    """Lines of the largest providers; a missing quarter or a series break is a gap, never bridged.

    `shares` from `measures.market.series`.
    """
    newest = shares[shares["quarter"] == measure.pick_quarter(shares, "latest")]
    order = newest.nlargest(leaders, "share_pct")["provider"].tolist()
    rows = shares[shares["provider"].isin(order)]
    data = (
        rows[["provider", "share_pct", "low_pct", "high_pct", "segment"]]
        .round(3)
        .assign(day=rows["start"].dt.strftime("%Y-%m-%d"))
    )
    first, last = rows["start"].min(), rows["start"].max()
    time = time_scale(first, max(last, first + pd.Timedelta(days=1)), wide=0.2, narrow=0.55)
    x = alt.X("day:T", scale=time, axis=days(values=ticks(first, last, 9), format="%b %Y", labelBound=True))
    y = alt.Y(
        "share_pct:Q",
        title="%",
        scale=alt.Scale(domain=[0, float(rows["high_pct"].max()) + 3], nice=False),
        axis=alt.Axis(tickCount=5),
    )
    base = alt.Chart(data).encode(x=x, color=alt.Color("provider:N", scale=colours(order), legend=None))
    ends = data.sort_values("day").groupby("provider").tail(1)
    ends = ends.assign(label=ends["provider"] + " " + ends["share_pct"].map(prose.pct))
    breaks = rows.loc[rows["series_break"], "start"].drop_duplicates().dt.strftime("%Y-%m-%d")
    layers = [
        alt.Chart(pd.DataFrame({"day": breaks}))
        .mark_rule(strokeDash=[2, 3])
        .encode(x=x, description=alt.value("series break")),
        base.mark_rule(strokeWidth=5, opacity=0.25).encode(y=alt.Y("low_pct:Q", title="%"), y2="high_pct:Q"),
        base.mark_line(strokeWidth=2).encode(y=y, detail="segment:N"),
        base.mark_circle(size=18, opacity=1).encode(y=y),
        alt.Chart(ends).mark_text(align="left", dx=7, color=INK).encode(x=x, y=y, text="label:N"),
    ]
    changes = _changes(rows)
    return Exhibit(
        id="shares-over-time",
        title=changes,
        subtitle=(
            f"Share of cloud infrastructure services revenue, %, {prose.quarter(rows['quarter'].min())} to "
            f"{prose.quarter(rows['quarter'].max())}, {prose.ESTIMATE_LABELS[estimate]}"
        ),
        description=f"Line chart of the {prose.count(len(order), 'largest provider')} with rounding intervals. {changes}. {prose.capital(prose.count(len(breaks), 'series break'))} marked.",
        chart=finish(alt.layer(*layers), height=320, narrow_height=280),
        table=rows,
        columns={
            "provider": ("Provider", ""),
            "quarter": ("Quarter", ""),
            "share_pct": ("Share", "%"),
            "low_pct": ("Low", "%"),
            "high_pct": ("High", "%"),
            "series_break": ("Series break", ""),
        },
        source_ids=prose.lead_sources(rows),
        as_of=as_of,
        evidence=("market_shares", "share_id"),
        note="Dotted lines mark series breaks: a change of scope or a restatement. Lines stop at breaks and at missing quarters, and nothing is compared across a break.",
    )


def _changes(rows: pd.DataFrame) -> str:
    """How each share moved since the newest series break; where nothing came after it, how each stands."""
    broken = rows.loc[rows["series_break"], "quarter"]
    whole = rows[rows["quarter"] >= (broken.max() if len(broken) else "")]
    first, last = whole.groupby("provider")["quarter"].min().max(), whole["quarter"].max()
    told = whole[whole["quarter"] >= first].sort_values("quarter").groupby("provider")["share_pct"]
    if first == last:
        return f"In {prose.quarter(last)}: " + prose.names(
            f"{name} {prose.pct(shares.iloc[-1])}" for name, shares in told
        )
    moves = [f"{name} {prose.moved(shares.iloc[0], shares.iloc[-1])}%" for name, shares in told]
    return f"Since {prose.quarter(first)} {prose.names(moves)}"


def hhi_interval(by_quarter: pd.DataFrame, source_ids: list[str], estimate: str, as_of: pd.Timestamp) -> Exhibit:
    """HHI of each quarter as a bar from its smallest to its largest possible value. From `hhi_by_quarter`."""
    subtitle = f"Herfindahl-Hirschman index, 0 to 10,000, {prose.ESTIMATE_LABELS[estimate]}"
    if by_quarter.empty:
        note = "No quarter names three providers, so no interval can be given."
        return Exhibit.absent("market-hhi", note, as_of)
    start = pd.PeriodIndex(by_quarter["quarter"].str.replace("Q", "-Q"), freq="Q").start_time
    data = by_quarter[["quarter", "hhi_low", "hhi_high", "named"]].round(1).assign(day=start.strftime("%Y-%m-%d"))
    newest = by_quarter.iloc[-1]
    time = alt.Scale(type="utc", padding=10)
    x = alt.X("day:T", scale=time, axis=days(values=ticks(start[0], start[-1], 9), format="%b %Y", labelOverlap=True))
    top = max(float(by_quarter["hhi_high"].max()), measure.HIGHLY_CONCENTRATED) * 1.08
    y = alt.Y("hhi_low:Q", title="HHI", scale=alt.Scale(domain=[0, top], nice=False), axis=alt.Axis(tickCount=5))
    bars = alt.Chart(data).mark_rule(strokeWidth=when_narrow(3.5, 7), color=BLUE, opacity=0.8)
    lines, labels = guidelines()
    chart = alt.layer(lines, bars.encode(x=x, y=y, y2="hhi_high:Q"), *labels)
    low, high = newest["hhi_low"], newest["hhi_high"]
    verdict = (
        "above 1,800 whatever the tail"
        if low > measure.HIGHLY_CONCENTRATED
        else "below 1,800 whatever the tail"
        if high <= measure.HIGHLY_CONCENTRATED
        else "on either side of 1,800, depending on the unnamed tail"
    )
    return Exhibit(
        id="market-hhi",
        title=f"The HHI of {prose.quarter(newest['quarter'])} lies between {prose.number(low, 0)} and {prose.number(high, 0)}: {verdict}",
        subtitle=f"{subtitle}; each bar spans rounding and every possible unnamed tail",
        description=(
            f"Range bars of the HHI for {len(data)} quarters from {prose.quarter(data['quarter'].min())} to {prose.quarter(newest['quarter'])}; "
            f"the newest spans {prose.between(low, high)} with {prose.count(int(newest['named']), 'named provider')}."
        ),
        chart=finish(chart, height=280),
        table=by_quarter,
        columns={
            "quarter": ("Quarter", ""),
            "hhi_low": ("HHI, low", "0 to 10,000"),
            "hhi_high": ("HHI, high", "0 to 10,000"),
            "named": ("Named providers", "count"),
            "named_share_pct": ("Named share", "%"),
        },
        source_ids=source_ids,
        as_of=as_of,
        note=(
            "Bars are long where few providers are named. The lines of the US Merger Guidelines (2023) are for relevant antitrust markets; "
            "this market is a statistic, so they only orient."
        ),
    )


def market_size(sizes: pd.DataFrame, estimate: str, as_of: pd.Timestamp) -> Exhibit:
    """Quarterly revenue of the whole market, USD bn, quarters without a printed size left empty."""
    subtitle = f"Revenue of cloud infrastructure services, USD bn a quarter, {prose.ESTIMATE_LABELS[estimate]}"
    rows = sizes[sizes["revenue_usd_bn"].notna() & sizes["quarter"].str.contains("Q")].sort_values(
        "quarter", ignore_index=True
    )
    if rows.empty:
        return Exhibit.absent("market-size", "No market size was known on that day.", as_of)
    start = pd.PeriodIndex(rows["quarter"].str.replace("Q", "-Q"), freq="Q").start_time
    data = rows[["quarter", "revenue_usd_bn"]].assign(day=start.strftime("%Y-%m-%d"))
    newest = rows.iloc[-1]
    printed = newest["yoy_growth_pct"]
    growth = f", {prose.pct(printed, 0)} more than a year before" if pd.notna(printed) else ""
    x = alt.X(
        "day:T",
        scale=alt.Scale(type="utc", padding=10),
        axis=days(values=ticks(start[0], start[-1], 9), format="%b %Y", labelOverlap=True),
    )
    y = alt.Y("revenue_usd_bn:Q", title="USD bn", axis=alt.Axis(tickCount=5))
    ends = data.iloc[[0, -1]].assign(label=lambda frame: frame["revenue_usd_bn"].map(prose.number))
    chart = alt.layer(
        alt.Chart(data).mark_bar(color=GREY, size=when_narrow(5, 9)).encode(x=x, y=y),
        alt.Chart(ends).mark_text(dy=-8).encode(x=x, y=y, text="label:N"),
    )
    return Exhibit(
        id="market-size",
        title=f"The market was worth {prose.usd_bn(newest['revenue_usd_bn'])} in {prose.quarter(newest['quarter'])}{growth}",
        subtitle=subtitle,
        description=f"Bar chart of quarterly market revenue, {prose.usd_bn(data.iloc[0]['revenue_usd_bn'])} in {prose.quarter(data.iloc[0]['quarter'])} to {prose.usd_bn(newest['revenue_usd_bn'])} in {prose.quarter(newest['quarter'])}.",
        chart=finish(chart, height=240),
        table=rows,
        columns={
            "quarter": ("Quarter", ""),
            "revenue_usd_bn": ("Revenue", "USD bn"),
            "ttm_usd_bn": ("Trailing twelve months", "USD bn"),
            "yoy_growth_pct": ("Growth on the year", "%"),
            "top3_share_pct": ("Three largest together", "%"),
        },
        source_ids=prose.lead_sources(rows),
        as_of=as_of,
        evidence=("market_size", "size_id"),
        note="Sizes are as printed at the time; earlier quarters are restated without notice, so growth computed from two of them may differ from the printed one.",
    )


def entry(
    shares: pd.DataFrame, quarter: str, entrant_share_pct: float, entry_rule: str, buyer: str, as_of: pd.Timestamp
) -> Exhibit:
    """Change of the HHI when an entrant takes 0 to 20 % of the market, by whom it takes it from."""
    after = measure.after_entry(shares, entrant_share_pct, entry_rule)
    widest = max(20.0, entrant_share_pct)
    curve = measure.entry_curve(shares, widest)
    delta = float((after["share_pct"] ** 2).sum() - (shares["share_pct"] ** 2).sum())
    data = curve.round(3).assign(label=curve["entry_rule"].map(RULE_LABELS), chosen=curve["entry_rule"].eq(entry_rule))
    x = alt.X(
        "entrant_share_pct:Q",
        title="share of the entrant, %",
        axis=alt.Axis(grid=False, values=list(range(0, int(widest) + 1, 5))),
        scale=alt.Scale(domain=alt.ExprRef(f"[0, narrow ? {widest * 1.75} : {widest * 1.3}]")),
    )
    y = alt.Y("delta_hhi:Q", title="change of the HHI", axis=alt.Axis(tickCount=6))
    ends = data[data["entrant_share_pct"] == data["entrant_share_pct"].max()]
    point = pd.DataFrame(
        {"entrant_share_pct": [entrant_share_pct], "delta_hhi": [round(delta, 3)], "label": [prose.number(delta, 0)]}
    )
    lines = alt.Chart(data).encode(x=x, y=y, detail="entry_rule:N")
    mark = alt.Chart(point).encode(x=x, y=y)
    chart = alt.layer(
        alt.Chart(pd.DataFrame({"delta_hhi": [0]})).mark_rule(strokeWidth=1).encode(y="delta_hhi:Q"),
        lines.transform_filter("!datum.chosen").mark_line(color=GREY, strokeWidth=1.5),
        lines.transform_filter("datum.chosen").mark_line(color=VERMILION, strokeWidth=3),
        mark.mark_point(size=90, filled=True, color=VERMILION, opacity=1),
        mark.mark_text(dy=-13, fontWeight="bold").encode(text="label:N"),
        alt.Chart(ends).mark_text(align="left", dx=6).encode(x=x, y=y, text="label:N"),
    )
    verb = "lower" if delta < 0 else "raise"
    return Exhibit(
        id="entry",
        title=f"An {buyer} cloud with {prose.pct(entrant_share_pct)} would {verb} the HHI by {prose.number(abs(delta), 0)} if it took its share {RULE_LABELS[entry_rule]}",
        subtitle=f"Change of the HHI against {prose.quarter(quarter)}, by size of the entrant and by whom it takes its share from",
        description=(
            f"Line chart of the change of the HHI for entrants of 0 to {prose.number(curve['entrant_share_pct'].max(), 0)} percent under three rules; at "
            f"{prose.pct(entrant_share_pct)} the chosen rule gives {prose.number(delta, 0)}."
        ),
        chart=finish(chart, height=300),
        table=curve.assign(rule=curve["entry_rule"].map(RULE_LABELS)),
        columns={
            "rule": ("Taken", ""),
            "entrant_share_pct": ("Entrant's share", "%"),
            "delta_hhi": ("Change of the HHI", "points"),
        },
        source_ids=prose.lead_sources(shares),
        as_of=as_of,
        note="A what-if, not a forecast. Printed shares are taken at face value and the unnamed rest counts as many tiny firms.",
    )


def latest_finding(
    shares: pd.DataFrame, sizes: pd.DataFrame, quarter: str, estimate: str, sources: pd.DataFrame
) -> str:
    """The three largest together, and why one sum may be printed in several ways."""
    top = measure.top_k(shares)
    leaders = shares.head(3)
    parts = " + ".join(prose.number(value) for value in leaders["share_pct"])
    printable = measure.printable_totals(top["low_pct"], top["high_pct"])
    sentences = [
        f"**{prose.names(leaders['provider'])} together hold {prose.pct(top['share_pct'])}** of what {prose.ESTIMATE_LABELS[estimate]} "
        f"counted in {prose.quarter(quarter)} ({prose.cite(leaders, sources)})."
    ]
    if len(printable) > 1:
        listed = ", ".join(str(total) for total in printable[:-1])
        sentences.append(
            f"The shares are rounded, so {parts} stands for anything from {prose.number(top['low_pct'])} to just under {prose.pct(top['high_pct'])}: "
            f"a sum printed as {listed} or {printable[-1]} is the same finding."
        )
    printed = sizes[(sizes["quarter"] == quarter) & sizes["top3_share_pct"].notna()]
    if len(printed) and len(leaders) == 3:
        total = float(printed.iloc[0]["top3_share_pct"])
        agrees = "agrees with" if round(total) in printable else "does not fit"
        sentences.append(
            f"The total printed by the house, {prose.pct(total)}, {agrees} the three shares ({prose.cite(printed, sources)})."
        )
    return " ".join(sentences)


def hhi_finding(by_quarter: pd.DataFrame, quarter: str) -> str:
    """The interval of the chosen quarter and what it can and cannot say about the guideline lines."""
    rows = by_quarter[by_quarter["quarter"] == quarter]
    if rows.empty:
        return f"Fewer than three providers are named for {prose.quarter(quarter)}, so no interval can be given."
    row = rows.iloc[0]
    place = "moderately concentrated" if row["hhi_low"] > measure.MODERATELY_CONCENTRATED else "possibly unconcentrated"
    upper = (
        "and may be highly concentrated"
        if row["hhi_high"] > measure.HIGHLY_CONCENTRATED
        else "and not highly concentrated"
    )
    return (
        f"In {prose.quarter(quarter)} {prose.count(int(row['named']), 'provider is', 'providers are')} named, with {prose.pct(row['named_share_pct'])} of the market. "
        f"**The HHI then lies between {prose.between(row['hhi_low'], row['hhi_high']).replace(' to ', ' and ')}**: the lower end takes the unnamed rest as many tiny firms, "
        f"the upper end as firms as large as the smallest named one. By the lines of the 2023 guidelines that is at least {place} {upper}."
    )
