"""Where papers come from: one module a site, and what they share to read it politely."""
