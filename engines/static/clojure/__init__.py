"""Clojure: its forms, and a data-flow pass over them (semgrep's taint mode finds nothing in Clojure)."""
