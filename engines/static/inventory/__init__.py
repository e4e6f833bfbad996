"""The inventory of a source: functions, endpoints, parameters, calls and SQL texts, from the facts of its files."""

from engines.static.inventory.engine import InventoryEngine

__all__ = ["InventoryEngine"]
