"""The words of a book in other languages: catalogues in book/languages/, one folder a language."""
