"""The `leadline` command: thin. Each command reads its arguments, calls one thing and says what came of it.

Exit status: 0 ship, 10 test by hand first, 20 block, 30 could not assess (of `release` and `nightly`); 0 done (of
the others); 64 wrong usage, 70 failure, so that a crash never reads as a decision.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.exceptions import TyperException

from flows.local.command import rules_show, scan
from flows.local.inventory import inventory

USAGE, FAILURE = 64, 70
_OPTIONS = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    name="leadline",
    help="Join static analysis, dynamic testing and traces of a release, and say whether it ships.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
    context_settings=_OPTIONS,
    pretty_exceptions_enable=False,
)
rules_app = typer.Typer(help="The rule packs.", no_args_is_help=True, context_settings=_OPTIONS)
app.add_typer(rules_app, name="rules")

ManifestPath = Annotated[Path, typer.Argument(help="The system's leadline.yaml.", show_default=False)]
Data = Annotated[
    Path | None, typer.Option(help="Folder of the warehouse.", envvar="LEADLINE_DATA", show_default=".leadline")
]
Json = Annotated[Path | None, typer.Option("--json", help="Also write a machine-readable summary to this file.")]


@app.command()
def demo(
    data: Annotated[Path | None, typer.Option(help="Folder of the warehouse.", show_default=".leadline-demo")] = None,
    json_file: Json = None,
    no_app: Annotated[bool, typer.Option("--no-app", help="Do not open the app at the end.")] = False,
    port: Annotated[int, typer.Option(help="Port of the app.")] = 8501,
) -> None:
    """Start the bundled demo system, assess two releases of it for real, and open the app on the result."""
    settings = _settings(data or Path(".leadline-demo"))
    from flows.demo import RELEASES, SYSTEM, not_started
    from flows.demo import demo as demo_flow

    seconds = demo_flow(settings.data)
    releases = list(seconds)
    _write_json(json_file, settings, seconds)
    _show(settings, releases, expected=SYSTEM / "expected.yaml", names=RELEASES)
    for reason in not_started():
        print(f"Not assessed at run time: {reason}")
    if not no_app:
        _open_app(settings, port)


@app.command()
def release(
    manifest: ManifestPath,
    service: Annotated[str | None, typer.Option(help="Release only this service; the others are neighbours.")] = None,
    version: Annotated[str | None, typer.Option(help="Its version, where the manifest's is not the one.")] = None,
    against: Annotated[str | None, typer.Option(help="Release to compare with, instead of the newest before.")] = None,
    data: Data = None,
    json_file: Json = None,
) -> None:
    """Assess a release. The exit status is the gate: 0 ship, 10 test by hand first, 20 block, 30 could not assess."""
    settings = _settings(data)
    from flows.progress import stage_seconds
    from flows.release import prepare
    from flows.release import release as release_flow

    release_id = prepare(manifest, service, version, against, data, False).release_id  # refuse before Prefect starts
    began = datetime.now(UTC)
    release_flow(manifest, service, version, against, settings.data)
    _write_json(json_file, settings, {release_id: stage_seconds(settings.run_log, release_id, began)})
    raise typer.Exit(_show(settings, [release_id]))


@app.command()
def nightly(manifest: ManifestPath, data: Data = None) -> None:
    """Assess all services with deep budgets, and apply retention. Exit status as of `release`."""
    settings = _settings(data)
    from flows.nightly import nightly as nightly_flow
    from flows.release import prepare

    release_id = prepare(manifest, None, None, None, data, True).release_id
    nightly_flow(manifest, settings.data)
    raise typer.Exit(_show(settings, [release_id]))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def record(
    context: typer.Context,
    command: Annotated[list[str], typer.Argument(help="The command to run, behind `--`.", show_default=False)],
    listen: Annotated[str, typer.Option(help="Address of the OTLP/HTTP receiver.")] = "127.0.0.1:4318",
    token: Annotated[
        str | None,
        typer.Option(help="Bearer token of the senders; required beyond loopback.", envvar="LEADLINE_TRACES_TOKEN"),
    ] = None,
    data: Data = None,
) -> None:
    """Receive traces while a command (the QA suite) runs, and keep what was recorded.

    The services under test send OTLP to the address; `leadline import` lands the recording into a release.
    """
    settings = _settings(data)
    from flows.recording import record_command

    raise typer.Exit(record_command(settings, listen, token, [*command, *context.args]))


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(help="Recordings and reports; the format is told from the content.")],
    manifest: Annotated[Path | None, typer.Option(help="Land them into the release of this leadline.yaml.")] = None,
    data: Data = None,
    json_out: Annotated[bool, typer.Option("--json", help="Print what was recognised as JSON.")] = False,
) -> None:
    """Import traces (OTLP, Jaeger, Zipkin, Tempo, HAR), findings of other analysers (SARIF), known vulnerabilities
    (CycloneDX), test verdicts (JUnit), coverage reports or a decision log.

    Without a manifest nothing is kept: what the files tell is printed, what they cannot tell, and what was refused.
    With one, reports are placed in the sources of its services; a new report of a tool replaces its last one.

        leadline import traces.json.gz
        leadline import --json traces.json | jq '.[].quarantined'
    """
    settings = _settings(data)
    from flows.importing import import_all

    outcome = import_all(settings, files, manifest)
    if json_out:
        print(json.dumps(outcome, indent=2, default=str))
    else:
        from rich.console import Console

        from flows.imported_page import show

        show(Console(), outcome)


@app.command()
def diff(
    release: Annotated[
        str | None, typer.Argument(metavar="RELEASE", help="Default: the newest.", show_default=False)
    ] = None,
    against: Annotated[str | None, typer.Option(metavar="RELEASE", help="Default: its predecessor.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Rows shown of a kind in a service.")] = 20,
    data: Data = None,
    json_out: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
) -> None:
    """Print what a release changed: endpoints, their parameters and functions, against its predecessor.

    Against a release further back, every step in between is told, the newest first.
    """
    settings = _settings(data)
    from flows.diff import as_json, read_diff, show_diff

    steps = read_diff(settings.published, release, against)
    if json_out:
        print(json.dumps(as_json(steps), indent=2, default=str))
    else:
        show_diff(steps, limit)


@app.command()
def report(
    release: Annotated[
        str | None, typer.Argument(help="Its id; the newest where left out.", show_default=False)
    ] = None,
    format: Annotated[Literal["sarif"], typer.Option(help="Only SARIF 2.1.0 by now.")] = "sarif",
    output: Annotated[Path | None, typer.Option(help="File to write; the terminal where left out.")] = None,
    manifest: Annotated[
        Path | None, typer.Option(help="The system's leadline.yaml: makes paths those of the checkout it lies in.")
    ] = None,
    data: Data = None,
) -> None:
    """Write what is known of an assessed release for other tools: SARIF as GitHub code scanning takes it.

    Findings come by risk, with the paths from endpoint to line as code flows; dismissed ones are suppressed.
    """
    settings = _settings(data)
    from flows.decision import newest_release
    from flows.manifest import load_manifest
    from flows.sarif.checkout import folders_of
    from flows.sarif.published import release_document
    from flows.settings import environment

    folders = folders_of(load_manifest(manifest, environment()), manifest) if manifest else None
    release_id = release or newest_release(settings.published)
    text = json.dumps(release_document(settings.published, release_id, folders), indent=1, ensure_ascii=False)
    if output is None:
        print(text)
    else:
        output.write_text(text + "\n", encoding="utf-8")


@app.command()
def doctor(
    manifest: Annotated[
        Path | None, typer.Argument(help="The system's leadline.yaml: its services are asked, too.", show_default=False)
    ] = None,
    release: Annotated[
        str | None, typer.Option(metavar="RELEASE", help="Whose traces are judged; default: the newest.")
    ] = None,
    data: Data = None,
    json_out: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
) -> None:
    """Say what is missing, and what mends it: the installation, staging, and what the traces of a release tell.

    Exit status 0 when nothing is to be mended, else 1. For each service: do traces arrive, do they carry routes, code
    locations and raw SQL, and are the functions that ran in the inventory.
    """
    settings = _settings(data)
    from flows.doctor.command import as_json, examine, show

    release_id, checks = examine(settings, manifest, release)
    if json_out:
        print(json.dumps(as_json(release_id, checks), indent=2))
    else:
        show(release_id, checks)
    raise typer.Exit(any(check.status == "mend" for check in checks))


@app.command("app")
def open_app(data: Data = None, port: Annotated[int, typer.Option(help="Port on loopback.")] = 8501) -> None:
    """Open the app on what has been published."""
    _open_app(_settings(data), port)


@app.command()
def serve(
    manifest: ManifestPath,
    data: Data = None,
    port: Annotated[int, typer.Option(help="Port of the app on loopback.")] = 8501,
    server_port: Annotated[int, typer.Option(help="Port of the Prefect server on loopback.")] = 4200,
) -> None:
    """Run Prefect server, worker, schedules and the app for a team on one machine, until interrupted."""
    settings = _settings(data)
    from flows.manifest import load_manifest
    from flows.serve import serve as serve_all
    from flows.settings import environment

    load_manifest(manifest, environment())  # refuse now, not at two in the night
    serve_all(settings, manifest.resolve(), port, server_port)


@app.command()
def schema() -> None:
    """Print the JSON Schema of leadline.yaml, for editors to complete it."""
    from flows.manifest import json_schema

    print(json.dumps(json_schema(), indent=2))


app.command()(scan)
app.command()(inventory)
rules_app.command("show")(rules_show)


@rules_app.command("list")
def rules_list(
    packs: Annotated[list[Path] | None, typer.Option("--pack", help="Folder of an own pack; repeatable.")] = None,
) -> None:
    """List every rule with its weakness and its parts."""
    from rich.console import Console
    from rich.table import Table

    from engines.rules.loader import BUNDLED, load_rules

    table = Table("rule", "CWE", "severity", "seen in", "languages", "name")
    for rule in load_rules((BUNDLED, *(packs or ()))):
        parts = [p for p in ("static", "dynamic", "trace") if getattr(rule, p)]
        languages = sorted({language for block in rule.static for language in block["languages"]})
        table.add_row(rule.id, rule.cwe, rule.severity, " ".join(parts), " ".join(languages), rule.name)
    Console().print(table)


@rules_app.command("lint")
def rules_lint(
    packs: Annotated[list[Path] | None, typer.Option("--pack", help="Folder of an own pack; repeatable.")] = None,
) -> None:
    """Prove the rules: schema, known CWE, budgets, and that each part fires on its bad samples and not on the good."""
    from engines.rules.lint import lint
    from engines.rules.loader import BUNDLED, load_rules

    rules = load_rules((BUNDLED, *(packs or ())))
    problems = list(lint(rules))
    for problem in problems:
        print(problem)
    print(f"{len(rules)} rules, {len(problems)} problems")
    raise typer.Exit(1 if problems else 0)


def main() -> None:
    """Run the command line; turn every error into one sentence and an exit status that is no decision."""
    try:
        status = app(standalone_mode=False)
    except TyperException as error:
        command = error.ctx.command_path if getattr(error, "ctx", None) else "leadline"
        _fail(f"{error.format_message()} (see `{command} --help`)", USAGE)
    except (KeyboardInterrupt, typer.Abort):
        _fail("interrupted", 130)
    except Exception as error:  # the outermost edge: said in one sentence, whole with LEADLINE_TRACEBACK=1
        if os.environ.get("LEADLINE_TRACEBACK"):
            raise
        _fail(_sentence(error), USAGE if _is_usage(error) else FAILURE)
    sys.exit(status or 0)


def _is_usage(error: BaseException) -> bool:
    from engines.contract import EngineError
    from engines.rules.loader import RuleError
    from flows.decision import NoDecision
    from flows.formats import NotRecognised
    from flows.local.changes import GitError
    from flows.local.findings import ScanError
    from flows.local.rules import UnknownRule
    from flows.manifest import ManifestError

    ours = (ManifestError, NoDecision, NotRecognised, RuleError, EngineError, GitError, ScanError, UnknownRule)
    return isinstance(error, ours)


def _sentence(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    known = _is_usage(error) or type(error).__module__.startswith(("flows", "engines"))
    return text if known else f"{type(error).__name__}: {text.splitlines()[0]} (LEADLINE_TRACEBACK=1 shows all)"


def _fail(sentence: str, status: int) -> None:
    print(f"leadline: {sentence}", file=sys.stderr)
    sys.exit(status)


def _settings(data: Path | None) -> Any:
    """Return the settings; called before anything imports Prefect, which reads its own from the environment."""
    from flows.settings import load

    return load(data)


def _write_json(path: Path | None, settings: Any, seconds: dict[str, dict[str, float]]) -> None:
    if path is not None:
        from flows.summary import summarise

        path.write_text(json.dumps(summarise(settings.published, list(seconds), seconds), indent=2, default=str))


def _show(settings: Any, release_ids: list[str], **demo_only: Any) -> int:
    from flows.terminal import show

    return show(settings.published, release_ids, **demo_only)


def _open_app(settings: Any, port: int) -> None:
    from flows.serve import run_app

    run_app(settings, port)


if __name__ == "__main__":
    main()
