"""Static engines: what the source says without running it."""
