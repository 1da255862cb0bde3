"""`up`: the programs of one machine in one process tree, with one log. All are children; Prefect is not imported."""
