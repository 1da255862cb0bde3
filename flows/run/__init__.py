"""What a flow uses while it runs: its resources, pace and shards, its name and end, what it leaves to look at."""
