"""The sentences on who holds the commitments, with a place for each word that is computed: the desk says the same."""

RANKED = {
    "what": "{buyer}'s {counted}",
    "a_year": "{amount} a year",
    "nothing": "On {day} no amount was published for {what}.",
    "alone": "{names} alone",
    "together": "{names} together",
    "only": "Only {leader} has a published amount among {what}",
    "holds": "{leaders} holds {share} of {what}",
    "hold": "{leaders} hold {share} of {what}",
    "total": "Those with a published amount come to {total}",
    "one": "{total}. {leader} has 100% of it for want of other amounts, so an index of concentration says nothing.",
    "shares": "{total}: {leader} {cr1}, the {many} largest {cr3}.",
    "index": "The HHI is {hhi} at the printed amounts; with {suppliers} it cannot be below {floor}.",
    "normalised": "Measured from that floor (0) to one supplier (1) it is {normalised}.",
    "open": "What {who} is promised is worded “at least”: half as much again would make the index {hhi}.",
    "open_many": "What {who} are promised is worded “at least”: half as much again would make the index {hhi}.",
    "outside": "{names} is missing: it has a contract and no published amount.",
    "outside_many": "{names} are missing: they have a contract and no published amount.",
}
# The same of the key figures.
FIGURES = {
    "none": "none published",
    "way": "{counted}, {basis}",
    "way_and_ends": "{counted}, {basis}; {ends}",
    "open_end": "at least {low}, some amounts being open upwards",
    "ends": "{low} to {high}",
    "one": "one supplier",
    "one_note": "an index of one says nothing",
    "index_note": "as {equal} equal suppliers would give, of {suppliers} by {level}; {floor} at least with so many",
}
