"""A site of invented papers, so that the whole round can be seen without a network."""
