"""An executed notebook as an HTML page, with the files beside it."""
