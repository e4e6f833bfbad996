"""Every trace format, read into the columns of `engines/trace/spans.py`."""
