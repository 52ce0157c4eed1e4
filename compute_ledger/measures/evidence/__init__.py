"""How well published claims bear a figure out."""
