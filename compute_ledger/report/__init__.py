"""How a folder of notebooks is published: contents, parameters, run, render, site."""
