"""An assessment: one attempt to judge one release. Killed, it is resumed under the same number; decided, the next one
gets a new number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from engines.contract import Rule, Target, stable_id
from flows.landing import RunKey
from flows.manifest import Manifest
from flows.progress import RunLog
from flows.settings import Settings
from flows.warehouse import writing

ENGINE = "leadline"
_NOT_SOURCE = {"node_modules", "__pycache__", "venv", "target", "build", "dist"}


@dataclass(frozen=True)
class Assessment:
    """Everything the stages of one assessment share."""

    settings: Settings
    manifest: Manifest
    folder: Path  # of the manifest
    number: int
    input_digest: str
    previous_release_id: str | None
    rules: tuple[Rule, ...]
    targets: dict[str, Target]
    digests: dict[str, str | None]  # service → digest of its source
    log: RunLog
    is_deep: bool = False  # nightly: larger budgets

    @property
    def release_id(self) -> str:
        return self.manifest.release_id

    @property
    def system_target(self) -> Target:
        """The target of engines that look at the whole system (recordings, logs, advisories)."""
        return Target(self.release_id, "*", self.manifest.release, "", "internal")

    @property
    def spool(self) -> Path:
        """Where the segments of this assessment are recorded."""
        return self.settings.spool / f"{self.release_id}-{self.number}"

    @property
    def scratch(self) -> Path:
        """Files of this assessment that may be lost: QA output, the probe plan, service logs."""
        folder = self.settings.scratch / f"{self.release_id}-{self.number}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def key(self, engine: str, version: str, technique: str, service: str, *inputs: object) -> RunKey:
        """Return the key of one engine run; `inputs` are what its outcome depends on beyond the build and rules."""
        build_id = self.targets[service].build_id if service in self.targets else ""
        digest = stable_id(self.input_digest, engine, version, service, *inputs)
        return RunKey(self.release_id, self.number, engine, version, technique, service, build_id, digest)


def begin(
    settings: Settings, manifest: Manifest, path: Path, rules: tuple[Rule, ...], is_deep: bool = False
) -> Assessment:
    """Return the assessment to work on: an undecided one of the same inputs goes on, else a new one begins."""
    digests = {n: source_digest(s.source) if s.source else None for n, s in manifest.services.items()}
    rule_digest = stable_id(*(repr(r) for r in rules))
    # where staging listens may differ from one start to the next; what is assessed is the same
    declared = manifest.model_dump_json(exclude={"traces": True, "services": {"__all__": {"base_url"}}})
    input_digest = stable_id(declared, rule_digest, is_deep, *sorted(digests.items()))
    with writing(settings.warehouse) as connection:
        number = _number(connection, manifest.release_id, input_digest)
        previous = _previous(connection, manifest)
    targets = {
        name: Target(
            release_id=manifest.release_id,
            service=name,
            version=spec.version,
            build_id=stable_id(name, spec.version, digests[name]),
            exposure=spec.exposure,
            language=spec.language,
            source=spec.source,
            base_url=spec.base_url,
            openapi=spec.openapi,
        )
        for name, spec in manifest.services.items()
    }
    log = RunLog(settings.run_log, manifest.release_id)
    folder = path.resolve().parent
    return Assessment(settings, manifest, folder, number, input_digest, previous, rules, targets, digests, log, is_deep)


def source_digest(source: Path) -> str:
    """Return a digest of all files below a folder, hidden and generated folders left out."""
    digest = hashlib.md5()
    for file in _source_files(source):
        digest.update(file.relative_to(source).as_posix().encode() + b"\0")
        digest.update(hashlib.md5(file.read_bytes()).digest())
    return digest.hexdigest()


def _source_files(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or entry.name in _NOT_SOURCE or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _source_files(entry)
        elif entry.is_file():
            yield entry


def _number(connection: duckdb.DuckDBPyConnection, release_id: str, input_digest: str) -> int:
    last = connection.execute(
        """select assessment,
            bool_or(technique = 'decide' and status = 'complete') as is_decided,
            any_value(input_digest) filter (technique = 'declare') as input_digest
        from raw.runs where release_id = ? and engine = ?
        group by assessment order by assessment desc limit 1""",
        [release_id, ENGINE],
    ).fetchone()
    if last is None:
        return 1
    number, is_decided, digest = last
    return number if not is_decided and digest == input_digest else number + 1


def _previous(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> str | None:
    if manifest.against:
        return f"{manifest.system}-{manifest.against}"
    row = connection.execute(
        """with declared as (
            select release_id, min(observed_at) as declared_at from raw.releases where system = ? group by release_id
        )
        select release_id from declared
        where release_id <> ?
          and declared_at < coalesce((select declared_at from declared where release_id = ?), 'infinity')
        order by declared_at desc limit 1""",
        [manifest.system, manifest.release_id, manifest.release_id],
    ).fetchone()
    return row[0] if row else None
