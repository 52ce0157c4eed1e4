"""What is claimed by whom, how good the sources are, and where claims conflict."""
