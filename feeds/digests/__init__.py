"""Digests by mail: composed, signed, handed over; and what comes back."""
