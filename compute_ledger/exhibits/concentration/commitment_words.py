"""How this chapter words what it counts."""

# What counts in each perimeter, as a noun that "of Exemplar" may follow.
COUNTED = {
    "firm": "contracts in force or reported",
    "firm_and_conditional": "contracts and frameworks",
    "announced": "contracts, frameworks and letters of intent",
}
# The same as one of several ways of counting.
PERIMETERS = {
    "firm": "contracts in force or reported",
    "firm_and_conditional": "with frameworks",
    "announced": "everything announced",
}
BASES = {"headline": "full value", "annualised": "value a year", "remaining": "value still to run"}
OVERLAPS = {
    "count_parts": "where one contract contains another, its parts count",
    "count_parents": "where one contract contains another, the whole counts",
    "count_both": "contracts inside others counted beside them",
}
