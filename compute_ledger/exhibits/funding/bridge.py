"""From the deals that can be listed to the totals that others quote: a bridge with its open end named."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import GREY, INK, PAPER, SLATE, colours, domain_when_narrow, finish
from compute_ledger.measures.commitments import in_perimeter, standing_on
from compute_ledger.shared import rounding

MOST_STEPS = 14
STEP_LABELS = {
    "firm": "Firm",
    "conditional": "Conditional",
    "announced": "Plans, letters of intent",
    "counted_twice": "Counted twice",
    "later": "Due after the horizon",
    "unexplained": "Unexplained",
}
NONE_QUOTED = "No total quoted by others was known on that day, so there is nothing to reconcile."


def _row_label(step: pd.Series) -> str:
    if pd.isna(step["counterparty"]):
        over = step["step"] == "unexplained" and step["amount_usd_bn"] < 0
        return "Listed beyond the total" if over else STEP_LABELS[step["step"]]
    return step["counterparty"] if step["step"] == "firm" else f"{step['counterparty']}, {_binding(step['step'])}"


def _binding(step: str) -> str:
    return "conditional" if step == "conditional" else "planned"


def _few(steps: pd.DataFrame) -> pd.DataFrame:
    """The steps, the smallest deals of each kind as one where there are more than a chart can name."""
    named = steps["counterparty"].notna()
    if named.sum() <= MOST_STEPS:
        return steps
    keep = steps["step"].isin(["counted_twice", "later", "unexplained"]) | (steps.groupby("step").cumcount() < 4)
    rest = steps[~keep].groupby("step", sort=False)["amount_usd_bn"].sum().reset_index().assign(counterparty="Others")
    order = {name: i for i, name in enumerate(STEP_LABELS)}
    few = pd.concat([steps[keep], rest]).sort_values(
        "step", key=lambda column: column.map(order), kind="stable", ignore_index=True
    )
    ends = few["amount_usd_bn"].cumsum()
    return few.assign(ends=ends, begins=ends - few["amount_usd_bn"])


@exhibit("bridge")
@rounding.inputs
def bridge(steps: pd.DataFrame, picked: pd.DataFrame, deals: pd.DataFrame, scope: Scope) -> Exhibit:
    """Waterfall from the listed deals to a quoted total.

    `steps`, `picked` and `deals` from `bridge`, `pick` and `listed` of `measures.reconciliation`.
    """
    if picked.empty:
        return Exhibit.empty(NONE_QUOTED, scope.as_of)
    total, drawn, priced = picked.iloc[0], _few(steps), deals[deals["amount_usd_bn"] > 0]
    sums = steps.groupby("step", sort=False)["amount_usd_bn"].sum()
    firm, missing = float(sums.get("firm", 0.0)), float(sums.get("unexplained", 0.0))
    data = _bridge_frame(drawn, total, firm)
    day, value = formatting.day(total["known_on"]), formatting.usd_bn(total["value"])
    return Exhibit(
        title=_bridge_title(missing, day, value),
        subtitle=f"USD bn, from the deals publicly known on {day} to the total quoted then; dark: firm, pale: conditional or planned, dashed: no listed deal explains it",
        description=(
            f"Waterfall in {len(data)} steps: firm deals {formatting.usd_bn(firm)}, "
            + "".join(
                f"{STEP_LABELS[str(step)].lower()} {formatting.number(amount)}, "
                for step, amount in sums.items()
                if step not in ("firm", "unexplained")
            )
            + f"unexplained {formatting.number(missing)}, quoted {formatting.number(total['value'])}."
        ),
        chart=finish(_waterfall(data), height=30 * len(data) + 40),
        table=data.assign(begins=data["low"], ends=data["high"]),
        columns={
            "label": ("Step", ""),
            "amount": ("Amount", "USD bn"),
            "begins": ("From", "USD bn"),
            "ends": ("To", "USD bn"),
        },
        rests_on={"deals": priced, "financials": picked},
        as_of=scope.as_of,
        note="The make-up of no quoted total has been published. The bridge lists what was public on the day; it does not claim that the speaker added the same deals.",
    )


def _bridge_title(missing: float, day: str, value: str) -> str:
    return (
        f"Of the {value} quoted on {day}, {formatting.usd_bn(missing)} cannot be traced to a listed amount"
        if missing > 0
        else f"The listed deals come to {formatting.usd_bn(-missing)} more than the {value} quoted on {day}"
    )


def _bridge_frame(drawn: pd.DataFrame, total: pd.Series, firm: float) -> pd.DataFrame:
    """The steps as bars, with the sum of the firm deals after them and the total at the end."""
    names = drawn["counterparty"].dropna().drop_duplicates().tolist()
    shade = dict(zip(names, colours(names).range, strict=True))
    data = pd.DataFrame(
        {
            "label": drawn.apply(_row_label, axis=1),
            "low": drawn[["begins", "ends"]].min(axis=1).pipe(rounding.column, 3),
            "high": drawn[["begins", "ends"]].max(axis=1).pipe(rounding.column, 3),
            "amount": drawn["amount_usd_bn"].map(
                lambda value: ("+" if value > 0 else "−") + formatting.number(abs(value))
            ),
            "shade": drawn["counterparty"].map(shade).fillna(GREY),
            "form": drawn["step"].map({"firm": "firm", "unexplained": "open"}).fillna("soft"),
        }
    )
    after_firm = int(drawn["step"].eq("firm").sum())
    together = [_sum_row("Firm deals", firm)] if after_firm > 1 else []
    rows = [data.iloc[:after_firm], *together, data.iloc[after_firm:], _sum_row("Quoted", float(total["value"]))]
    data = pd.concat(rows, ignore_index=True)
    row = [f"{place:02d}|{label}" for place, label in enumerate(data["label"])]
    return data.assign(
        row=row, mark=mark_labels(data["label"], data["amount"].str.replace(r"(\d)", r"$\1", n=1, regex=True) + "bn")
    )


def _sum_row(label: str, value: float) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "label": label,
                "low": 0.0,
                "high": rounding.rounded(value, 3),
                "amount": formatting.number(value),
                "shade": SLATE,
                "form": "firm",
            }
        ]
    )


def _waterfall(data: pd.DataFrame) -> alt.TopLevelMixin:
    longest = float(data["high"].max())
    y = alt.Y(
        "row:N",
        sort="ascending",
        title=None,
        axis=alt.Axis(labelExpr="slice(datum.label, 3)", ticks=False, domain=False, labelColor=INK, labelLimit=170),
    )
    scale = alt.Scale(domain=domain_when_narrow(longest * 1.42, longest * 1.14), nice=False)
    x = alt.X("low:Q", title=None, scale=scale, axis=alt.Axis(tickCount=5, values=_round_ticks(longest), format=",d"))
    base = alt.Chart(data).encode(y=y, x=x, x2=alt.X2("high:Q"), description=SPOKEN)
    fill, edge = alt.Fill("shade:N", scale=None), alt.Stroke("shade:N", scale=None)
    return alt.layer(
        base.transform_filter("datum.form == 'firm'").mark_bar(height=18).encode(fill=fill),
        base.transform_filter("datum.form == 'soft'")
        .mark_bar(height=17, fillOpacity=0.35, strokeWidth=1.5)
        .encode(fill=fill, stroke=edge),
        base.transform_filter("datum.form == 'open'").mark_bar(
            height=17, fill=PAPER, fillOpacity=0, stroke=INK, strokeWidth=1.5, strokeDash=[4, 3]
        ),
        alt.Chart(data)
        .mark_text(align="left", dx=6)
        .encode(y=y, x=alt.X("high:Q", scale=scale, title=None), text=alt.Text("amount:N")),
    )


def _round_ticks(longest: float) -> list[float]:
    step = next(size for size in (5, 10, 20, 50, 100, 200, 500, 1_000, 5_000) if longest / size <= 6 or size == 5_000)
    return [float(value) for value in range(0, int(longest) + 1, step)]


@exhibit("bridges")
@rounding.inputs
def bridges_table(table: pd.DataFrame, scope: Scope) -> Table | Exhibit:
    """Every quoted total with its bridge. `table` from `reconciliation.by_step`."""
    if table.empty:
        return Exhibit.empty(NONE_QUOTED, scope.as_of)
    return Table(
        caption="Each quoted total, from the deals known on its own day",
        table=rounding.frame(table, 2),
        columns={
            "known_on": ("Quoted on", ""),
            "value": ("Total", "USD bn"),
            **{step: (label, "USD bn") for step, label in STEP_LABELS.items()},
            "over_firm": ("Total less firm deals", "USD bn"),
            "horizon_on": ("Horizon", ""),
            "note": ("What it covers", ""),
            "grade": ("Grade", ""),
        },
        rests_on={"financials": table},
        as_of=scope.as_of,
        evidence=("financials", "financial_id"),
        note="The steps add up to the total. Where the unexplained part is negative, more is listed than the total holds: another perimeter, or another horizon.",
    )


@rounding.inputs
def against_firm(table: pd.DataFrame, deals: pd.DataFrame) -> Finding:
    """What each quoted total leaves when firm deals alone are set against it.

    `table` from `by_step`, `deals` those of the buyer.
    """
    if table.empty:
        return Finding(name="against-firm", detail=NONE_QUOTED)
    left = [
        f"{formatting.usd_bn(row['value'])} ({formatting.day(row['known_on'])}) {_left(row['over_firm'])}"
        for _, row in table.iterrows()
    ]
    firm = pd.concat([in_perimeter(standing_on(deals, day), "firm") for day in table["known_on"]])
    within = "what falls due within a total's horizon, where one is stated"
    return Finding(
        name="against-firm",
        claim=_reached(int((table["over_firm"] <= 0).sum()), len(table)),
        detail=f"Against firm deals alone ({within}), {'; '.join(left)}.",
        rests_on={"financials": table, "deals": firm[firm["amount_usd_bn"] > 0]},
    )


def _reached(many: int, totals: int) -> str:
    """How many of the quoted totals firm deals alone come to."""
    if totals == 1:
        return f"Firm deals alone {'come to the total' if many else 'do not come to the total'} that others quote"
    which = "each" if many == totals else "none" if not many else formatting.count(many, "total").split()[0]
    return f"Firm deals alone come to {which} of the {formatting.count(totals, 'total')} that others quote"


def _left(amount: float) -> str:
    return f"is exceeded by {formatting.usd_bn(-amount)}" if amount < 0 else f"leaves {formatting.usd_bn(amount)}"


@exhibit("estimates")
@rounding.inputs
def estimates_table(estimates: pd.DataFrame, picked: pd.DataFrame, scope: Scope) -> Table | Exhibit:
    """What outsiders estimate for deals without a published amount. `estimates` from `reconciliation.estimates`."""
    if estimates.empty:
        why = "No estimate by others of a deal without a published amount is in the ledger for that day."
        return Exhibit.empty(why, scope.as_of)
    return Table(
        caption=f"Estimates by others, known on {formatting.day(picked['known_on'].iloc[0])}, for deals without a published amount: shown, never added",
        table=estimates.assign(what=estimates["metric"].map(formatting.metric)),
        columns={
            "counterparty": ("Counterparty", ""),
            "what": ("Kind", ""),
            "low": ("Low", "USD bn"),
            "high": ("High", "USD bn"),
            "note": ("Note", ""),
        },
        rests_on={"deals": estimates},
        as_of=scope.as_of,
        evidence=("deals", "deal_id"),
        note="Chips are installed in sites and clouds that are counted already, so adding these would count one gigawatt twice.",
    )


@rounding.inputs
def bridge_finding(
    steps: pd.DataFrame,
    picked: pd.DataFrame,
    quoted: pd.DataFrame,
    deals: pd.DataFrame,
    estimates: pd.DataFrame,
    received: pd.DataFrame,
    costs: pd.DataFrame,
) -> Finding:
    """What of the quoted total can be listed, what stays open, how large that is in gigawatts, and what is unsure."""
    if picked.empty:
        return Finding(name="bridge", detail=NONE_QUOTED)
    total, sums = picked.iloc[0], steps.groupby("step")["amount_usd_bn"].sum()
    firm, missing = float(sums.get("firm", 0.0)), float(sums.get("unexplained", 0.0))
    rest = (
        f"{formatting.usd_bn(missing)} stays unexplained"
        if missing > 0
        else f"more is listed than quoted, by {formatting.usd_bn(-missing)}"
    )
    sentences = [
        *_beside_firm(steps, total, sums),
        _open_end(total, firm, missing, costs),
        *_not_added(estimates, received, missing),
        *_said_before(total, quoted, deals, missing),
    ]
    mentioned = (deals["amount_usd_bn"] > 0) | deals["deal_id"].isin(estimates["deal_id"])
    return Finding(
        name="bridge",
        claim=f"Of the {formatting.usd_bn(total['value'])} quoted on {formatting.day(total['known_on'])}, firm deals known that day make up {formatting.usd_bn(firm)}, and {rest}",
        detail=" ".join(sentences),
        rests_on={
            "deals": pd.concat([deals[mentioned], received]),
            "financials": pd.concat([picked, _repeated(total, quoted), costs]),
        },
    )


def _beside_firm(steps: pd.DataFrame, total: pd.Series, sums: pd.Series) -> list[str]:
    """What plans and conditional deals add to the firm ones, and what falls due after the total's horizon."""
    firm, missing, later = (float(sums.get(step, 0.0)) for step in ("firm", "unexplained", "later"))
    planned = total["value"] - missing - firm - later
    sentences = []
    if planned:
        names = steps.loc[steps["step"].isin(["conditional", "announced"]), "counterparty"]
        sentences.append(
            f"Plans and conditional deals ({formatting.names(names)}) add {formatting.usd_bn(planned)} once what they share with firm deals is taken off."
        )
    if later:
        sentences.append(
            f"{formatting.usd_bn(-later)} falls due after the total's horizon ({formatting.day(total['horizon_on'])}) and is taken off, by the schedule above."
        )
    return sentences


def _open_end(total: pd.Series, firm: float, missing: float, costs: pd.DataFrame) -> str:
    """What no listed deal explains, or by how much the listed deals exceed the total."""
    if missing > 0:
        gigawatts = _in_gigawatts(missing, costs)
        return f"No deal with a published amount stands behind what is unexplained{gigawatts}."
    alone = (
        f"Firm deals alone exceed the total by {formatting.usd_bn(firm - total['value'])}. "
        if firm > total["value"]
        else ""
    )
    return f"{alone}The total has another perimeter, or another horizon, than the sum of the deals."


def _not_added(estimates: pd.DataFrame, received: pd.DataFrame, missing: float) -> list[str]:
    """Estimates by others and money that the buyer would receive: told, and left out of the bridge."""
    sentences = []
    highest = estimates.groupby("deal_id")["high"].max()
    if missing > 0 and len(highest):
        most = float(highest.sum())
        sentences.append(
            f"Estimates by others for {formatting.names(estimates['counterparty'])}, who publish no amount, come to {formatting.usd_bn(most)} at their highest, {formatting.number(most / missing)} times as much; they are not added, since chips are installed in sites and clouds that are counted already."
        )
    if len(received):
        sentences.append(
            f"Not in the bridge: {formatting.names(received['counterparty'] + ' ' + received['amount_usd_bn'].map(formatting.usd_short))} by letter of intent, which is money that the buyer would receive."
        )
    return sentences


def _in_gigawatts(amount: float, costs: pd.DataFrame) -> str:
    if costs.empty:
        return ""
    low, high = costs["low"].min(), costs["high"].max()
    return f", as much as {formatting.between(amount / high, amount / low, 1)} GW would cost at {formatting.between(low, high)} billion dollars each"


def _said_before(total: pd.Series, quoted: pd.DataFrame, deals: pd.DataFrame, missing: float) -> list[str]:
    """A total repeated unchanged after a new deal may or may not hold it."""
    first, last = _repeated(total, quoted)["known_on"].min(), total["known_on"]
    new = deals[(deals["known_on"] > first) & (deals["known_on"] <= last) & (deals["amount_usd_bn"] > 0)]
    if new.empty:
        return []
    amount = float(new["amount_usd_bn"].sum())
    return [
        f"The same total had been quoted on {formatting.day(first)}, before {formatting.names(new['counterparty'])} ({formatting.usd_bn(amount)}); if that came on top, {formatting.usd_bn(missing + amount)} would be unexplained."
    ]


def _repeated(total: pd.Series, quoted: pd.DataFrame) -> pd.DataFrame:
    """Every time that the same total was quoted."""
    return quoted[(quoted["value"] == total["value"]) & (quoted["metric"] == total["metric"])]
