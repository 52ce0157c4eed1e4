"""The worked example of each measure, computed by the measure itself."""

from compute_ledger.exhibits.method.worked_examples import (
    capital_examples,
    commitment_examples,
    contract_examples,
    market_examples,
    payment_examples,
)

EXAMPLES = (
    *commitment_examples.EXAMPLES,
    *contract_examples.EXAMPLES,
    *market_examples.EXAMPLES,
    *payment_examples.EXAMPLES,
    *capital_examples.EXAMPLES,
)


def examples() -> dict[str, str]:
    """What is given and what comes of it, by address of the measure."""
    return {f"{measure.__module__}.{measure.__name__}": given + result() for measure, given, result in EXAMPLES}
