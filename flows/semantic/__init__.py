"""Papers by their meaning: a model from a folder, and the vectors that it gives."""
