"""How flows between firms look and read: one colour, one shape and one word for each form of money."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.theme import BLUE, GOLD, GREY, INK, PURPLE, TEAL, VERMILION, when_narrow

# In the order of the legend. Shapes tell the forms apart where colours do not.
FORMS = {
    "services": ("pays", BLUE, "circle"),
    "chips": ("buys chips", PURPLE, "square"),
    "equity": ("invests", VERMILION, "diamond"),
    "credit": ("lends", TEAL, "triangle-up"),
    "shares": ("gives shares", GOLD, "cross"),
    "guarantee": ("guarantees", GREY, "triangle-down"),
}
# What a firm flow and one that is not binding does, before the name of the payee.
PHRASES = {
    "services": ("pays", "would pay"),
    "chips": ("buys chips from", "would buy chips from"),
    "equity": ("invests in", "would invest in"),
    "credit": ("lends to", "would lend to"),
    "shares": ("gives shares to", "would give shares to"),
    "guarantee": ("guarantees", "would guarantee"),
}
RESTS_LABELS = {
    "firm": "contracts and paid stakes",
    "shares": "shares given with an order on a leg",
    "intent": "a letter of intent, condition or talks on a leg",
}
MONEY_NOTE = (
    "Money goes from buyer to seller, from investor to the firm it holds, from lender to borrower. "
    "Shares or warrants given with an order go from the seller to the buyer: value, not cash. A guarantee moves no money until it is called."
)


def legend() -> alt.Legend:
    """The forms as a legend under the chart."""
    return alt.Legend(
        orient="bottom",
        title=None,
        columns=when_narrow(2, 3),
        labelColor=INK,
        labelFontSize=12,
        symbolSize=70,
        symbolStrokeWidth=2,
        offset=4,
    )


def colour_of_form(forms: list[str]) -> alt.Color:
    """Colour by `words`, for the forms in use, with the legend."""
    ordered_forms = [form for form in FORMS if form in forms]
    scale = alt.Scale(
        domain=[FORMS[form][0] for form in ordered_forms], range=[FORMS[form][1] for form in ordered_forms]
    )
    return alt.Color("words:N", scale=scale, legend=legend())


def shape_of_form(forms: list[str]) -> alt.Shape:
    """Shape by `words`, merged into the legend of the colours."""
    ordered_forms = [form for form in FORMS if form in forms]
    scale = alt.Scale(
        domain=[FORMS[form][0] for form in ordered_forms], range=[FORMS[form][2] for form in ordered_forms]
    )
    return alt.Shape("words:N", scale=scale, legend=legend())


def by_form(flows: pd.DataFrame) -> pd.DataFrame:
    """Flows added up by payer, payee, form and strength.

    Columns: `payer`, `payee`, `form`, `binding`, `amount_usd_bn`, `unpriced`, `rank` (of the form), and for drawing
    `words`, `shade` and `label`: '250', '250+' where a part has no amount, '?' where none is published.
    """
    summed = (
        flows.assign(unpriced=flows["amount_usd_bn"].isna())
        .groupby(["payer", "payee", "form", "binding"])
        .agg(amount_usd_bn=("amount_usd_bn", lambda amounts: amounts.sum(min_count=1)), unpriced=("unpriced", "sum"))
        .reset_index()
    )
    rank = summed["form"].map({form: i for i, form in enumerate(FORMS)})
    summed = summed.assign(rank=rank).sort_values(
        ["payer", "payee", "binding", "rank"], ascending=[True, True, False, True], ignore_index=True
    )
    more = summed["unpriced"].gt(0).map({True: "+", False: ""})
    printed = summed["amount_usd_bn"].map(_number) + more
    return summed.assign(
        words=summed["form"].map({form: words for form, (words, _, _) in FORMS.items()}),
        shade=summed["form"].map({form: shade for form, (_, shade, _) in FORMS.items()}),
        label=printed.where(summed["amount_usd_bn"].notna(), "?"),
    )


def _number(value: float) -> str:
    return formatting.number(value, 2 if abs(value) < 1 else 1)


def flow_words(summed: pd.DataFrame) -> list[str]:
    """'Amazon would invest in OpenAI, $35bn, not binding', one for each row of `by_form`."""
    phrases = []
    for row in summed.to_dict("records"):
        is_priced = pd.notna(row["amount_usd_bn"])
        amount = formatting.usd_short(row["amount_usd_bn"]) if is_priced else "no amount"
        amount += " and more without an amount" if row["unpriced"] and is_priced else ""
        firm, soft = PHRASES[row["form"]]
        phrase = f"{row['payer']} {firm if row['binding'] else soft} {row['payee']}"
        phrases.append(f"{phrase}, {amount}" + ("" if row["binding"] else ", not binding"))
    return phrases


def word(number: int) -> str:
    """3 -> 'three', 14 -> '14', for sentences in which no noun follows."""
    return formatting.count(number, "_", "_").removesuffix(" _")
