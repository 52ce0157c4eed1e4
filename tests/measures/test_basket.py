"""A buyer's basket beside the market, worked by hand."""

import pandas as pd

from compute_ledger.measures.market.basket import basket_against_market


def frame(name, shares):
    return pd.DataFrame({name: list(shares), "share_pct": list(map(float, shares.values()))})


def test_each_name_of_either_side_has_one_row():
    both = basket_against_market(
        frame("supplier", {"Oracle": 60, "Azure": 30, "Chips": 10}), frame("provider", {"AWS": 28, "Azure": 21})
    )
    assert both["supplier"].tolist() == ["Oracle", "Azure", "Chips", "AWS"]
    assert both["basket_pct"].tolist()[:3] == [60, 30, 10]
    assert both["market_pct"].tolist()[1] == 21
    assert both["basket_pct"].isna().tolist() == [False, False, False, True]
    assert both["market_pct"].isna().tolist() == [True, False, True, False]


def test_nothing_known_gives_no_row():
    assert basket_against_market(frame("supplier", {}), frame("provider", {})).empty
