"""The inventory of a source: functions, endpoints, parameters, calls and SQL texts, by tree-sitter."""

from engines.static.inventory.engine import InventoryEngine

__all__ = ["InventoryEngine"]
