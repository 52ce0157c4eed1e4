"""Can it pay: where each year's money comes from, or would, and where it goes."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.funding.money_words import PAY, left_between, spread_words, years_of
from compute_ledger.exhibits.funding.revenue_path import path_words
from compute_ledger.exhibits.funding.schedule_lines import assumed_terms, nothing_due
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BLUE, GOLD, GREEN, INK, SLATE, VERMILION, finish, text, when_narrow
from compute_ledger.measures.payments.chosen_schedule import Schedules
from compute_ledger.measures.payments.sources_and_uses import months_of_money
from compute_ledger.shared import rounding

ITEMS = {
    ("source", "revenue"): ("Revenue", BLUE),
    ("source", "equity"): ("Equity", GREEN),
    ("use", "computing"): ("Computing contracts", VERMILION),
    ("use", "partner's share of revenue"): ("Partner's share of revenue", GOLD),
    ("use", "total_costs"): ("All costs, as reported", SLATE),
}
COLUMNS = {
    "year": ("Year", ""),
    "label": ("Item", ""),
    "side": ("Side", ""),
    "standing": ("Standing", ""),
    "value_usd_bn": ("Amount", "USD bn"),
    "low_usd_bn": ("Low", "USD bn"),
    "high_usd_bn": ("High", "USD bn"),
}
STANDING = {"reported": "reported", "firm": "announced", "conditional": "on conditions", "assumed": "assumed"}


def no_path(scope: Scope, path: str) -> str:
    """Why nothing stands beside what falls due."""
    missing = {
        "targets": "a target for its revenue that lies ahead",
        "flat": "a run rate",
        "constant_increase": "two run rates at least half a year apart",
    }
    return PAY["no_path"].format(buyer=scope.buyer, missing=missing[path], day=formatting.day(scope.as_of))


def paired_years(lines: pd.DataFrame) -> list[int]:
    """The years with a source and a use, in order."""
    by_side = [set(lines.loc[lines["side"] == side, "year"]) for side in ("source", "use")]
    earning = set(lines.loc[lines["item"] == "revenue", "year"])
    return [int(year) for year in sorted(by_side[0] & by_side[1] & earning)]


@exhibit("sources-and-uses")
@rounding.inputs
def sources_and_uses(
    lines: pd.DataFrame,
    balance: pd.DataFrame,
    schedules: Schedules,
    behind: dict[str, pd.DataFrame],
    scope: Scope,
    *,
    path: str,
) -> Exhibit:
    """Bars up for sources and down for uses, by year, with what is left as a tick.

    `lines`: rows of LINE_COLUMNS, `balance` from `balance_by_year`; `behind`: the rows of the ledger.
    """
    years = paired_years(lines)
    rows = lines[lines["year"].isin(years) & lines["side"].isin(["source", "use"])]
    if not (schedules.lines[schedules.chosen] > 0).any():
        return Exhibit.empty(nothing_due(scope.as_of), scope.as_of)
    if not years or not (rows["item"] == "computing").any():
        return Exhibit.empty(no_path(scope, path), scope.as_of)
    balance = balance[balance["year"].isin(years)]
    ahead = rows[rows["standing"].eq("assumed")]["year"]
    worst = balance.nsmallest(1, "balance_usd_bn").iloc[0]
    return Exhibit(
        title=_title(balance[balance["year"] >= int(ahead.min())], scope),
        subtitle=(
            f"USD bn by calendar year, sources up and uses down; from {int(ahead.min())} on assumed"
        ),
        key=_key(rows),
        description=f"Stacked bars for {years[0]} to {years[-1]}; the least is left in {int(worst['year'])}: {formatting.usd_bn(float(worst['balance_usd_bn']))}, without equity on conditions.",
        chart=finish(_chart(_stacked(rows), balance), height=360, narrow_height=340),
        table=_table(rows, balance),
        columns=COLUMNS,
        rests_on=behind,
        as_of=scope.as_of,
        note=(
            f"Computing: {spread_words(schedules)}; low and high over all schedules that break no published figure. Costs other than computing are not published for years ahead and are missing there. "
            "Equity stands in the year of its announcement and is carried into no other. Reported costs hold items that are not cash."
        ),
    )  # fmt: skip


def _title(balance: pd.DataFrame, scope: Scope) -> str:
    short = balance[balance["balance_usd_bn"] < 0]
    if short.empty:
        return f"In every year ahead {scope.buyer}'s sources exceed the uses that are known"
    years = [int(year) for year in short["year"]]
    return f"The uses that are known would take {formatting.about_usd(float(-short['balance_usd_bn'].sum()))} more than {scope.buyer}'s sources in {years_of(years)}"


def _key(rows: pd.DataFrame) -> list[Swatch]:
    """The items drawn, equity on conditions apart, and what is left."""
    drawn = set(zip(rows["side"], rows["item"], rows["standing"].eq("conditional"), strict=True))
    entries = []
    for (side, item), (label, shade) in ITEMS.items():
        entries.append(((side, item, False) in drawn, Swatch("bar", shade, label)))
        entries.append(((side, item, True) in drawn, Swatch("pale bar", shade, f"{label}, on conditions")))
    return [*drawn_only(entries), Swatch("thick line", INK, "Sources less uses")]


def _stacked(rows: pd.DataFrame) -> pd.DataFrame:
    """Each item as a piece of a bar: sources from zero up, uses from zero down."""
    order = {key: place for place, key in enumerate(ITEMS)}
    keys = pd.Series(list(zip(rows["side"], rows["item"], strict=True)), rows.index, dtype=object)
    rows = rows.assign(
        place=keys.map(order), label=keys.map(lambda key: ITEMS[key][0]), shade=keys.map(lambda key: ITEMS[key][1])
    )
    rows = rows.sort_values(["year", "side", "place", "standing"], ascending=[True, True, True, False], kind="stable")
    sign = rows["side"].map({"source": 1.0, "use": -1.0})
    top = (sign * rows["value_usd_bn"]).groupby([rows["year"], rows["side"]]).cumsum()
    return rounding.frame(
        rows.assign(
            ends=top,
            begins=top - sign * rows["value_usd_bn"],
            pale=rows["standing"].eq("conditional"),
            mark=mark_labels(
                rows["label"] + ", " + rows["year"].astype("str"),
                rows["value_usd_bn"].map(formatting.usd_short),
                rows["standing"].map(STANDING),
            ),
        )[["year", "begins", "ends", "shade", "pale", "mark"]],
        3,
    )


def _chart(data: pd.DataFrame, balance: pd.DataFrame) -> alt.LayerChart:
    first, last = int(data["year"].min()), int(data["year"].max())
    low, high = float(data["ends"].min()), float(data["ends"].max())
    years = alt.Axis(grid=False, ticks=False, values=list(range(first, last + 1)), format="d", orient="bottom")
    x = alt.X("year:Q", title=None, axis=years, scale=alt.Scale(domain=[first - 0.5, last + 0.5], nice=False))
    y = alt.Y(
        "begins:Q",
        title="USD bn",
        axis=alt.Axis(tickCount=7),
        scale=alt.Scale(domain=[low * 1.12, high * 1.12], nice=False),
    )
    bar = alt.Chart(data).encode(x=x, y=y, y2="ends:Q", fill=alt.Fill("shade:N", scale=None), description=SPOKEN)
    left = pd.DataFrame(
        {
            "year": balance["year"].astype(int),
            "begins": balance["balance_usd_bn"],
            "label": balance["balance_usd_bn"].map(
                lambda value: ("+" if value > 0 else "") + formatting.number(value, 0)
            ),
            "mark": mark_labels(
                balance["year"].astype(int).astype("str"),
                balance["balance_usd_bn"].map(formatting.usd_short) + " left of sources after uses",
            ),
        }
    )
    tick = alt.Chart(rounding.frame(left, 3)).encode(x=x, y=y)
    size = when_narrow(24, 46)
    return alt.layer(
        bar.transform_filter("!datum.pale").mark_bar(size=size),
        bar.transform_filter("datum.pale").mark_bar(size=size, fillOpacity=0.4),
        alt.Chart(pd.DataFrame({"begins": [0.0]})).mark_rule(color=INK, strokeWidth=1).encode(y=y),
        tick.mark_tick(color=INK, thickness=3, size=size, orient="horizontal").encode(description=SPOKEN),
        *text(tick.encode(text="label:N"), dy=-9, fontWeight="bold", fontSize=when_narrow(11, 13)),
    )


def _table(rows: pd.DataFrame, balance: pd.DataFrame) -> pd.DataFrame:
    names = [ITEMS[key][0] for key in zip(rows["side"], rows["item"], strict=True)]
    listed = rows.assign(label=names, standing=rows["standing"].map(STANDING))
    left = pd.DataFrame(
        {
            "year": balance["year"], "label": "Sources less uses", "side": "balance", "standing": "without equity on conditions",
            "value_usd_bn": balance["balance_usd_bn"], "low_usd_bn": balance["balance_low_usd_bn"], "high_usd_bn": balance["balance_high_usd_bn"],
        }
    )  # fmt: skip
    table = pd.concat([listed, left]).sort_values("year", kind="stable", ignore_index=True)
    return table.assign(year=table["year"].astype(int).astype("str"))


@rounding.inputs
def pay_finding(
    cell: pd.DataFrame,
    varied: pd.DataFrame,
    anchors: pd.DataFrame,
    due: pd.DataFrame,
    scope: Scope,
    *,
    path: str,
) -> Finding:
    """Whether revenue of the chosen path reaches the contracts, and what the answer hangs on.

    `cell`: the chosen row of `revenue_by_schedule`, `varied`: all of them.
    """
    used = due[due["due_usd_bn"] > 0]
    if used.empty:
        unknown = PAY["unknown"].format(buyer=scope.buyer, day=formatting.day(scope.as_of))
        return Finding(name="pay", detail=unknown)
    if cell.empty:
        sentences = [no_path(scope, path), *_on_others(varied)]
        return Finding(name="pay", detail=" ".join(sentences), rests_on={"deals": used})
    row = cell.iloc[0]
    left = left_between(row, varied)
    sentences = [
        *_least_covered(row),
        *([PAY["others"].format(between=left)] if left else []),
        PAY["rests"].format(rows=formatting.graded(used, anchors)),
        PAY["change"],
        _path_sentence(row, path_words(anchors, path)),
        *assumed_terms(used),
    ]
    return Finding(
        name="pay",
        claim=_pay_claim(row, scope),
        detail=" ".join(sentences),
        rests_on={"deals": used, "financials": anchors},
    )


def _least_covered(row: pd.Series) -> list[str]:
    """The year that revenue covers least, where anything falls due."""
    year, part = row["least_covered_year"], formatting.pct(float(row["least_coverage_pct"]), 0)
    return [PAY["least"].format(year=year, part=part)] if pd.notna(year) else []


def _path_sentence(row: pd.Series, words: str) -> str:
    covered = row["first_covered_year"]
    if pd.notna(covered) and row["short_usd_bn"] > 0:
        return PAY["path_from"].format(path=words, year=covered)
    return PAY["path"].format(path=words)


def _pay_claim(row: pd.Series, scope: Scope) -> str:
    short, years = float(row["short_usd_bn"]), {"first": row["years"][0], "last": row["years"][-1]}
    if short > 0:
        return PAY["short"].format(short=formatting.about_usd(short), buyer=scope.buyer, **years)
    return PAY["enough"].format(buyer=scope.buyer, **years)


def _on_others(varied: pd.DataFrame) -> list[str]:
    """What the paths that can be had leave, where there are any."""
    if varied.empty:
        return []
    between = formatting.about_usd_between(varied["short_usd_bn"].min(), varied["short_usd_bn"].max())
    return [PAY["on_others"].format(between=between)]


@rounding.inputs
def money_finding(
    balance: pd.DataFrame,
    reported: pd.DataFrame,
    held: pd.DataFrame,
    raised: pd.DataFrame,
    financials: pd.DataFrame,
    scope: Scope,
) -> Finding:
    """Last year's money in and out, what was raised and is held, and how long it would last.

    `balance` without equity, `reported` from `reported_years`, `held` from `money_held`, `raised` from `equity_raised`;
    `financials`: the rows behind.
    """
    claim, sentences = _last_year(reported, scope)
    recent = raised[raised["announced_on"].dt.year >= scope.as_of.year]
    if len(recent):
        waits = float(recent["conditional_usd_bn"].sum())
        sentences.append(
            f"Equity announced in {scope.as_of.year} comes to {formatting.usd_bn(float(recent['raised_usd_bn'].sum()))}"
            + (f", of which {formatting.usd_bn(waits)} hangs on conditions." if waits else ".")
        )
    sentences += [_held_words(row, balance) for _, row in held.iterrows()]
    sentences += _carried(balance, recent, scope)
    if not sentences and not claim:
        sentences = [f"Neither costs nor cash of {scope.buyer} were known on {formatting.day(scope.as_of)}."]
    rests_on = {"financials": financials, "deals": recent}
    return Finding(name="money", claim=claim, detail=" ".join(filter(None, sentences)), rests_on=rests_on)


def _last_year(reported: pd.DataFrame, scope: Scope) -> tuple[str, list[str]]:
    if reported.empty:
        return "", []
    year = int(reported["year"].max())
    values = reported[reported["year"] == year].set_index("item")["value_usd_bn"]
    words = {
        "revenue": "revenue",
        "total_costs": "costs",
        "operating_loss": "an operating loss",
        "cash_burn": "a cash burn",
    }
    if "operating_loss" not in values.index:
        words["net_loss"] = "a net loss"
    listed = [f"{words[item]} of {formatting.usd_bn(float(values[item]))}" for item in words if item in values.index]
    if not listed:
        return "", []
    return f"In {year} {scope.buyer} had {formatting.names(listed)}", []


def _carried(balance: pd.DataFrame, recent: pd.DataFrame, scope: Scope) -> list[str]:
    """Where equity of this year and surpluses would leave the buyer if they were kept for the years after."""
    ahead = balance[balance["year"] >= scope.as_of.year]
    if ahead.empty:
        return []
    firm = float((recent["raised_usd_bn"] - recent["conditional_usd_bn"]).sum())
    sums = firm + ahead["balance_usd_bn"].cumsum()
    place = int(rounding.column(sums).to_numpy().argmin())
    lowest, year = float(sums.iloc[place]), int(ahead["year"].iloc[place])
    state = (
        f"{formatting.about_usd(lowest)} would be left"
        if lowest >= 0
        else f"{formatting.about_usd(-lowest)} would be lacking"
    )
    return [
        f"If this equity and each year's surplus were kept for computing and the partner alone, {state} at the lowest point, {year}."
    ]


def _held_words(row: pd.Series, balance: pd.DataFrame) -> str:
    amount = formatting.usd_bn(float(row["value"]))
    if row["metric"] == "cash_and_securities":
        short = balance[(balance["balance_usd_bn"] < 0) & (balance["year"] > row["period_end"].year)]
        lasts = ""
        if len(short):
            burn = float(-short["balance_usd_bn"].iloc[0])
            lasts = f", {formatting.number(months_of_money(float(row['value']), burn), 0)} months of what {int(short['year'].iloc[0])} would lack ({formatting.about_usd(burn)}, no other costs counted)"
        return f"At the end of {formatting.period(row['period'])} it held {amount} in cash and securities{lasts}."
    if row["metric"] == "credit_line":
        return f"A credit line of {amount} stood beside it."
    return f"Its own plan has it burn {amount} up to {row['period_end'].year}."
