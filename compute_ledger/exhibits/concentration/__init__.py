"""The chapter on commitment concentration: shares, history, what the answer depends on, and the mirror."""
