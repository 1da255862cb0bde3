"""What we know: papers with their history, the ledger, topics."""
