"""What the chapter on the cloud market shares shows; its notebook takes all of it from here."""

from compute_ledger.exhibits.market.authorities import authorities
from compute_ledger.exhibits.market.customer_part import customer_part, parts, size_finding
from compute_ledger.exhibits.market.estimates_compared import houses_finding, side_by_side
from compute_ledger.exhibits.market.hhi import hhi_finding, hhi_interval
from compute_ledger.exhibits.market.key_figures import key_figures
from compute_ledger.exhibits.market.provider_shares import latest_finding, over_time
from compute_ledger.exhibits.market.reported_revenue import implied_finding, implied_ratio
from compute_ledger.exhibits.market.restatement import revisions
from compute_ledger.exhibits.market.rounding_effects import totals_finding
from compute_ledger.exhibits.market.second_tier import second_tier
from compute_ledger.exhibits.market.size import market_size
from compute_ledger.exhibits.market.what_ifs.basket_and_market import basket, compare
from compute_ledger.exhibits.market.what_ifs.entry import entry, entry_finding
from compute_ledger.exhibits.market.what_ifs.entry_desk import desk
from compute_ledger.exhibits.market.what_ifs.owners import owners
from compute_ledger.exhibits.market.what_ifs.promised import promised, promises_of, with_promises, with_tail

__all__ = [
    "authorities",
    "basket",
    "compare",
    "customer_part",
    "desk",
    "entry",
    "entry_finding",
    "hhi_finding",
    "hhi_interval",
    "houses_finding",
    "implied_finding",
    "implied_ratio",
    "key_figures",
    "latest_finding",
    "market_size",
    "over_time",
    "owners",
    "parts",
    "promised",
    "promises_of",
    "revisions",
    "second_tier",
    "side_by_side",
    "size_finding",
    "totals_finding",
    "with_promises",
    "with_tail",
]
