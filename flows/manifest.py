"""`leadline.yaml`: the system under test, described in one file.

Every error is one sentence with the file, the line and the key, and what would be valid there.
The JSON Schema beside this module is generated from these classes (`leadline schema`), for editors to complete.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from engines.untrusted_yaml import check_depth
from flows.settings import ROOT
from flows.yaml_errors import dotted, line_of, sentence, valid_keys

_SIZE_LIMIT = 1_000_000  # bytes; a manifest is written by people
_NODE_LIMIT = 100_000  # values, aliases unfolded
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(:-)?\}")  # `:-` as in a shell: it may be unset


class ManifestError(ValueError):
    """The manifest cannot be used; the message says where, why and what would be valid."""


def _http_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value):
        raise ValueError("must be an http(s) URL without credentials, query or fragment, like http://127.0.0.1:8080")
    return value.rstrip("/")


Url = Annotated[str, AfterValidator(_http_url)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Version = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ServiceSpec(_Part):
    """One service of the system."""

    source: Path | None = Field(None, description="Folder of its source, relative to this file.")
    version: Version = Field(description="Version of this build; need not be a semantic one.")
    language: str | None = Field(None, description="Main language; told from the files where left out.")
    exposure: Literal["internet", "partner", "internal"] = Field(description="From where it can be reached.")
    owner: str | None = Field(None, description="Team that mends its findings.")
    base_url: Url | None = Field(
        None, description="Where it runs on staging; left out, or `${NAME:-}` with NAME unset: not deployed."
    )
    openapi: Path | None = Field(None, description="OpenAPI 2 or 3 file, relative to this file.")
    datastores: list[str] = Field(default_factory=list, description="Datastores that it uses.")
    released: bool = Field(True, description="False: takes part as a neighbour, is not judged.")
    fuzz: bool = Field(False, description="Send malformed raw HTTP to it.")
    health: str = Field("/", pattern=r"^/", description="Path of a harmless GET that tells whether it is well.")


class Login(_Part):
    """How an identity logs in: one request, `{{username}}` and `{{password}}` filled in."""

    service: str
    method: Literal["POST", "GET", "PUT"] = "POST"
    path: str = Field(pattern=r"^/")
    json_body: dict[str, str] | None = Field(None, alias="json", description="JSON body.")
    form: dict[str, str] | None = Field(None, description="Form body.")


class Token(_Part):
    """Where the answer to the login holds the token, and how later requests carry it."""

    json_key: str | None = Field(None, alias="json", description="Key of the JSON answer.")
    cookie: str | None = Field(None, description="Name of the cookie.")
    header: str = "Authorization"
    format: str = "Bearer {{token}}"


class IdentitySpec(_Part):
    """Someone to test as. Credentials come from the environment, never from this file."""

    login: Login
    username_env: str
    password_env: str
    token: Token
    owns: dict[str, list[str]] = Field(
        default_factory=dict, description="'service /route/{id}' → ids of objects that only this identity may read."
    )


class Qa(_Part):
    """How the QA suite is run while traces are recorded."""

    command: list[str] = Field(
        min_length=1, description="Program and arguments, run in the manifest's folder; $LEADLINE_QA_DIR is filled in."
    )
    junit: str | None = Field(None, description="JUnit file that it writes into $LEADLINE_QA_DIR.")
    timeout: float = Field(900, gt=0, description="Seconds.")


class Traces(_Part):
    """Where the tested services send their spans."""

    listen: str = Field("127.0.0.1:4318", description="Address of the OTLP/HTTP receiver.")
    token_env: str | None = Field(
        None, description="Environment variable with the bearer token of senders; required beyond loopback."
    )


class ScopeSpec(_Part):
    """What the scanner may touch."""

    hosts: list[str] = Field(default_factory=lambda: ["127.0.0.1", "localhost", "::1"])
    mutate: bool = Field(False, description="Requests that change state are allowed.")
    rate: float = Field(50, gt=0, description="Requests a second and host.")
    requests: int = Field(1500, gt=0, description="Requests of one assessment at most.")
    deny: list[str] = Field(default_factory=list, description="'METHOD service /route' that is never called.")


class Override(_Part):
    """An emergency release against the decision; shown for ever."""

    author: str
    reason: str = Field(min_length=10)


class Policy(_Part):
    """The gate: a preset and deviations from it."""

    preset: Literal["continuous", "sprint", "canary"] = "sprint"
    rules: dict[str, Literal["block", "test_by_hand", "note"]] = Field(default_factory=dict)
    override: Override | None = None


class ReportSpec(_Part):
    """What another analyser found."""

    file: Path = Field(description="SARIF 2.1.0 file (or CycloneDX), relative to this file.")
    service: Name | None = Field(None, description="Service that it is of; told from the paths in it where left out.")


class Manual(_Part):
    """People who test by hand."""

    hours: float = Field(8, ge=0, description="Capacity of one release.")


class Manifest(_Part):
    """The whole file."""

    system: Name
    release: Version
    against: str | None = Field(None, description="Release to compare with; default: the newest one before.")
    services: dict[Name, ServiceSpec] = Field(min_length=1)
    qa: Qa | None = None
    traces: Traces = Traces()
    identities: dict[Name, IdentitySpec] = Field(default_factory=dict)
    scope: ScopeSpec = ScopeSpec()
    policy: Policy = Policy()
    manual: Manual = Manual()
    advisories: list[Path] = Field(default_factory=list, description="CycloneDX files.")
    reports: list[ReportSpec] = Field(default_factory=list, description="What other analysers found.")
    decisions: Path | None = Field(None, description="Decision log: triage, sign-offs, waivers.")
    rules: list[Path] = Field(default_factory=list, description="Folders of own rule packs.")
    truth: Path | None = Field(None, description="What is known to be true, to judge the result.")

    @property
    def release_id(self) -> str:
        """`<system>-<release>`."""
        return f"{self.system}-{self.release}"


def load_manifest(path: Path, environment: Mapping[str, str]) -> Manifest:
    """Read, expand and validate a manifest; paths in it become absolute.

    Raises:
        ManifestError: with file, line and key, and what would be valid.
    """
    tree = _parse(path)
    raw = _expanded(_plain(tree, iter(range(_NODE_LIMIT))), environment, path, tree)
    try:
        manifest = Manifest.model_validate(raw)
    except ValidationError as error:
        errors = sorted(
            error.errors(), key=lambda e: e["type"] != "extra_forbidden"
        )  # a misspelt key explains the rest
        raise ManifestError("\n".join(sentence(Manifest, path, tree, e) for e in errors)) from None
    return _resolved(manifest, path, tree)


@functools.cache
def policy_conditions() -> tuple[str, ...]:
    """Return the conditions that `policy.rules` may name; correlation defines them, so they are read from its seed."""
    with (ROOT / "dbt_project" / "seeds" / "policy" / "conditions.csv").open(encoding="utf-8", newline="") as file:
        return tuple(row["condition"] for row in csv.DictReader(file))


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the manifest."""
    schema = Manifest.model_json_schema(by_alias=True)
    return schema | {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "leadline.yaml"}


def _parse(path: Path) -> CommentedMap:
    try:
        if path.stat().st_size > _SIZE_LIMIT:
            raise ManifestError(f"{path} is larger than {_SIZE_LIMIT:,} bytes; a manifest is a short YAML file")
        text = path.read_text(encoding="utf-8")
        check_depth(text)
        tree = YAML(typ="rt").load(text)
    except (OSError, ValueError) as error:
        if isinstance(error, ManifestError):
            raise
        told = error.strerror if isinstance(error, OSError) else error
        raise ManifestError(f"{path} cannot be read ({told}); name a leadline.yaml") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ManifestError(f"{path}:{line}: not valid YAML: {error.problem}") from None
    except YAMLError as error:
        raise ManifestError(f"{path}: not valid YAML: {error}") from None
    if not isinstance(tree, CommentedMap):
        raise ManifestError(f"{path}:1: must be a mapping with the keys {', '.join(valid_keys(Manifest, ()))}")
    return tree


def _plain(node: Any, budget: Iterator[int]) -> Any:
    """Return plain collections; aliases unfold here, so what they unfold to is bounded."""
    if next(budget, None) is None:
        raise ManifestError(f"the manifest unfolds to more than {_NODE_LIMIT:,} values; its aliases repeat too much")
    if isinstance(node, Mapping):
        return {str(k): _plain(v, budget) for k, v in node.items()}
    if isinstance(node, list):
        return [_plain(v, budget) for v in node]
    return str(node) if isinstance(node, str) else node


def _expanded(node: Any, env: Mapping[str, str], path: Path, tree: Any, where: tuple[str | int, ...] = ()) -> Any:
    if isinstance(node, dict):
        return {k: _expanded(v, env, path, tree, (*where, k)) for k, v in node.items()}
    if isinstance(node, list):
        return [_expanded(v, env, path, tree, (*where, i)) for i, v in enumerate(node)]
    if isinstance(node, str) and where and where[-1] in {"base_url", "listen"}:

        def value(match: re.Match[str]) -> str:
            if not env.get(match[1]) and not match[2]:
                raise ManifestError(
                    f"{path}:{line_of(tree, where)}: {dotted(where)} needs the environment variable {match[1]}; set it"
                )
            return env.get(match[1], "")

        return _VARIABLE.sub(value, node) or None
    return node


def _resolved(manifest: Manifest, path: Path, tree: CommentedMap) -> Manifest:
    base = path.resolve().parent

    def existing(value: Path | None, *where: str | int, folder: bool = False) -> Path | None:
        if value is None:
            return None
        found = base / value
        if not (found.is_dir() if folder else found.is_file()):
            kind = "folder" if folder else "file"
            raise ManifestError(
                f"{path}:{line_of(tree, where)}: {dotted(where)}: there is no {kind} {value} "
                f"beside the manifest; correct the path or leave the key out"
            )
        return found.resolve()

    services = {}
    for name, service in manifest.services.items():
        services[name] = service.model_copy(
            update={
                "source": existing(service.source, "services", name, "source", folder=True),
                "openapi": existing(service.openapi, "services", name, "openapi"),
            }
        )
    for condition in manifest.policy.rules:
        if condition not in policy_conditions():
            where = ("policy", "rules", condition)
            raise ManifestError(
                f"{path}:{line_of(tree, where)}: {dotted(where)} is not a condition of the gate "
                f"(valid: {', '.join(policy_conditions())})"
            )
    named = {("identities", name, "login", "service"): one.login.service for name, one in manifest.identities.items()}
    named |= {("reports", i, "service"): report.service for i, report in enumerate(manifest.reports) if report.service}
    for where, service in named.items():
        if service not in services:
            valid = ", ".join(sorted(services))
            raise ManifestError(f"{path}:{line_of(tree, where)}: {dotted(where)} names {service!r}; valid: {valid}")
    return manifest.model_copy(
        update={
            "reports": [
                report.model_copy(update={"file": existing(report.file, "reports", i, "file")})
                for i, report in enumerate(manifest.reports)
            ],
            "services": services,
            "advisories": [existing(p, "advisories", i) for i, p in enumerate(manifest.advisories)],
            "rules": [existing(p, "rules", i, folder=True) for i, p in enumerate(manifest.rules)],
            "decisions": existing(manifest.decisions, "decisions"),
            "truth": existing(manifest.truth, "truth"),
        }
    )
