"""Kernels: forked from a server that has imported what notebooks import, and hidden from whose machine it is."""
