"""XML that is parsed, with what the parser does about entities where that is known, and XPath that is evaluated.

`leadline.sink.mode` of `xml`: `external-entities`, `internal-entities` (no file or address is ever fetched) or
`no-entities`, with `,dtd` where a document type is loaded from outside.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from leadline_agent.patching import Reader, argument, content, hook

EXTERNAL, INTERNAL, NONE = "external-entities", "internal-entities", "no-entities"


def _parsed(position: int, name: str, mode: str) -> Reader:
    def read(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]]:
        return content(arguments[position] if len(arguments) > position else keywords.get(name)), {"mode": mode}

    return read


def _element_tree(module: ModuleType) -> None:
    for name, told in (("parse", "source"), ("iterparse", "source"), ("XML", "text"), ("fromstring", "text")):
        hook("xml", module, name, _parsed(0, told, INTERNAL))
    hook("xml", module.ElementTree, "parse", _parsed(1, "source", INTERNAL))
    for owner in (module.Element, module.ElementTree):
        for name in ("find", "findall", "findtext", "iterfind"):
            hook("xpath", owner, name, _path, nearest=0)


def _path(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
    """Read a path that the calling code made; the very constant that is written there is none."""
    path = arguments[1] if len(arguments) > 1 else keywords.get("path")
    constants = sys._getframe(3).f_code.co_consts
    return None if path is None or any(path is constant for constant in constants) else (path, {})


def _minidom(module: ModuleType) -> None:
    hook("xml", module, "parse", _parsed(0, "file", INTERNAL))
    hook("xml", module, "parseString", _parsed(0, "string", INTERNAL))


def _sax(module: ModuleType) -> None:
    def read(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]]:
        parser, source = arguments[0], arguments[1] if len(arguments) > 1 else keywords.get("source")
        if hasattr(source, "getByteStream"):
            source = source.getByteStream() or source.getCharacterStream() or source.getSystemId()
        return content(source), {"mode": EXTERNAL if getattr(parser, "_external_ges", False) else INTERNAL}

    hook("xml", module.ExpatParser, "parse", read)


def _expat(module: ModuleType) -> None:
    def read(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]]:
        handler = getattr(arguments[0], "ExternalEntityRefHandler", None)
        return content(arguments[1]), {"mode": INTERNAL if handler is None else EXTERNAL}

    for name in ("Parse", "ParseFile"):
        hook("xml", module.XMLParserType, name, read)


def _lxml(module: ModuleType) -> None:
    by_default = INTERNAL if module.LXML_VERSION >= (5,) else EXTERNAL
    original = module.XMLParser

    class XMLParser(original):  # type: ignore[misc, valid-type]
        """The library's own parser, which does not tell its settings otherwise."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self.leadline_mode = _mode_of(options, by_default)

    XMLParser.__qualname__, XMLParser.__module__ = original.__qualname__, original.__module__
    module.XMLParser = XMLParser

    def read(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
        parser = arguments[1] if len(arguments) > 1 else keywords.get("parser")
        if isinstance(parser, module.HTMLParser):
            return None  # HTML has no entities of its own
        mode = by_default if parser is None else getattr(parser, "leadline_mode", "")
        source = arguments[0] if arguments else keywords.get("text", keywords.get("source"))
        return content(source), {"mode": mode} if mode else {}

    def iterated(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]]:
        return content(arguments[0] if arguments else keywords.get("source")), {"mode": _mode_of(keywords, by_default)}

    for name in ("parse", "fromstring", "XML"):
        hook("xml", module, name, read)
    iterparse = module.iterparse

    class Iterparse(iterparse):  # type: ignore[misc, valid-type]
        """The library's own, which reads its source when it is made."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)

    hook("xml", Iterparse, "__init__", lambda a, k: iterated(a[1:], k))
    module.iterparse = Iterparse
    for owner in (module._Element, module._ElementTree):
        hook("xpath", owner, "xpath", argument(1, "_path"))
    _lxml_xpath(module)


def _lxml_xpath(module: ModuleType) -> None:
    for name in ("XPath", "ETXPath"):
        original = getattr(module, name)

        class Compiled(original):  # type: ignore[misc, valid-type]
            """The library's own, which takes its path when it is made."""

            def __init__(self, path: Any, *arguments: Any, **options: Any) -> None:
                super().__init__(path, *arguments, **options)

        Compiled.__name__ = Compiled.__qualname__ = name
        hook("xpath", Compiled, "__init__", argument(1, "path"))
        setattr(module, name, Compiled)


def _mode_of(options: dict[str, Any], by_default: str) -> str:
    resolves = options.get("resolve_entities")
    mode = by_default if resolves is None else INTERNAL if resolves == "internal" else EXTERNAL if resolves else NONE
    return mode + ",dtd" if options.get("load_dtd") or options.get("attribute_defaults") else mode


def _elementpath(module: ModuleType) -> None:
    for name in ("select", "iter_select"):
        hook("xpath", module, name, argument(1, "path"))


PATCHES = {
    "xml.etree.ElementTree": _element_tree,
    "xml.dom.minidom": _minidom,
    "xml.sax.expatreader": _sax,
    "pyexpat": _expat,
    "lxml.etree": _lxml,
    "elementpath.xpath_selectors": _elementpath,
}
