"""What the shop sells."""

__version__ = "4.6.0"
