"""Key figures under every combination of parameters: the points, how they are computed, the table and its page."""
