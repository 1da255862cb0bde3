"""What `paperround deploy` brings to Prefect's server, keeps in order there, asks of it and removes from it."""
