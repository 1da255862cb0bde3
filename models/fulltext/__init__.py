"""Full text over all stored papers: SQL narrows down, the matcher decides."""
