"""When things happen: flows, their steps, the sources and the command line."""
