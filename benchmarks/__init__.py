"""What Paper Round costs beside the least that it could: a command each, a table of ratios measured in one run."""
