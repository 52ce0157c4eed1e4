"""What the marks of the swim lanes need: forms, ends of bars, labels and where there is room for them."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing import text_metrics
from compute_ledger.exhibits.drawing.mark_labels import mark_labels
from compute_ledger.exhibits.theme import MUTED, colours

# Widths in px of the part of the chart that has a time axis, and size of its labels.
PLOT_WIDE, PLOT_NARROW, SIZE = 565, 235, 11
# Room and size of the names of lanes.
NAMES_WIDE, NAMES_NARROW = (145, 12), (82, 11)
SOFT_KINDS = ("letter_of_intent", "framework", "joint_venture", "talks")
SOFT_STATUSES = ("not_finalised", "conditional", "paused", "talks")
ENDS = {"superseded": "replaced", "cancelled": "cancelled", "paused": "paused"}
# Words that a label ends in, and the colour of what has stopped.
END_WORDS = {"cancelled": ", cancelled", "paused": ", paused"}


def width(words: str) -> float:
    """Width in px of a label of a deal."""
    return text_metrics.width(words, SIZE)


def binds(deals: pd.DataFrame) -> pd.Series:
    """Whether a deal binds (or did, before it ended): no letter of intent, framework, venture, talks or condition."""
    status = deals["status"].mask(deals["ended_on"].notna() & deals["status_before"].notna(), deals["status_before"])
    return ~deals["kind"].isin(SOFT_KINDS) & ~status.isin(SOFT_STATUSES)


def changes(deals: pd.DataFrame) -> pd.Series:
    """Whether a deal amends or takes the place of an earlier one."""
    return deals["kind"].eq("amendment") | deals["replaces"].notna()


def ends_as(deals: pd.DataFrame) -> pd.Series:
    """'replaced', 'cancelled' or 'paused' for a deal that has stopped, else ''."""
    named = deals["status"].map(ENDS).fillna("")
    return named.mask(named.eq("") & deals["ended_on"].notna(), "replaced")


def amount(deal: pd.Series) -> str:
    """'$300bn over 5 years', '4.5 GW, no amount', 'no amount' or nothing; of talks it says so."""
    words = _terms(deal)
    return ", ".join(filter(None, ["in talks", words])) if deal["kind"] == "talks" else words


def _terms(deal: pd.Series) -> str:
    if pd.notna(deal["amount_usd_bn"]):
        if not deal["amount_usd_bn"]:
            return "no purchase commitment"
        term = f" over {formatting.number(deal['term_years'])} years" if pd.notna(deal["term_years"]) else ""
        return formatting.usd_short(deal["amount_usd_bn"]) + term
    if pd.notna(deal["capacity_gw"]):
        return f"{formatting.number(deal['capacity_gw'], 2)} GW, no amount"
    return "" if deal["kind"] in ("amendment", "framework", "warrant") else "no amount"


def drawn(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """One row a deal, in the order of `rows`: names of lanes, days of the marks, forms and placed labels.

    Days are milliseconds since 1970. `first` and `last` bound the announcement where only its month or year is known.
    A bar begins where the term does, and is missing where that is beyond `end`.
    """
    heads = rows["counterparty"].ne(rows["counterparty"].shift())
    last = _last_day(rows)
    point = rows["announced_on"] + (last - rows["announced_on"]) / 2
    begins = rows["start_on"].fillna(rows["announced_on"])
    term = pd.to_timedelta((rows["term_years"] * 365.25).round(), "D")
    stop = rows["ended_on"].fillna((begins + term).dt.as_unit("us"))
    begins = begins.where(begins < stop, rows["announced_on"])
    words = rows.apply(amount, axis=1)
    labels = _labels(rows, words)
    marks = pd.DataFrame(
        {
            "row": [
                lane(f"{i + 1:03d}", name if head else "")
                for i, (name, head) in enumerate(zip(rows["counterparty"], heads, strict=True))
            ],
            "announced": _ms(point),
            "first": _ms(rows["announced_on"]),
            "last": _ms(last),
            "bar_start": _ms(begins),
            "bar_end": _ms(stop.mask(stop > end, end).where(begins < end)),
            "form": changes(rows).map({True: "diamond", False: "circle"}),
            "binding": binds(rows),
            "ends_as": ends_as(rows),
            "shade": _shades(rows),
            "mark": _marks(rows, words),
        }
    )
    return marks.join(_placed(labels, _parts(marks, start, end))).assign(
        label_narrow=[_below(wordings) for wordings in labels]
    )


def _labels(rows: pd.DataFrame, words: pd.Series) -> list[list[str]]:
    """What each deal can be called, longest first, with its amount in `words` or shorter."""
    ending, brief = ends_as(rows).map(END_WORDS).fillna(""), words.str.removesuffix(", no amount")
    parts = zip(rows["title"], rows["counterparty"], words, brief, ending, strict=True)
    return [_wordings(title, party, [full, short], end_word) for title, party, full, short, end_word in parts]


def _shades(rows: pd.DataFrame) -> pd.Series:
    """The colour of each counterparty; grey for what was cancelled."""
    names = list(dict.fromkeys(rows["counterparty"]))
    shade = dict(zip(names, colours(names).range, strict=True))
    return rows["counterparty"].map(shade).mask(ends_as(rows).eq("cancelled"), MUTED)


def _marks(rows: pd.DataFrame, amounts: pd.Series) -> pd.Series:
    """What each deal is, when it was announced, and how it has ended."""
    dates = zip(rows["announced_on"], rows["date_precision"], strict=True)
    days = [f"announced {formatting.day(day, precision)}" for day, precision in dates]
    names = [formatting.deal(*pair) for pair in zip(rows["counterparty"], rows["title"], strict=True)]
    ended = ends_as(rows) + [f" {formatting.day(day)}" if pd.notna(day) else "" for day in rows["ended_on"]]
    binding = binds(rows).map({True: "", False: "not binding"})
    return mark_labels(names, amounts, days, binding, ended.where(ends_as(rows).ne(""), ""))


def _last_day(rows: pd.DataFrame) -> pd.Series:
    """The last day on which a deal may have been announced."""
    exact = rows["date_precision"].eq("day")
    month = rows["announced_on"] + pd.offsets.MonthEnd(0)
    last = month.where(rows["date_precision"].eq("month"), rows["announced_on"] + pd.offsets.YearEnd(0))
    return rows["announced_on"].where(exact, last)


def _parts(marks: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Where marks stand between `start` and `end`, from 0 to 1; the end of a bar only of a deal that has stopped."""
    span, zero = (end - start).total_seconds() * 1000, start.timestamp() * 1000
    parts = pd.DataFrame({name: (marks[name] - zero) / span for name in ("first", "last", "bar_end")})
    return parts.assign(bar_end=parts["bar_end"].where(marks["ends_as"].ne("")))


def lane(key: str, name: str) -> str:
    """What stands for a lane in the scale of the rows."""
    return text_metrics.row_name(key, name, NAMES_WIDE, NAMES_NARROW)


def _wordings(title: str, party: str, amounts: list[str], end_word: str) -> list[str]:
    """What a deal can be called, longest first; its lane says already who it is with. How it ended is never left out."""
    named = f"{party}, "
    brief = formatting.capital(title.removeprefix(named)) if title.startswith(named) else title
    offered = [f"{name}: {money}" if money else name for name in (title, brief) for money in amounts]
    return [f"{words}{end_word}" for words in dict.fromkeys([*offered, brief])]


def _ms(days: pd.Series) -> pd.Series:
    return (days - pd.Timestamp(0)).dt.total_seconds() * 1000


def _below(wordings: list[str]) -> str:
    """The label of a narrow drawing, below its mark: the longest wording that fits, on one line or else on two."""
    room = PLOT_NARROW - 4
    whole = [words for words in wordings if width(words) <= room]
    halves = [text for text in (text_metrics.broken(words, room, SIZE) for words in wordings) if width(text) <= room]
    return next(iter([*halves[:1], *whole]), _cut(wordings[-1], room))


def _cut(words: str, room: float) -> str:
    while words and width(f"{words}…") > room:
        words = words[:-1].rstrip(" :,;")
    return f"{words}…" if words else ""


def _placed(labels: list[list[str]], parts: pd.DataFrame) -> pd.DataFrame:
    """Where each label of a wide drawing stands: `at_end` of the bar or at its begin, on which `side`, and the `label`.

    Of the wordings offered, longest first, the longest that fits on one line, else on two, else the last, cut. The
    label of a deal that has stopped keeps clear of the end of its bar.
    """
    ends = parts[["first", "last", "bar_end"]].to_numpy().tolist()
    return pd.DataFrame(
        [_place(*row) for row in zip(labels, ends, strict=True)], columns=["at_end", "side", "label"], index=parts.index
    )


def _place(wordings: list[str], ends: list[float]) -> tuple[bool, str, str]:
    # Tried in this order: on one line each wording, longest first, at each place (right of the mark, right of the end of
    # the bar, left of the mark), then the same on two lines, and only then the last, which has no amount. `room` is what is left to the edge of the plot, or to the
    # end of the bar, in px, less the gap beside a mark. If nothing fits, the last wording is cut.
    first, last, bar_end = ends
    stopped = pd.notna(bar_end)
    places = [(False, "right", (bar_end - last) * PLOT_WIDE - 12 if stopped else (1 - last) * PLOT_WIDE - 12)]
    places += [(True, "right", (1 - bar_end) * PLOT_WIDE - 14)] if stopped else []
    places += [(False, "left", first * PLOT_WIDE - 12)]
    tries = [(1, wordings[:-1]), (2, wordings[:-1]), (1, wordings[-1:]), (2, wordings[-1:])]
    for lines, offered in tries:
        for words in offered:
            for at_end, side, room in places:
                text = words if lines == 1 else text_metrics.broken(words, room, SIZE)
                if width(text) <= room:
                    return at_end, side, text
    at_end, side, room = max(places, key=lambda place: place[2])
    return at_end, side, _cut(wordings[-1], room)
