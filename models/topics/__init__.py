"""Topics: the rules that choose papers, and why a paper was chosen."""
