"""What readers take along: the page of all addresses, what is new in the data, files of the whole book."""
