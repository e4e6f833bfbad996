"""OTLP documents of any size cut into requests that are small enough to be read at once, and on again behind damage.

What a request holds is known by its keys: resources, in them scopes, in them spans. A few spans with the texts of their
resource and their scope around them are a request again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from engines.trace.reading.json_text import JsonText, Lost, TooLarge, decoded
from engines.trace.reading.otlp_json_lenient import RESOURCES, SCOPE, SCOPES
from engines.trace.reading.otlp_requests import AT_ONCE, LARGEST_SPAN, NO_REQUEST, SHOWN, Body
from engines.trace.spans import Refused

WHOLE = 2**23  # bytes of a document that is not cut

_BESIDE = 2**20  # bytes of a resource or a scope
_HOLDS = (RESOURCES, SCOPES, ("spans",))  # what a request, a resource and a scope keep their lists under
_BESIDES = ((), ("resource",), SCOPE)
_SPAN = ("traceId", "trace_id", "spanId", "span_id")
_LEVELS = {key: level for level, keys in enumerate(((*RESOURCES,), ("resource", *SCOPES), (*SCOPE, "spans"), _SPAN))
           for key in keys}  # fmt: skip
_FIRST_KEY = re.compile(rb'\{\s{0,200}"(%s)"\s{0,200}:' % "|".join(_LEVELS).encode())
_ONLY_SPANS = re.compile(rb'"(?:name|start_?[tT]ime_?[uU]nix_?[nN]ano)"\s*:')  # have this; their links do not
_ONCE_IN_SPANS = re.compile(rb'"start_?[tT]ime_?[uU]nix_?[nN]ano"\s*:')
_SPANS = 3


def cut(text: JsonText, name: str) -> Iterator[Body | Refused]:
    """Yield the documents of a text as they are, or in parts where they are large or damaged.

    The documents follow each other or are the members of a list. They stand at their offsets in what is called `name`.
    """
    yield from _Cutter(text, lambda: f"{name}@{text.offset}", WHOLE, AT_ONCE).bodies()


def singly(body: Body) -> Iterator[Body | Refused]:
    """Yield each span of a request that cannot be decoded as a request of its own."""
    yield from _Cutter(JsonText(iter([body.content])), lambda: body.origin, 0, 0).bodies()


class _Cutter:
    """Cuts documents of more than `whole` bytes into bodies with about `at_once` bytes of spans."""

    def __init__(self, text: JsonText, origin: Callable[[], str], whole: int, at_once: int) -> None:
        self._text, self._origin, self._whole, self._at_once = text, origin, whole, at_once
        self._is_damaged = at_once == 0
        self._resource = self._scope = b"{}"
        self._spans: list[bytes] = []
        self._size = 0
        self._is_told = True  # the resource, with an earlier body

    def bodies(self) -> Iterator[Body | Refused]:
        text, is_any = self._text, False
        while found := text.next():
            if found in b"[]}":
                text.skip(1)
                continue
            is_any = True
            try:
                if found != b"{":
                    raise Lost("no object")
                yield from self._document()
            except Lost as lost:
                yield from self._told()
                origin = self._origin()
                _, passed = text.find(_FIRST_KEY, SHOWN)
                yield Refused(f"{NO_REQUEST}: {lost}", passed, origin)
        yield from self._told()
        if not is_any and text.offset:
            yield Refused(f"{NO_REQUEST}: it holds no object", b"", self._origin())
        if text.broken:
            yield Refused(f"{NO_REQUEST} from here on: {text.broken}", b"", self._origin())

    def _document(self) -> Iterator[Body | Refused]:
        """Read an object that may be a request or, behind damage, a part of one."""
        level = self._level()
        if level == 0:
            yield from self._told()
            try:
                length = self._text.length(self._whole)
            except Lost:  # or too large: what lies in it is read on its own
                pass
            else:
                origin = self._origin()
                yield Body(self._taken(length), origin)
                return
        if level == _SPANS:
            yield from self._span(is_sure=False)
        else:
            yield from self._object(level)

    def _level(self) -> int:
        """Return what the object before us is by its first key; 0, a request, where that tells nothing."""
        first = _FIRST_KEY.match(self._text.held(4_096))
        return _LEVELS[first[1].decode()] if first else 0

    def _object(self, level: int) -> Iterator[Body | Refused]:
        text, is_known = self._text, False
        text.skip(1)
        while (found := text.next()) != b"}":
            key = self._key(found)
            found = text.next()
            if key in _HOLDS[level] and found == b"[":
                is_known = True
                yield from self._list(level + 1)
            elif key in _BESIDES[level] and found == b"{":
                is_known = True
                yield from self._beside(level)
            else:
                text.pass_over()
        text.skip(1)
        if level == 0 and not is_known:
            yield Refused(f"{NO_REQUEST}: it has no resourceSpans", b"", self._origin())

    def _list(self, level: int) -> Iterator[Body | Refused]:
        self._text.skip(1)
        while (found := self._text.next()) != b"]":
            if level == _SPANS:
                yield from self._span()
            elif found == b"{" and self._is_damaged and self._level() == _SPANS:
                yield from self._span(is_sure=False)  # a bracket before it closed too much
            elif found == b"{":
                yield from self._told()
                self._scope = b"{}"
                if level == 1:
                    self._resource, self._is_told = b"{}", True
                yield from self._object(level)
                yield from self._told()
            else:
                self._text.pass_over()
        self._text.skip(1)

    def _beside(self, level: int) -> Iterator[Body | Refused]:
        yield from self._told()
        try:
            content = self._taken(self._text.length(_BESIDE))
        except TooLarge:
            self._text.pass_over()
            return
        if level == 1:
            self._resource, self._scope, self._is_told = content, b"{}", False
        else:
            self._scope = content

    def _span(self, is_sure: bool = True) -> Iterator[Body | Refused]:
        try:
            length = self._text.length(LARGEST_SPAN)
            if self._is_damaged and len(_ONCE_IN_SPANS.findall(self._text.held(length))) > 1:
                raise Lost("another span is within")
            span = self._taken(length)
        except TooLarge as error:
            origin = self._origin()
            self._text.pass_over()
            yield Refused(f"a span {error}", b"", origin)
            return
        if not is_sure and not _ONLY_SPANS.search(span):
            return
        self._spans.append(span)
        self._size += len(span)
        if self._size >= self._at_once:
            yield from self._told()

    def _told(self) -> Iterator[Body]:
        """Yield what was collected; a resource without spans as well, for what else it tells."""
        if self._spans or not self._is_told:
            content = b'{"resourceSpans":[{"resource":%s,"scopeSpans":[{"scope":%s,"spans":[%s]}]}]}'
            content %= self._resource, self._scope, b",".join(self._spans)
            yield Body(content, self._origin(), self._is_told, self._is_damaged)
            self._spans, self._size, self._is_told = [], 0, True

    def _taken(self, length: int) -> bytes:
        content = self._text.held(length)
        self._text.skip(length)
        return content

    def _key(self, found: bytes) -> str:
        if found != b'"':
            raise Lost("a key is missing" if found else "it ends in the middle")
        key = decoded(self._taken(self._text.length(_BESIDE)))
        if self._text.next() != b":":
            raise Lost("a value is missing")
        self._text.skip(1)
        return key
