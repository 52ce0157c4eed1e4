"""The words for the codes of the ledger's columns and of parameters."""

from compute_ledger.shared.languages.phrases import Words

KIND_LABELS = Words(
    {
        "contract": "contract",
        "reported_contract": "reported contract",
        "lease": "lease",
        "letter_of_intent": "letter of intent",
        "framework": "framework",
        "joint_venture": "joint venture",
        "equity": "equity",
        "warrant": "warrant",
        "loan": "loan",
        "amendment": "amendment",
        "talks": "talks",
    }
)

STATUS_LABELS = Words(
    {
        "in_force": "in force",
        "completed": "completed",
        "conditional": "conditional",
        "not_finalised": "not final",
        "paused": "paused",
        "superseded": "replaced",
        "cancelled": "cancelled",
        "talks": "talks",
    }
)

LAYER_LABELS = Words({"cloud": "cloud", "chips": "chips", "data_centre": "data centres", "equity": "equity"})

CAPACITY_LABELS = Words(
    {
        "it_load": "IT load",
        "site_load": "site load",
        "chips": "chips",
        "announced_total": "announced, no basis",
    }
)

ESTIMATE_LABELS = Words({"synergy": "Synergy Research Group", "omdia_canalys": "Canalys, now Omdia"})

# What counts in each perimeter, as a noun that "of Exemplar" may follow.
COUNTED_LABELS = Words(
    {
        "firm": "contracts in force or reported",
        "firm_and_conditional": "contracts and frameworks",
        "announced": "contracts, frameworks and letters of intent",
    }
)
# The same as one of several ways of counting.
PERIMETER_LABELS = Words(
    {
        "firm": "contracts in force or reported",
        "firm_and_conditional": "with frameworks",
        "announced": "everything announced",
    }
)

BASIS_LABELS = Words({"headline": "full value", "annualised": "value a year", "remaining": "value still to run"})

LEVEL_LABELS = Words({"counterparty": "supplier", "group": "corporate group", "layer": "layer"})

OVERLAP_LABELS = Words(
    {
        "count_parts": "where one contract contains another, its parts count",
        "count_parents": "where one contract contains another, the whole counts",
        "count_both": "contracts inside others counted beside them",
    }
)

# By the name of a column that holds such codes.
OF_COLUMN = {
    "kind": KIND_LABELS,
    "status": STATUS_LABELS,
    "layer": LAYER_LABELS,
    "estimate": ESTIMATE_LABELS,
    "perimeter": PERIMETER_LABELS,
}
