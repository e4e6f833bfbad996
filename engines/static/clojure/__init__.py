"""Clojure: its forms, and a data-flow pass over them (semgrep's taint mode finds nothing in Clojure)."""

from engines.static.clojure.engine import ClojureTaintEngine, findings
from engines.static.clojure.knowledge import Knowledge

__all__ = ["ClojureTaintEngine", "Knowledge", "findings"]
