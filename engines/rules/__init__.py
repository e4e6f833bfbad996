"""Rules: one file a weakness, for three engines at once."""
