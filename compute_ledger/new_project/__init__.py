"""What a project of one's own begins with: files as they are written, and the rows of a worked deal.

`ledger/` is what every new project gets, `report/` what it gets with a report, `example.toml` the deal. The schema,
the templates and what lies beside the pages are links to those of this project: a wheel holds their content.
"""
