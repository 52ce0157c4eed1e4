"""One module for each command of the command line, `options` and `project` for what several have in common.

A command imports what it needs when it runs, never at the top of its module: the command line starts at once.
"""
