"""The sentences on an entrant, with a place for each word that is computed: the desk says the same."""

RULE_LABELS = {"proportional": "from all in proportion", "from_leader": "from the leader", "from_tail": "from the tail"}

ENTRY = {
    "nothing": "Without shares it cannot be said what an entrant would change.",
    "of_buyer": "A cloud run by {buyer}",
    "of_nobody": "A new cloud",
    "claim": "{who} with {share} would {moved} if it took its share {rule}",
    "stays": "leave the HHI where it is",
    "falls": "lower the HHI by {points}",
    "rises": "raise the HHI by {points}",
    "others": "By the other rules the change is {changes}: from whom it would take its share is not known.",
    "change": "{change} {rule}",
    "reach": "Over the rounding and a tail like that of other quarters, the change lies between {low} and {high}.",
    "no_reach": "The change would be smaller, or turn negative, if few large firms made up the part that shrinks.",
    "worth": "{share} is {worth} a quarter{beside}.",
    "beside": ", {times} times the share of {supplier} ({supplier_share})",
}
# The same of the desk's bars and figures.
FIGURES = {
    "now": "Without it",
    "moved": "{index} ({sign}{change})",
    "before": "{span} with the rounding and the rest",
    "after": "taken {rule}",
    "between": "{span} over the rounding and the tail",
    "quarter": "of {size} in {quarter}",
}
