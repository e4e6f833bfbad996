import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from flows import manifest
from flows.manifest import ManifestError, json_schema, load_manifest

GOOD = """\
system: shop
release: "4.6.0"
services:
  gateway:
    source: services/gateway
    version: "4.6.0"
    exposure: internet
    base_url: ${GATEWAY_URL}
  ledger:
    version: "1.0"
    exposure: internal
identities:
  alice:
    login: {service: gateway, path: /login, json: {user: "{{username}}", password: "{{password}}"}}
    username_env: ALICE
    password_env: ALICE_PASSWORD
    token: {json: token}
"""


@pytest.fixture
def written(tmp_path):
    (tmp_path / "services" / "gateway").mkdir(parents=True)

    def write(text):
        path = tmp_path / "leadline.yaml"
        path.write_text(text)
        return path

    return write


def refusal(path, environment=None):
    with pytest.raises(ManifestError) as caught:
        load_manifest(path, {"GATEWAY_URL": "http://127.0.0.1:1"} if environment is None else environment)
    return str(caught.value)


def test_a_good_manifest_is_read_and_its_paths_become_absolute(written, tmp_path):
    loaded = load_manifest(written(GOOD), {"GATEWAY_URL": "http://127.0.0.1:8000/"})
    assert loaded.release_id == "shop-4.6.0"
    assert loaded.services["gateway"].base_url == "http://127.0.0.1:8000"
    assert loaded.services["gateway"].source == tmp_path / "services" / "gateway"
    assert loaded.services["ledger"].source is None


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (
            ("exposure: internet", "exposur: internet"),
            7,
            ["exposur is not a known key", "did you mean exposure", "owner"],
        ),
        (("source: services/gateway", "source: nowhere"), 5, ["there is no folder nowhere", "services.gateway.source"]),
        (('version: "4.6.0"', "version: 4.6"), 6, ["services.gateway.version", "text", "4.6", "in quotes"]),
        (("exposure: internet", "exposure: moon"), 7, ["'internet', 'partner' or 'internal'", "moon"]),
        (("service: gateway", "service: gatewai"), 14, ["gatewai", "valid: gateway, ledger"]),
        (("  ledger:", "  led ger:"), 9, ["led ger"]),
        (("token: {json: token}", "token: {jason: token}"), 17, ["jason is not a known key", "json"]),
    ],
)
def test_what_is_wrong_is_said_with_line_key_and_what_is_valid(written, change, line, says):
    path = written(GOOD.replace(*change))
    message = refusal(path)
    assert message.startswith(f"{path}:{line}: ")
    assert all(part in message for part in says), message


def test_a_condition_that_the_gate_does_not_know_is_refused(written):
    message = refusal(written(GOOD + "policy:\n  rules:\n    confirmed_flaw: block\n"))
    assert ":20: policy.rules.confirmed_flaw is not a condition" in message and "confirmed_flaw_high" in message


def test_a_variable_that_is_not_set_is_named(written):
    assert "needs the environment variable GATEWAY_URL; set it" in refusal(written(GOOD), {})


def test_a_service_whose_variable_may_be_unset_is_deployed_or_not(written):
    path = written(GOOD.replace("${GATEWAY_URL}", "${GATEWAY_URL:-}"))
    assert load_manifest(path, {}).services["gateway"].base_url is None
    deployed = load_manifest(path, {"GATEWAY_URL": "http://127.0.0.1:8000"})
    assert deployed.services["gateway"].base_url == "http://127.0.0.1:8000"


def test_yaml_that_does_not_parse_names_the_line(written):
    assert ":3: not valid YAML" in refusal(written("system: shop\nservices: {a: [\n"))


def test_a_manifest_that_unfolds_without_end_is_refused(written):
    nine = ", ".join(["*{0}"] * 9)
    bomb = "a: &a [x]\n" + "".join(
        f"{c}: &{c} [{nine.format(p)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert "aliases repeat too much" in refusal(written(bomb))
    assert "nested" in refusal(written("system: " + "[" * 1000))


def test_a_list_or_nothing_is_refused(written):
    assert "must be a mapping" in refusal(written("- a\n"))
    assert "cannot be read" in refusal(Path("/nowhere/leadline.yaml"))


def test_the_published_schema_is_the_one_of_the_classes():
    published = json.loads(Path(manifest.__file__).with_name("manifest.schema.json").read_text())
    assert published == json_schema()


def test_the_schema_accepts_what_we_accept_and_refuses_what_we_refuse():
    validator = jsonschema.Draft202012Validator(json_schema())
    assert list(validator.iter_errors(yaml.safe_load(GOOD))) == []
    assert list(validator.iter_errors(yaml.safe_load(GOOD.replace("exposure:", "exposur:")))) != []


def test_reports_of_other_analysers_are_named_with_the_service_that_they_are_of(written, tmp_path):
    (tmp_path / "codeql.sarif").write_text("{}")
    path = written(GOOD + "reports:\n  - {file: codeql.sarif, service: gateway}\n  - file: codeql.sarif\n")
    reports = load_manifest(path, {"GATEWAY_URL": "http://127.0.0.1:1"}).reports
    assert [(r.file, r.service) for r in reports] == [
        (tmp_path / "codeql.sarif", "gateway"),
        (tmp_path / "codeql.sarif", None),
    ]


@pytest.mark.parametrize(
    ("report", "says"),
    [
        ("{file: gone.sarif}", "reports.0.file: there is no file gone.sarif"),
        ("{file: leadline.yaml, service: gatewy}", "reports.0.service names 'gatewy'; valid: gateway, ledger"),
        ("{path: leadline.yaml}", "reports.0.path is not a known key"),
    ],
)
def test_a_report_that_cannot_be_used_is_told(written, report, says):
    assert says in refusal(written(GOOD + f"reports:\n  - {report}\n"))
