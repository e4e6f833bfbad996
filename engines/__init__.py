"""Engines observe: each is given a target and rules, and yields what it saw."""
