"""What runs have done, in words: behind their names, in their logs, in what they leave. Values in, text out."""
