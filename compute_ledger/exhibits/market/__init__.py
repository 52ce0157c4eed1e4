"""What the chapter on the cloud market shares shows; its notebook takes all of it from here."""

from compute_ledger.exhibits.market.basket_and_market import basket
from compute_ledger.exhibits.market.entry import entry, entry_finding
from compute_ledger.exhibits.market.estimates_compared import side_by_side
from compute_ledger.exhibits.market.hhi import hhi_finding, hhi_interval
from compute_ledger.exhibits.market.key_figures import key_figures
from compute_ledger.exhibits.market.printed_totals import sums
from compute_ledger.exhibits.market.provider_shares import latest, latest_finding, over_time
from compute_ledger.exhibits.market.reported_revenue import implied_finding, implied_ratio, implied_revenue
from compute_ledger.exhibits.market.rounding_effects import arithmetic, totals_finding
from compute_ledger.exhibits.market.size import market_size

__all__ = [
    "arithmetic",
    "basket",
    "entry",
    "entry_finding",
    "hhi_finding",
    "hhi_interval",
    "implied_finding",
    "implied_ratio",
    "implied_revenue",
    "key_figures",
    "latest",
    "latest_finding",
    "market_size",
    "over_time",
    "side_by_side",
    "sums",
    "totals_finding",
]
