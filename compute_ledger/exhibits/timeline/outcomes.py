"""What became of the announcements: a square for each, by kind and outcome, and a row for each that has changed."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.drawing.text_metrics import ROW_LIFT, ROW_NAME, name_style, row_name
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BLUE, GREY, INK, MUTED, PAPER, VERMILION, finish, when_narrow
from compute_ledger.shared import rounding

NOTHING = "No deal of the chosen kinds had been announced."
# The columns of the chart, and the colour of their squares; '' is hollow.
PLACES = {
    "grew": BLUE,
    "stands": BLUE,
    "became binding": BLUE,
    "shrank": VERMILION,
    "open": "",
    "stopped": GREY,
}
STOPPED = ("cancelled", "paused", "replaced")
NAMES_WIDE, NAMES_NARROW = (145, 12), (96, 11)
PER_LINE, MOST_SQUARES, PITCH = 4, 12, 10
STRETCH = "(narrow ? 0.8 : 1.2)"
COLUMNS = {
    "announced": ("Announced or reported", ""),
    "deal": ("Deal", ""),
    "kinds": ("Kind, then and now", ""),
    "amount_then_usd_bn": ("Amount then", "USD bn"),
    "amount_now_usd_bn": ("Amount now", "USD bn"),
    "capacity_then_gw": ("Capacity then", "GW"),
    "capacity_now_gw": ("Capacity now", "GW"),
    "outcome": ("Outcome", ""),
    "days": ("After", "days"),
}


@rounding.inputs
def outcomes_finding(announced: pd.DataFrame, deals: pd.DataFrame, scope: Scope, since: str) -> Finding:
    """How many contracts stand, how many looser announcements became binding, and the largest changes.

    `announced` from `announcement_outcomes.announcements`, those chosen; `deals` the rows that they name.
    """
    if announced.empty:
        return Finding(name="outcomes", detail=NOTHING)
    rows = _behind(announced, deals)
    sentences = [
        f"This rests on {formatting.graded(rows)}. A deal stands as long as no page says otherwise: rights to leave are mostly unpublished, and a cancellation or a signature would change the count.",
        *_changes(announced),
        *_priced(announced),
        *_stopped(announced),
    ]
    return Finding(
        name="outcomes",
        claim=formatting.capital("; ".join(_claims(announced, scope, since))),
        detail=" ".join(sentences),
        rests_on={"deals": rows},
    )


def _claims(announced: pd.DataFrame, scope: Scope, since: str) -> list[str]:
    """How many contracts stand and how many looser announcements became binding; of neither, how much money stands."""
    contracts, looser, money = _groups(announced)
    claims = []
    if len(contracts):
        stand = int(contracts["is_binding_now"].sum())
        many = _of(stand, len(contracts), "contract")
        others = contracts.loc[~contracts["is_binding_now"], "outcome"].value_counts()
        ends = [formatting.count(int(number), str(outcome), str(outcome)) for outcome, number in others.items()]
        claims.append(
            f"{many} that {scope.buyer} has announced since {formatting.day(pd.Timestamp(since))} {_is(stand, 'stands', 'stand')}"
            + (f" ({formatting.names(ends)})" if ends else "")
        )
    if len(looser):
        bound = int(looser["is_binding_now"].sum())
        claims.append(
            f"of {formatting.count(len(looser), 'letter, framework, venture or lease in talks', 'letters of intent, frameworks, ventures and talks')} "
            f"{formatting.count(bound, 'has', 'have') if bound else 'none has'} become binding"
        )
    if not claims:
        claims.append(
            f"{_of(int(money['is_binding_now'].sum()), len(money), 'investment, loan or warrant', 'investments, loans and warrants')} of {scope.buyer} stand"
        )
    return claims


def _groups(announced: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Contracts to buy, what was not binding when it was announced, and money with warrants."""
    money = announced["kind"].isin(["equity", "loan", "warrant"])
    return (
        announced[announced["was_binding"] & ~money],
        announced[~announced["was_binding"]],
        announced[money],
    )


def _of(part: int, whole: int, singular: str, plural: str = "") -> str:
    """'all nine contracts', 'two of three contracts', 'the one contract'."""
    many = formatting.count(whole, singular, plural)
    if whole == 1:
        return f"the one {singular}" if part else f"not the one {singular}"
    return f"all {many}" if part == whole else f"{formatting.count(part, 'of', 'of')} {many}"


def _is(number: int, one: str, more: str) -> str:
    return one if number == 1 else more


def _priced(announced: pd.DataFrame) -> list[str]:
    """What was announced without an amount and has one now."""
    rows = announced[announced["amount_then_usd_bn"].isna() & announced["amount_now_usd_bn"].gt(0)]
    names = [
        f"{formatting.deal(row['counterparty'], row['title'])} ({formatting.usd_short(row['amount_now_usd_bn'])})"
        for _, row in rows.iterrows()
    ]
    return [f"Announced without an amount and given one since: {formatting.names(names)}."] if names else []


def _changes(announced: pd.DataFrame) -> list[str]:
    """The largest growth and the largest loss in dollars."""
    step = announced["amount_now_usd_bn"] - announced["amount_then_usd_bn"]
    moved = announced.assign(step=step)[step.notna() & announced["outcome"].isin(["grown", "shrunk"])]
    ordered = moved.reindex(moved["step"].abs().sort_values(ascending=False, kind="stable").index)
    words = [
        f"{formatting.deal(row['counterparty'], row['title'])}, went from {formatting.usd_short(row['amount_then_usd_bn'])} to "
        f"{formatting.usd_short(row['amount_now_usd_bn'])} after {formatting.count(int(row['days']), 'day')}"
        for _, row in ordered.head(1).iterrows()
    ]
    return [f"{'. '.join(words)}."] if words else []


def _stopped(announced: pd.DataFrame) -> list[str]:
    """What was cancelled or paused, by name, with its size."""
    sentences = []
    for outcome in STOPPED[:2]:
        rows = announced[announced["outcome"] == outcome]
        if len(rows):
            names = [
                " ".join([formatting.deal(row["counterparty"], row["title"]), *_size_in_brackets(row)])
                for _, row in rows.iterrows()
            ]
            sentences.append(f"{formatting.capital(outcome)}: {formatting.names(names)}.")
    return sentences


def _size_in_brackets(row: pd.Series) -> list[str]:
    size = _size(row["amount_then_usd_bn"], row["capacity_then_gw"])
    return [f"({size})"] if size else []


def _size(amount: float, gigawatts: float) -> str:
    """'$100bn', '10 GW', both, or nothing."""
    parts = [formatting.usd_short(amount)] if pd.notna(amount) else []
    return ", ".join([*parts, *([f"{formatting.number(gigawatts, 2)} GW"] if pd.notna(gigawatts) else [])])


def _behind(announced: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """The rows of the ledger that the announcements were and are."""
    ids = {deal for chain in announced["deal_ids"] for deal in chain}
    return deals[deals["deal_id"].isin(ids)]


def _place(announced: pd.DataFrame) -> pd.Series:
    """In which column of the chart each announcement stands."""
    holds = announced["was_binding"].map({True: "stands", False: "became binding"})
    place = holds.where(announced["is_binding_now"], "open")
    place = place.mask(announced["outcome"].eq("grown"), "grew").mask(announced["outcome"].eq("shrunk"), "shrank")
    return place.mask(announced["outcome"].isin(STOPPED), "stopped")


@exhibit("announcement-outcomes")
@rounding.inputs
def outcome_squares(announced: pd.DataFrame, deals: pd.DataFrame, scope: Scope, since: str) -> Exhibit:
    """A square for each announcement, by its kind and by what it has come to; the rows behind it in the table."""
    if announced.empty:
        return Exhibit.empty("There is no announcement to draw.", scope.as_of)
    rows = announced.assign(place=_place(announced), kinds=_kinds(announced), **_words(announced))
    data = _squares(rows)
    return Exhibit(
        title=_title(rows),
        subtitle=(
            f"Deals announced since {formatting.day(pd.Timestamp(since))}, one square each, by kind when announced and by what they are on {formatting.day(scope.as_of)}"
        ),
        description=(
            f"Squares for {formatting.count(len(rows), 'announcement')} of {scope.buyer} in {formatting.count(rows['kind'].nunique(), 'row')} by kind: "
            + "; ".join(
                f"{int(many)} {place}"
                for place, many in rows["place"].value_counts().reindex(list(PLACES)).dropna().items()
            )
            + "."
        ),
        key=_key(rows, data),
        chart=_squares_chart(data),
        table=rows,
        columns=COLUMNS,
        rests_on={"deals": _behind(announced, deals)},
        as_of=scope.as_of,
        evidence=("deals", "newest_id"),
        note=(
            "How deals are counted on this page: a deal with all its later versions once; parts not beside their whole; no amendments of rights; talks only if something was signed. "
            "Open: a framework, letter or venture that stands but binds no one to buy, or a condition not met. Stopped: cancelled, paused or replaced by other terms. "
            "Became binding: a contract, lease or payment took its place; amounts and gigawatts overlap between rows and do not add up."
        ),
    )


def _title(rows: pd.DataFrame) -> str:
    """What is still open, what has stopped, and by how many shrank."""
    many = rows["place"].value_counts()
    parts = [
        f"{formatting.count(int(many.get(place, 0)), verb, verbs)}"
        for place, verb, verbs in (
            ("open", "is still open", "are still open"),
            ("stopped", "has stopped", "have stopped"),
            ("shrank", "has shrunk", "have shrunk"),
        )
        if many.get(place, 0)
    ]
    total = formatting.count(len(rows), "announcement")
    return (
        f"Of {total} {formatting.names(parts)}"
        if parts
        else f"{formatting.capital(_of(len(rows), len(rows), 'announcement'))} {_is(len(rows), 'stands', 'stand')}"
    )


def _key(rows: pd.DataFrame, data: pd.DataFrame) -> list[Swatch]:
    """What tells the squares of those that have stopped apart."""
    stopped = data[data["place"] == "stopped"]
    full, hollow = (stopped.loc[which, "shade"].tolist() for which in (stopped["filled"], ~stopped["filled"]))
    ends = [end for end in ("paused", "replaced") if rows["outcome"].eq(end).any()]
    return drawn_only(
        [
            (bool(full), Swatch("square", full, "cancelled")),
            (bool(hollow), Swatch("hollow square", hollow, " or ".join(ends))),
        ]
    )


def _kinds(announced: pd.DataFrame) -> pd.Series:
    """'letter of intent, now equity', or one kind where it is the same."""
    then, now = (announced[column].map(code_labels.KIND_LABELS) for column in ("kind", "kind_now"))
    return then.where(then == now, then + ", now " + now)


def _words(announced: pd.DataFrame) -> dict[str, list[str]]:
    """The name of each deal and the day of its announcement."""
    dates = zip(announced["first_on"], announced["date_precision"], strict=True)
    names = zip(announced["counterparty"], announced["title"], strict=True)
    return {
        "announced": [formatting.iso_day(*date) for date in dates],
        "deal": [formatting.deal(*name) for name in names],
    }


def _squares(rows: pd.DataFrame) -> pd.DataFrame:
    """Where each square stands in its cell, its colour and what it says; what is beyond MOST_SQUARES is counted."""
    kinds = list(dict.fromkeys(kind for group in _groups(rows) for kind in group["kind"].value_counts().index))
    binding, many = rows.groupby("kind")["is_binding_now"].sum().to_dict(), rows["kind"].value_counts().to_dict()
    names = {
        kind: row_name(
            f"{i:03d}",
            f"{formatting.capital(code_labels.KIND_LABELS[kind])}\n{binding[kind]} of {many[kind]} binding",
            NAMES_WIDE,
            NAMES_NARROW,
        )
        for i, kind in enumerate(kinds)
    }
    number = rows.groupby(["kind", "place"]).cumcount()
    cells = rows.groupby(["kind", "place"])["deal_id"].transform("size")
    kept = rows["outcome"].ne("paused") & rows["outcome"].ne("replaced")
    shade = rows["place"].map(PLACES)
    dates = [formatting.day(*date) for date in zip(rows["first_on"], rows["date_precision"], strict=True)]
    sizes = [_then_and_now(row) for _, row in rows.iterrows()]
    data = pd.DataFrame(
        {
            "kind": rows["kind"].map(names),
            "place": rows["place"],
            "line": _centred(number // PER_LINE, (cells.clip(upper=MOST_SQUARES) - 1) // PER_LINE),
            "column": _centred(number % PER_LINE, pd.Series(PER_LINE - 1, index=rows.index)),
            "shade": shade.mask(shade == "", MUTED),
            "filled": shade.ne("") & kept,
            "more": (cells - MOST_SQUARES).where((cells > MOST_SQUARES) & (number == MOST_SQUARES - 1), 0),
            "mark": mark_labels(
                rows["deal"] + ", " + pd.Series(dates, index=rows.index), sizes, rows["kinds"], _ends(rows)
            ),
        }
    )
    return data[number < MOST_SQUARES].head(300)


def _centred(place: pd.Series, last: pd.Series) -> pd.Series:
    """Steps from 0 to `last` in px around the middle."""
    return (place - last / 2) * PITCH


def _then_and_now(row: pd.Series) -> str:
    then = _size(row["amount_then_usd_bn"], row["capacity_then_gw"])
    now = _size(row["amount_now_usd_bn"], row["capacity_now_gw"])
    return then if then == now or not now else f"{then or 'no size'}, now {now}"


def _ends(rows: pd.DataFrame) -> pd.Series:
    """'shrunk after 158 days', or only the outcome where nothing has changed."""
    after = (
        rows["outcome"]
        + " after "
        + rows["days"].map(lambda days: formatting.number(days) + (" day" if days == 1 else " days"))
    )
    return after.where(rows["changed_on"].notna(), rows["outcome"])


def _squares_chart(data: pd.DataFrame) -> alt.LayerChart:
    """A row for each kind, a column for each thing that may become of it."""
    kinds = list(dict.fromkeys(data.sort_values("kind", kind="stable")["kind"]))
    places = [place for place in PLACES if place in set(data["place"])]
    most = int(data.groupby(["kind", "place"]).size().max())
    step = 14 + 12 * -(-most // PER_LINE)
    x = alt.X(
        "place:N",
        title=None,
        scale=alt.Scale(domain=places),
        axis=alt.Axis(
            orient="top",
            labelAngle=0,
            ticks=False,
            domain=False,
            labelColor=INK,
            labelLimit=120,
            labelExpr="narrow ? split(datum.label, ' ') : datum.label",
            labelLineHeight=11,
        ),
    )
    y = alt.Y(
        "kind:N",
        title=None,
        scale=alt.Scale(domain=kinds),
        axis=alt.Axis(labelExpr=ROW_NAME, labelOffset=ROW_LIFT, ticks=False, domain=False, grid=True, bandPosition=1),
    )
    layers = _square_layers(data, x, y)
    return finish(
        alt.layer(*layers),
        height=step * len(kinds) + 20,
        narrow={"config": {"axisY": name_style(*NAMES_NARROW), "axisX": {"labelFontSize": 9}}},
    ).configure_axisY(**name_style(*NAMES_WIDE))


def _square_layers(data: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Filled and hollow squares, and how many more there are than a cell has room for."""
    base = alt.Chart(data).encode(x=x, y=y, color=alt.Color("shade:N", scale=None), description=SPOKEN)
    shift = {"xOffset": alt.ExprRef(f"datum.column * {STRETCH}"), "yOffset": alt.ExprRef(f"datum.line * {STRETCH}")}
    layers = [
        base.transform_filter("datum.filled" if filled else "!datum.filled").mark_point(
            shape="square",
            size=when_narrow(32, 70),
            filled=bool(filled),
            strokeWidth=1.5,
            opacity=1,
            **shift,
            **({} if filled else {"fill": PAPER}),
        )
        for filled in sorted(data["filled"].unique())
    ]
    if (data["more"] > 0).any():
        more = (
            alt.Chart(data[data["more"] > 0])
            .mark_text(dx=28, fontSize=11)
            .encode(x=x, y=y, text=alt.Text("more:Q", format="+d"))
        )
        layers.append(more)
    return layers


@exhibit("announcements-changed")
@rounding.inputs
def changed_announcements(announced: pd.DataFrame, deals: pd.DataFrame, scope: Scope) -> Table | Exhibit:
    """Announcements that are no longer what they were, newest change first, in dollars, gigawatts and days."""
    rows = announced[announced["changed_on"].notna()]
    if rows.empty:
        return Exhibit.empty(
            "No announcement has been replaced, enlarged, reduced, paused or cancelled since.", scope.as_of
        )
    rows = rows.sort_values(["changed_on", "deal_id"], ascending=False)
    return Table(
        caption=f"{formatting.capital(formatting.count(len(rows), 'announcement'))} of {len(announced)} "
        f"{_is(len(rows), 'is', 'are')} no longer what {_is(len(rows), 'it was', 'they were')}: then and on {formatting.day(scope.as_of)}",
        table=rows.assign(kinds=_kinds(rows), **_words(rows)),
        columns=COLUMNS,
        rests_on={"deals": _behind(rows, deals)},
        as_of=scope.as_of,
        evidence=("deals", "newest_id"),
        note="Empty where nothing was published; gigawatts of a site and of what runs in it are two measures.",
    )
