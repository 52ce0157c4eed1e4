"""An example for each measure: a few plain rows, and what the measure itself makes of them."""
