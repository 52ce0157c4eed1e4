"""Two books, runs or stored notebooks compared."""
