"""What the shop sells."""

__version__ = "4.5.1"
