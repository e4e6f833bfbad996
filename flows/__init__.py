"""Prefect flows, the command line and everything that writes: the orchestration of Leadline."""
