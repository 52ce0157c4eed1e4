"""What became known between two days: the key figures then and now, and the deals that came and went."""

import re

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.evidence_links import ROWS
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, KeyFigure, KeyFigures, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, PAPER, colours, domain_when_narrow, finish
from compute_ledger.ledger import Ledger
from compute_ledger.measures.commitments import by_supplier
from compute_ledger.shared import markdown_escape, rounding
from compute_ledger.shared.languages.phrases import Words, number_of, phrase, spoken

MOST_NAMED, MOST_DRAWN = 8, 15
LEAST_CHANGE = 0.05  # USD bn; less is not printed
BOTH_DAYS = "isValid(datum.then) && isValid(datum.now)"
UNITS = Words({"USD bn": "{change} USD bn", "%": "{change} pp", "0 to 10,000": "{change} points"})
ON_DAYS = Words({"then": "{amount} then", "now": "{amount} now"})
FATES = Words({"since {status}": "since {status}", "{status}": "{status}"})


def agreements_then_and_now(
    before: pd.DataFrame, after: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Agreements that are new, that stood and have been replaced, and that stood and have ended, between two days.

    `before` and `after` are the deals of one buyer as known on each day; the frames are rows of `after`. One rule
    counts them all: an agreement counts once, its parts with it; talks do not count; what replaces an agreement that
    stood then is no new one.
    """
    new = after[~after["deal_id"].isin(before["deal_id"])]
    new = new[listed_alone(new, after) & new["kind"].ne("talks")]
    stood = before.loc[before["standing"], "deal_id"]
    gone = after[after["deal_id"].isin(stood) & ~after["standing"] & after["kind"].ne("talks")]
    gone = gone[~gone["part_of"].isin(gone["deal_id"])]
    is_replaced = gone["deal_id"].isin(after["replaces"].dropna())
    return new[~new["replaces"].isin(gone["deal_id"])], gone[is_replaced], gone[~is_replaced]


@rounding.inputs
def changed_finding(earlier: Ledger, now: Ledger, before: pd.DataFrame, after: pd.DataFrame) -> Finding:
    """Which agreements came and went, the largest first."""
    if earlier.as_of >= now.as_of:
        day = formatting.capital(formatting.day(earlier.as_of))
        none = phrase("{day} is no earlier than the day of this page, so there is nothing to compare.", day=day)
        return Finding(name="changes", detail=none)
    new, replaced, ended = agreements_then_and_now(before, after)
    since = formatting.day(earlier.as_of)
    if new.empty and replaced.empty and ended.empty:
        return Finding(name="changes", claim=phrase("No agreement has become known or ended since {day}", day=since))
    priced = new[new["amount_usd_bn"] > 0].sort_values(["amount_usd_bn", "deal_id"], ascending=[False, True])
    groups = {
        phrase("New with an amount"): _listed(priced, "since {status}"),
        phrase("Replaced"): _listed(replaced, ""),
        phrase("Ended or paused"): _listed(ended, "{status}"),
    }
    sentences = [
        phrase("{name}: {agreements}.", name=name, agreements=agreements)
        for name, agreements in groups.items()
        if agreements
    ]
    return Finding(
        name="changes",
        claim=phrase(
            "Since {day}, {new} become known; of those that stood then {replaced} been replaced and {ended} ended or been "
            "paused",
            day=since,
            new=number_of(len(new), "agreement has", "agreements have"),
            replaced=_how_many(len(replaced)),
            ended=_how_many(len(ended)),
        ),
        detail=" ".join([*sentences, phrase("Each counts once, with its parts; talks do not count.")]),
        rests_on={"deals": pd.concat([new, replaced, ended])},
    )


def _how_many(agreements: int) -> str:
    return number_of(agreements, "has", "have") if agreements else str(phrase("none has"))


def listed_alone(new: pd.DataFrame, after: pd.DataFrame) -> "pd.Series[bool]":
    """Which new deals count by themselves: not in a whole that counts, nor replaced by another new one.

    A whole that holds older deals too is not new: its new parts are.
    """
    older = after[~after["deal_id"].isin(new["deal_id"])]
    wholes = after.loc[~after["deal_id"].isin(older["part_of"]), "deal_id"]
    return ~new["part_of"].isin(wholes) & ~new["deal_id"].isin(older["part_of"]) & ~new["deal_id"].isin(new["replaces"])


def _listed(deals: pd.DataFrame, fate: str) -> str:
    """The first MOST_NAMED deals, the status of those that stand no more in the words of `fate`; the rest is counted."""
    named = [_called(deal, fate) for deal in deals.head(MOST_NAMED).to_dict("records")]
    rest = len(deals) - len(named)
    return phrase("; ").join([*named, str(phrase("{number} more", number=rest))] if rest else named)


def _called(deal: dict, fate: str) -> str:
    amount = f", {formatting.usd_short(deal['amount_usd_bn'])}" if deal["amount_usd_bn"] > 0 else ""
    is_told = fate and not deal["standing"]
    status = FATES[fate].format(status=code_labels.STATUS_LABELS[deal["status"]]) if is_told else ""
    ended = f", {status}" if status else ""
    return f"[{markdown_escape.plain(deal['counterparty'])}](evidence.html#deals-{deal['deal_id']}) ({code_labels.KIND_LABELS[deal['kind']]}{amount}{ended})"


@exhibit("changes")
def changed_figures(earlier: Ledger, now: Ledger, then: KeyFigures, figures: KeyFigures) -> Table | Exhibit:
    """Each key figure on both days."""
    if earlier.as_of >= now.as_of:
        return Exhibit.empty("", now.as_of)
    rows = [
        (old.label, old.text, new.text, _difference(old, new))
        for old, new in zip(then.figures, figures.figures, strict=True)
    ]
    behind: dict[str, pd.DataFrame] = {}
    for figure in (*then.figures, *figures.figures):
        for table, frame in figure.rests_on.items():
            # A row of the earlier day may have given way to a newer vintage since.
            current_rows = frame[frame[ROWS[table][0]].isin(now.tables[table][ROWS[table][0]])]
            behind[table] = pd.concat([behind[table], current_rows]) if table in behind else current_rows
    return Table(
        caption=phrase(
            "The key figures as known on {then} and on {now}",
            then=formatting.day(earlier.as_of),
            now=formatting.day(now.as_of),
        ),
        table=pd.DataFrame(rows, columns=["figure", "then", "now", "change"]),
        columns={
            "figure": (phrase("Figure"), ""),
            "then": (formatting.iso_day(earlier.as_of), ""),
            "now": (formatting.iso_day(now.as_of), ""),
            "change": (phrase("Change"), ""),
        },
        rests_on=behind,
        # The chapters that derive the figures list them.
        source_ids=(),
        as_of=now.as_of,
        note=_reading(),
    )


def _reading() -> str:
    words = phrase(
        "pp: percentage points; market shares are printed in whole percents, so a point more or less may be rounding alone. "
        "n/a: not published on that day. Changes reflect new events or newly found sources. "
        "Evidence: the rows behind either day that are still in the ledger."
    )
    return str(words)


def _difference(old: KeyFigure, new: KeyFigure) -> str:
    """'+120 USD bn', 'same', 'another' for words; empty where either day has none. Of the figures as printed."""
    if isinstance(old.value, str) or isinstance(new.value, str):
        if old.value == new.value:
            return str(phrase("same"))
        return str(phrase("another")) if old.value and new.value else ""
    if old.value is None or new.value is None or pd.isna(old.value) or pd.isna(new.value):
        return ""
    point = re.escape(spoken().decimal)
    printed = re.findall(rf"\d(?:{point}(\d+))?(?!\d)", f"{old.text} {new.text}")
    decimals = max(map(len, printed), default=0)
    change = rounding.rounded(new.value, decimals) - rounding.rounded(old.value, decimals)
    text = formatting.number(abs(change), decimals)
    if text == "0":
        return str(phrase("same"))
    if new.unit == "times":
        return str(phrase("higher") if change > 0 else phrase("lower"))
    return UNITS.get(new.unit, "{change}").format(change=f"{'+' if change > 0 else '−'}{text}")


@exhibit("payables-change")
@rounding.inputs
def changed_payables(
    earlier: Ledger, now: Ledger, counted_then: pd.DataFrame, counted: pd.DataFrame, scope: Scope
) -> Exhibit:
    """Commitments by supplier on both days: hollow then, filled now. Frames from `measures.commitments.payables`.

    A supplier without an amount on a day has none there: what nobody published is missing, not zero.
    """
    if earlier.as_of >= now.as_of:
        return Exhibit.empty("", now.as_of)
    then, today = (by_supplier(rows).set_index("supplier")["counted"] for rows in (counted_then, counted))
    amounts = pd.DataFrame({"then": then, "now": today}).astype("float64")
    if amounts.empty:
        return Exhibit.empty(phrase("No contract with an amount was published on either day."), now.as_of)
    amounts = rounding.frame(
        amounts.assign(change=amounts["now"] - amounts["then"]).rename_axis("supplier").reset_index()
    )
    data = amounts.sort_values(["now", "supplier"], ascending=[False, True], ignore_index=True).head(MOST_DRAWN)
    data["label"] = _change_labels(data)
    days_of = formatting.names([formatting.day(earlier.as_of), formatting.day(now.as_of)])
    return Exhibit(
        title=_grown_title(data),
        subtitle=phrase("What {buyer} has signed up to buy, contracts in force or reported, USD bn", buyer=scope.buyer),
        key=_key(data, earlier.as_of, now.as_of),
        description=_described(data, days_of),
        chart=finish(_dumbbells(data), height=34 * len(data) + 40),
        table=data,
        columns={
            "supplier": (phrase("Supplier"), ""),
            "then": (formatting.iso_day(earlier.as_of), phrase("USD bn")),
            "now": (formatting.iso_day(now.as_of), phrase("USD bn")),
            "change": (phrase("Change"), phrase("USD bn")),
        },
        rests_on={"deals": pd.concat([rows[rows["counted"].notna()] for rows in (counted, counted_then)])},
        # Those of today; a page of then may have been replaced since.
        source_ids=formatting.lead_sources(counted),
        as_of=now.as_of,
    )


def _key(data: pd.DataFrame, then: pd.Timestamp, now: pd.Timestamp) -> list[Swatch]:
    shades = dict(zip(data["supplier"], colours(data["supplier"].tolist()).range, strict=True))
    forms = (("ring", "then", then), ("dot", "now", now))
    shown = {day: data.loc[data[day].notna(), "supplier"].map(shades).tolist() for _, day, _ in forms}
    return drawn_only((bool(shown[day]), Swatch(form, shown[day], formatting.day(on))) for form, day, on in forms)


def _described(data: pd.DataFrame, days_of: str) -> str:
    each = [
        phrase("{name} {low} to {high}", name=name, low=formatting.number(then), high=formatting.number(now))
        for name, then, now in zip(data["supplier"], data["then"], data["now"], strict=True)
    ]
    words = phrase(
        "Dot plot of the contracts with {suppliers} on {days}, joined by lines: {each}.",
        suppliers=number_of(len(data), "supplier"),
        days=days_of,
        each=formatting.names(each, 12),
    )
    return str(words)


def _change_labels(data: pd.DataFrame) -> pd.Series:
    """'+100', 'unchanged', 'first amount' or 'no amount left'."""
    signed = data["change"].map(lambda value: ("+" if value > 0 else "−") + formatting.number(abs(value)))
    labels = signed.mask(data["change"].abs() < LEAST_CHANGE, phrase("unchanged"))
    return labels.mask(data["then"].isna(), phrase("first amount")).mask(data["now"].isna(), phrase("no amount left"))


def _grown_title(data: pd.DataFrame) -> str:
    first = data[data["then"].isna()].sort_values("now", ascending=False, kind="stable")
    grown = data[data["change"] >= LEAST_CHANGE].nlargest(1, "change")
    parts = [
        phrase("{supplier} grew most, by {amount}", supplier=row["supplier"], amount=formatting.usd_bn(row["change"]))
        for _, row in grown.iterrows()
    ]
    names = formatting.names(first["supplier"], MOST_NAMED)
    if len(first) == 1:
        parts.append(phrase("the amount for {names} is new", names=names))
    elif len(first):
        parts.append(phrase("the amounts for {names} are new", names=names))
    return formatting.capital(phrase("; ").join(parts)) if parts else str(phrase("No supplier's contracts grew"))


def _on_days(then: pd.Series, today: pd.Series) -> tuple[tuple[str, pd.Series], tuple[str, pd.Series]]:
    return (ON_DAYS["then"], then), (ON_DAYS["now"], today)


def _dumbbells(data: pd.DataFrame) -> alt.TopLevelMixin:
    order = data["supplier"].tolist()
    longest = float(data[["then", "now"]].max().max())
    y = alt.Y(
        "supplier:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelColor=INK, labelPadding=10)
    )
    scale = alt.Scale(domain=domain_when_narrow(longest * 1.45, longest * 1.2), nice=False)
    x = alt.X("now:Q", scale=scale, title=phrase("USD bn"), axis=alt.Axis(tickCount=5))
    then, today = (
        data[name].map(formatting.usd_short).where(data[name].notna(), phrase("no amount")) for name in ("then", "now")
    )
    before, after = ([words.format(amount=amount) for amount in amounts] for words, amounts in _on_days(then, today))
    mark = mark_labels(data["supplier"], before, after, data["label"])
    base = alt.Chart(data.assign(edge=data[["then", "now"]].max(axis=1), mark=mark)).encode(
        y=y, color=alt.Color("supplier:N", scale=colours(order), legend=None), description=SPOKEN
    )
    return alt.layer(
        base.transform_filter(BOTH_DAYS)
        .mark_rule(strokeWidth=2)
        .encode(x=alt.X("then:Q", scale=scale), x2=alt.X2("now:Q")),
        base.transform_filter("isValid(datum.then)")
        .mark_point(size=80, filled=False, fill=PAPER, strokeWidth=2, opacity=1)
        .encode(x=alt.X("then:Q")),
        base.transform_filter("isValid(datum.now)").mark_point(size=80, filled=True, opacity=1).encode(x=x),
        base.mark_text(align="left", dx=9, color=INK).encode(
            x=alt.X("edge:Q"), text=alt.Text("label:N"), color=alt.ColorValue(INK)
        ),
    )
