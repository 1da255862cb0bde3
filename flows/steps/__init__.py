"""What a run does, as plain functions: Prefect's flows stand outside and add only names, runs and artifacts."""
