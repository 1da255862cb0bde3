"""How it goes out: values in, bytes out."""
