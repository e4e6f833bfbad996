"""Searches in a directory (LDAP): the filter, and the base as the mode."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from leadline_agent.patching import Reader, hook


def _search(position: int, name: str, base: str) -> Reader:
    def read(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
        given = arguments[position] if len(arguments) > position else keywords.get(name)
        within = arguments[1] if len(arguments) > 1 else keywords.get(base, "")
        return None if given is None else (given, {"mode": str(within)[:200]})

    return read


def _ldap3(module: ModuleType) -> None:
    hook("ldap", module.Connection, "search", _search(2, "search_filter", "search_base"))


def _python_ldap(module: ModuleType) -> None:
    for name in ("search_ext", "search_ext_s", "search", "search_s", "search_st"):
        hook("ldap", module.SimpleLDAPObject, name, _search(3, "filterstr", "base"))


PATCHES = {"ldap3.core.connection": _ldap3, "ldap.ldapobject": _python_ldap}
