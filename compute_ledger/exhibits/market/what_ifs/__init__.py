"""The market beside one customer, and under assumptions: promises as revenue, an entrant, those who hold shares of it."""
