"""What a browser would make of an answer: new elements from a probe's value, and where it would be sent."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

# Inside these a browser sees text only, until their own end tag (https://html.spec.whatwg.org/#parsing-html-fragments).
_TEXT_ONLY = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext"})


class _Elements(HTMLParser):
    """Start tags with their offsets in the text, leaving out those that a browser takes for text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[int, str, tuple[tuple[str, str | None], ...]]] = []
        self._inside: str | None = None
        self._line_starts = [0, *(i + 1 for i, c in enumerate(text) if c == "\n")]
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._inside:
            return
        line, column = self.getpos()
        self.tags.append((self._line_starts[line - 1] + column, tag, tuple(attrs)))
        if tag in _TEXT_ONLY:
            self._inside = tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # HTML knows no self-closing of ordinary elements

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = None


def new_element(text: str, value: str, canary: str) -> str | None:
    """Return what the value added to the document's structure (`<b>`, `attribute x of <a>`), None when nothing.

    `text` is HTML. The part of `value` from its canary on must come out as markup: a start tag that begins within it,
    or a tag or attribute whose *name* holds the canary. Text, attribute values, comments, script, style, textarea
    and title are no structure.
    """
    canary = canary.lower()
    if not canary or canary not in text.lower():
        return None
    tail = value[value.lower().find(canary) :] if canary in value.lower() else ""
    ranges = [(m.start(), m.end()) for m in re.finditer(re.escape(tail), text)] if "<" in tail else []
    for offset, tag, attributes in _Elements(text).tags:
        if canary in tag:
            return f"<{tag}>"
        named = next((name for name, _ in attributes if canary in name.lower()), None)
        if named:
            return f"attribute {named} of <{tag}>"
        if any(start <= offset < end for start, end in ranges):
            return f"<{tag}>"
    return None


def refresh_target(text: str) -> str | None:
    """Return the address of an HTML document's `<meta http-equiv=refresh>`."""
    for _, tag, attributes in _Elements(text).tags:
        named = {name.lower(): value or "" for name, value in attributes}
        if tag == "meta" and named.get("http-equiv", "").strip().lower() == "refresh":
            target = after_refresh(named.get("content", ""))
            if target:
                return target
    return None


def after_refresh(content: str) -> str | None:
    """Return the address in `5; url=…`, quoted or not."""
    match = re.match(r"\s*[\d.]*\s*[;,\s]\s*(?:url\s*=\s*)?(.+)", content, re.IGNORECASE | re.DOTALL)
    if not match:
        return None
    target = match.group(1).strip()
    return target[1:].split(target[0])[0] if target[:1] in ("'", '"') else target


def browser_host(address: str, page_url: str) -> str | None:
    """Return the host that a browser goes to from a page for an address, as https://url.spec.whatwg.org/ parses it.

    Tabs and line breaks vanish, backslashes count as slashes, any number of slashes may follow the scheme, and what
    stands before `@` is a user name. None for other schemes than http and https.
    """
    address = re.sub(r"[\t\r\n]", "", address.strip("".join(map(chr, range(0x21)))))
    page = urlsplit(page_url)
    scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.\-]*):(.*)", address, re.DOTALL)
    if scheme:
        if scheme.group(1).lower() not in ("http", "https"):
            return None
        rest = scheme.group(2).replace("\\", "/")
        if not rest.startswith("/") and scheme.group(1).lower() == page.scheme:
            return page.hostname  # `http:path` on a page of the same scheme is relative
    else:
        rest = re.split(r"[?#]", address, maxsplit=1)[0].replace("\\", "/")
        if not rest.startswith("//"):
            return page.hostname
    authority = re.split(r"[/?#]", rest.lstrip("/"), maxsplit=1)[0]
    host = authority.rpartition("@")[2]
    host = host.split("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    return host.lower().rstrip(".") or None
