"""Traces: receive them, keep them, fold them into call paths."""
