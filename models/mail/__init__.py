"""Subscribers, the letters to them, and what became of these."""
