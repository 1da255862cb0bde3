"""The web app: what is published as it stands, a search, a JSON API, and whether all is well."""
