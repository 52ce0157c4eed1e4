"""Whose money goes round: the loops that close, on what they rest, and when each of them closed."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.capital.flow_style import RESTS_LABELS, by_form, flow_words, word
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BLUE, GOLD, INK, PAPER, days, finish, ticks, time_scale, when_narrow
from compute_ledger.measures.capital import ceiling, pairs
from compute_ledger.measures.capital import flows as flows_on
from compute_ledger.shared import rounding

MOST_LOOPS = 20
LEG = ["payer", "payee"]


@exhibit("loops")
@rounding.inputs
def loops_table(loops: pd.DataFrame, flows: pd.DataFrame, history: pd.DataFrame, scope: Scope) -> Table | Exhibit:
    """Every loop with its legs and their amounts, the smallest leg and the days. `loops` from `measures.capital.loops`."""
    if loops.empty:
        return Exhibit.empty(f"No closed loop was known on {formatting.day(scope.as_of)}.", scope.as_of)
    summed = by_form(flows)
    moving = summed[summed["form"] != "guarantee"]
    words = moving.assign(words=flow_words(moving)).groupby(["payer", "payee"])["words"].agg(list)
    now = history[history["until"].isna()].set_index("loop")
    rank = {rests: i for i, rests in enumerate(RESTS_LABELS)}
    rows = loops.assign(
        legs=[". ".join(" and ".join(words[pair]) for pair in pairs(members)) for members in loops["members"]],
        rests=loops["rests_on"].map(RESTS_LABELS),
        closed_on=loops["loop"].map(now["closed_on"]),
        so_since=loops["loop"].map(now["from"]),
        rank=loops["rests_on"].map(rank),
    ).sort_values(["rank", "closed_on", "parties", "loop"])
    return Table(
        caption=f"{formatting.capital(formatting.count(len(rows), 'closed loop'))} known on {formatting.day(scope.as_of)}, in the direction of the money",
        table=rows,
        columns={
            "loop": ("Loop", ""),
            "rests": ("Rests on", ""),
            "legs": ("Legs", ""),
            "smallest_usd_bn": ("Smallest published leg", "USD bn"),
            "unpriced_legs": ("Legs without an amount", "count"),
            "closed_on": ("Closed on", ""),
            "so_since": ("Resting so since", ""),
        },
        rests_on={"ties": _on_loops(loops, flows)},
        # Every tie was looked at, also those on no loop.
        source_ids=formatting.lead_sources(flows),
        as_of=scope.as_of,
        note=(
            "A loop closes on the day on which the last of its legs became public; many of the flows began earlier. The smallest published leg is "
            "the most that could go all the way round, if every promise were kept in full; where a leg is firm only its firm amount counts. "
            "Letters of intent, plans, talks and what hangs on a condition are not firm."
        ),
    )


def _on_loops(loops: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """The ties that the loops run along."""
    return ties[ties["tie_id"].isin(loops["tie_ids"].explode())]


@exhibit("loops-over-time")
@rounding.inputs
def loops_over_time(history: pd.DataFrame, ties: pd.DataFrame, scope: Scope) -> Exhibit:
    """One bar a loop from the day it closed: hollow on intentions, pale on shares, solid on contracts and paid stakes.

    `history` from `measures.capital.loop_history`, `ties` those it was made from.
    """
    if history.empty:
        return Exhibit.empty(f"No loop had closed by {formatting.day(scope.as_of)}.", scope.as_of)
    firsts = history.groupby("loop")["closed_on"].min().sort_values(kind="stable")
    order = firsts.index[:MOST_LOOPS].tolist()
    start = firsts.min()
    data = _times_frame(history, scope.as_of, order)
    standing = history[history["until"].isna()]
    firm = standing[standing["rests_on"] == "firm"]
    cut = f" Drawn are the first {MOST_LOOPS} of {len(firsts)}." if len(firsts) > MOST_LOOPS else ""
    return Exhibit(
        title=_formed(standing, firm),
        subtitle=(
            f"Closed loops by the day on which their last leg became public, {formatting.day(start)} to {formatting.day(scope.as_of)}. Solid: contracts and paid stakes on "
            "every leg. Pale: shares given with an order on a leg. Hollow: a letter of intent, condition or talks on a leg"
        ),
        description=(
            f"Bars over time for {formatting.count(len(order), 'loop')}, the first closed on {formatting.day(start)}, the last on {formatting.day(firsts.max())}; "
            f"{len(standing)} stand on {formatting.day(scope.as_of)}, {len(firm)} of them on contracts and paid stakes alone."
        ),
        chart=finish(_times_chart(data, scope.as_of, order, start), height=34 * len(order) + 34),
        table=history.assign(rests=history["rests_on"].map(RESTS_LABELS)),
        columns={
            "loop": ("Loop", ""),
            "rests": ("Rests on", ""),
            "from": ("From", ""),
            "until": ("Until", ""),
            "closed_on": ("Closed on", ""),
        },
        rests_on={"ties": _on_loops(history, ties)},
        as_of=scope.as_of,
        note=f"Days are those of publication, as ties entered the ledger; the flows themselves may be older. One new leg can close several loops at once, so their number is no measure of size.{cut}",
    )


def _times_frame(history: pd.DataFrame, as_of: pd.Timestamp, order: list[str]) -> pd.DataFrame:
    """The loops drawn, with the days between which each rested on the same."""
    return history[history["loop"].isin(order)].assign(
        begins=lambda frame: frame["from"].dt.strftime("%Y-%m-%d"),
        ends=lambda frame: frame["until"].fillna(as_of).dt.strftime("%Y-%m-%d"),
        name=lambda frame: frame["loop"] + ": " + frame["rests_on"].map(RESTS_LABELS),
        row=lambda frame: frame["loop"].map({loop: i for i, loop in enumerate(order)}),
    )


def _times_chart(data: pd.DataFrame, as_of: pd.Timestamp, order: list[str], start: pd.Timestamp) -> alt.LayerChart:
    """A name and below it a bar for each time in which a loop rested on the same."""
    marks = data[["row", "begins", "ends", "rests_on", "name"]].assign(top=data["row"] + 0.55, foot=data["row"] + 0.9)
    labels = pd.DataFrame({"loop": order, "middle": [i + 0.3 for i in range(len(order))]})
    x = alt.X(
        "begins:T",
        scale=time_scale(start, max(as_of, start + pd.Timedelta(days=1))),
        axis=days(orient="top", format="%b %Y", values=ticks(start, as_of, 5), labelBound=True),
    )
    scale = alt.Scale(domain=[0, len(order) + 0.1], nice=False, reverse=True)
    y = alt.Y("top:Q", axis=None, scale=scale)
    bars = alt.Chart(marks).encode(
        x=x, x2=alt.X2("ends:T"), y=y, y2=alt.Y2("foot:Q"), description=alt.Description("name:N")
    )
    return alt.layer(
        bars.transform_filter("datum.rests_on == 'firm'").mark_rect(fill=BLUE, stroke=BLUE, strokeWidth=1),
        bars.transform_filter("datum.rests_on == 'shares'").mark_rect(
            fill=GOLD, fillOpacity=0.35, stroke=GOLD, strokeWidth=1
        ),
        bars.transform_filter("datum.rests_on == 'intent'").mark_rect(
            fill=PAPER, stroke=INK, strokeDash=[3, 3], strokeWidth=1
        ),
        alt.Chart(labels)
        .mark_text(align="left", fontSize=when_narrow(10, 12))
        .encode(x=alt.XValue(0), y=alt.Y("middle:Q", axis=None, scale=scale), text=alt.Text("loop:N")),
    )


def _formed(standing: pd.DataFrame, firm: pd.DataFrame) -> str:
    """How many loops rest on what binds, and since when most of them do."""
    if standing.empty:
        return "No loop stands any more"
    if firm.empty:
        stand = formatting.count(len(standing), "loop stands", "loops stand")
        return f"{formatting.capital(stand)}, none on contracts and paid stakes alone"
    steps = firm["from"].value_counts().sort_index()
    since = f"since {formatting.day(pd.Timestamp(str(steps.idxmax())))}"
    if len(standing) == 1:
        return f"The only loop rests on contracts and paid stakes alone, {since}"
    part = f"{formatting.capital(word(len(firm)))} of {formatting.count(len(standing), 'loop')} {'rests' if len(firm) == 1 else 'rest'} on contracts and paid stakes alone"
    if len(firm) == 1:
        return f"{part}, {since}"
    return f"{part}; {word(int(steps.max()))} of them {since}" if steps.max() > 1 else part


@rounding.inputs
def time_finding(history: pd.DataFrame, ties: pd.DataFrame, deals: pd.DataFrame, scope: Scope) -> Finding:
    """The days on which most loops closed and most became firm, what became known on those days, and the first loop."""
    if history.empty:
        none = f"No loop had closed by {formatting.day(scope.as_of)}, so there is nothing to tell of how loops formed."
        return Finding(name="time", detail=none)
    runs = history.drop_duplicates(["loop", "closed_on"])
    hardened = history[history["rests_on"].eq("firm") & history["from"].gt(history["closed_on"])]
    first = f"The first loop, {runs.iloc[0]['loop']}, closed on {formatting.day(runs.iloc[0]['closed_on'])}"
    most, news = [], []
    for rows, column, verb in ((runs, "closed_on", "close"), (hardened, "from", "turn firm")):
        steps = rows[column].value_counts().sort_index()
        if rows.empty or steps.max() < 2:
            continue
        day = pd.Timestamp(str(steps.idxmax()))
        most.append(f"{verb} than on {formatting.day(day)}, when {word(int(steps.max()))} did")
        new_flows = _new_flows(rows, column, day, ties, deals, scope.buyer)
        if len(new_flows):
            news.append(f"On {formatting.day(day)} it became known that {'; '.join(flow_words(by_form(new_flows)))}.")
    sentences = [f"{first}.", *dict.fromkeys(news)] if most else []
    standing = set(history.loc[history["until"].isna(), "loop"])
    apart = len(set(history["loop"]) - standing)
    if apart:
        sentences.append(f"{formatting.capital(formatting.count(apart, 'loop has', 'loops have'))} come apart again.")
    return Finding(
        name="time",
        claim=f"On no day did more loops {', and on no day did more '.join(most)}" if most else first,
        detail=" ".join(sentences),
        rests_on={"ties": _on_loops(history, ties)},
    )


def _new_flows(
    rows: pd.DataFrame, column: str, day: pd.Timestamp, ties: pd.DataFrame, deals: pd.DataFrame, buyer: str
) -> pd.DataFrame:
    """The flows that became known on the `day` and that made loops close (`column` closed_on) or turn firm (from)."""
    earlier_flows = flows_on(ties, deals, buyer, day - pd.Timedelta(days=1))
    earlier_flows = earlier_flows if column == "closed_on" else earlier_flows[earlier_flows["binding"].astype(bool)]
    new_flows = flows_on(ties, deals, buyer, day)
    new_flows = _on_loops(rows[rows[column] == day], new_flows[new_flows["known_on"].eq(day)])
    # More money on a leg that was there before closes no loop, and turns none firm.
    return new_flows[~pd.MultiIndex.from_frame(new_flows[LEG]).isin(pd.MultiIndex.from_frame(earlier_flows[LEG]))]


@rounding.inputs
def loops_finding(
    loops: pd.DataFrame, turning: pd.DataFrame, flows: pd.DataFrame, scope: Scope, longest: int, complete_to: int
) -> Finding:
    """How many loops close and on what, and how much could go round at most.

    `turning` from `measures.capital.turning_legs`, `flows` those that the loops were found in.
    """
    if loops.empty:
        none = f"On {formatting.day(scope.as_of)} no closed loop was known: along the ties listed here, nothing that a firm paid could come back to it."
        return Finding(name="loops", detail=none)
    sentences = []
    if len(loops) > 1:
        passing = formatting.count(int(loops["through_buyer"].sum()), "of them passes", "of them pass")
        sentences.append(f"{formatting.capital(passing)} through {scope.buyer}.")
    if len(turning):
        sentences.append(_turned(turning, scope.buyer))
    if complete_to < longest:
        sentences.append(
            f"There are too many loops to list; shown are those of up to {formatting.count(complete_to, 'firm')}."
        )
    sentences.append(
        "A loop is a pattern of ties: it does not show that the same dollars come back, nor that anybody did wrong."
    )
    return Finding(
        name="loops",
        claim=(
            f"On {formatting.day(scope.as_of)} money could go round in {formatting.count(len(loops), 'closed loop')} "
            f"of up to {formatting.count(longest, 'firm')}: {_by_strength(loops)}"
        ),
        detail=" ".join(sentences),
        rests_on={"ties": _on_loops(loops, flows)},
    )


def _by_strength(loops: pd.DataFrame) -> str:
    """'two on contracts and paid stakes alone and ...': how many loops rest on what."""
    counts = loops["rests_on"].value_counts()
    return formatting.names(
        f"{word(int(counts[rests]))} {words}" if len(loops) > 1 else words
        for rests, words in (
            ("firm", "on contracts and paid stakes alone"),
            ("shares", "only by way of shares that a seller gives its customer"),
            ("intent", "only if a letter of intent, a condition or talks come true"),
        )
        if rests in counts
    )


def _turned(turning: pd.DataFrame, buyer: str) -> str:
    """By which legs money comes back to the buyer on firm loops, and the most that could go round on them."""
    back, out = turning[turning["side"] == "back"], turning[turning["side"] == "out"]
    amounts = back["firm_usd_bn"].map(formatting.usd_short).where(back["firm_usd_bn"].notna(), "no amount")
    ways = formatting.names(back["payer"] + " (" + amounts + ")")
    most, promised = ceiling(turning), out["firm_usd_bn"].sum(min_count=1)
    if pd.isna(most):
        return f"On contracts and paid stakes alone money comes back to {buyer} from {ways} only; amounts are missing, so no ceiling can be given."
    beside = formatting.usd_bn(promised) if pd.notna(promised) else "an unpublished sum"
    return (
        f"On contracts and paid stakes alone money comes back to {buyer} from {ways} only. So at most {formatting.usd_bn(most)} could go round on all those "
        f"loops together, beside {beside} that {buyer} has promised on the legs that leave it."
    )
