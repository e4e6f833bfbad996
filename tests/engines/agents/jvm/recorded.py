"""What the agent told of a service."""

from __future__ import annotations

from dataclasses import dataclass

from tests.engines.agents.python.collector import SERVER, Span, above, under


@dataclass
class Recorded:
    spans: list[Span]
    errors: str
    heard: dict[str, str]

    def request(self, path: str) -> Span:
        return next(s for s in self.spans if s.kind == SERVER and s.told["url.path"] == path.split("?")[0])

    def functions(self) -> set[tuple[str, str, int]]:
        return {(s.function, s.told["code.file.path"], s.told["code.line.number"]) for s in self.spans if s.function}

    def sinks(self, path: str) -> list[tuple[str, str, str, int]]:
        told = [s for s in under(self.request(path), self.spans) if s.sink]
        return [
            (s.sink, s.told.get("db.query.text") or s.told["leadline.sink.value"], s.told["code.function.name"],
             s.told["code.line.number"])
            for s in told
        ]  # fmt: skip

    def chain(self, path: str, last: str) -> list[str]:
        """Return the functions that led to the first call of one."""
        span = next(s for s in under(self.request(path), self.spans) if s.function == last)
        names: list[str] = []
        while span is not None and span.kind != SERVER:
            names.insert(0, span.function or "")
            span = above(span, self.spans)
        return names
