"""The words for the codes of the ledger's columns and of parameters."""

KIND_LABELS = {
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

STATUS_LABELS = {
    "in_force": "in force",
    "completed": "completed",
    "conditional": "conditional",
    "not_finalised": "not final",
    "paused": "paused",
    "superseded": "replaced",
    "cancelled": "cancelled",
    "talks": "talks",
}

LAYER_LABELS = {"cloud": "cloud", "chips": "chips", "data_centre": "data centres", "equity": "equity"}

CAPACITY_LABELS = {
    "it_load": "IT load",
    "site_load": "site load",
    "chips": "chips",
    "announced_total": "announced, no basis",
}

ESTIMATE_LABELS = {"synergy": "Synergy Research Group", "omdia_canalys": "Canalys, now Omdia"}

PERIMETER_LABELS = {
    "firm": "firm commitments",
    "firm_and_conditional": "firm and conditional commitments",
    "announced": "everything announced",
}

BASIS_LABELS = {
    "headline": "headline amounts",
    "annualised": "amounts a year",
    "remaining": "amounts still to run",
}

LEVEL_LABELS = {"counterparty": "supplier", "group": "corporate group", "layer": "layer"}

OVERLAP_LABELS = {
    "count_parts": "each part counted, not the total that holds it",
    "count_parents": "each total counted, not its parts",
    "count_both": "parts and the totals that hold them both counted",
}

# By the name of a column that holds such codes.
OF_COLUMN = {
    "kind": KIND_LABELS,
    "status": STATUS_LABELS,
    "layer": LAYER_LABELS,
    "estimate": ESTIMATE_LABELS,
    "perimeter": PERIMETER_LABELS,
}
