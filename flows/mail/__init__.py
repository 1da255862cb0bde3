"""What mail needs done: planned, sent, received; and the desk at which subscribers are served."""
