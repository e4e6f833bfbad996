"""A team's machine: server, worker, schedule and app, started once for real; a release run from Prefect."""

import os
import signal
import socket
import subprocess
import time

import httpx
import pytest

from tests import systems
from tests.command import LEADLINE, ROOT, leadline
from tests.ports import free_port


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Start `leadline serve` on a system that has source and nothing deployed; yield (API, app's URL, process)."""
    folder = systems.write(tmp_path_factory.mktemp("served"))
    manifest = folder / "leadline.yaml"
    text = manifest.read_text()
    manifest.write_text(text.replace("    base_url: ${COLOURS_URL}\n", "").replace("${LEADLINE_TRACES}", "127.0.0.1:0"))
    server, app = free_port(), free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LEADLINE_", "PREFECT_"))}
    environment |= {"PYTHONPATH": str(ROOT), "COLOURS_URL": "http://127.0.0.1:9"}
    ports = ["--port", str(app), "--server-port", str(server)]
    command = [*LEADLINE, "serve", str(manifest), "--data", str(folder / "data"), *ports]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        yield f"http://127.0.0.1:{server}/api", f"http://127.0.0.1:{app}", process, folder / "log"
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(what, log, seconds=150):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := what():
                return found
        except httpx.HTTPError:
            pass
        time.sleep(1)
    raise AssertionError(log.read_text()[-3000:])


def test_a_release_is_run_from_prefect_and_leaves_its_decision(served):
    api, app, _, log = served
    http = httpx.Client(trust_env=False, timeout=10)

    def deployments():
        found = http.post(f"{api}/deployments/filter", json={}).json()
        return {d["name"]: d for d in found} if len(found) == 3 else None

    found = wait_for(deployments, log)
    assert set(found) == {"release", "nightly", "demo"}
    assert found["nightly"]["schedules"][0]["schedule"]["cron"] == "0 2 * * *"
    form = found["release"]["parameter_openapi_schema"]["properties"]
    assert form["manifest"]["format"] == "path" and {"service", "version", "against", "deep"} <= set(form)
    wait_for(lambda: http.get(f"{app}/_stcore/health").text == "ok", log)

    def begun():
        """A busy server answers 503 and wants to be asked again; by its key the run begins once."""
        create = f"{api}/deployments/{found['release']['id']}/create_flow_run"
        return http.post(create, json={"idempotency_key": "once"}).raise_for_status().json()

    run = wait_for(begun, log)

    def ended():
        state = http.get(f"{api}/flow_runs/{run['id']}").raise_for_status().json()["state"]
        return state if state["type"] in {"COMPLETED", "FAILED", "CRASHED"} else None

    state = wait_for(ended, log)
    assert state["type"] == "COMPLETED", state
    artifacts = http.post(f"{api}/artifacts/filter", json={}).json()
    decisions = [a["data"] for a in artifacts if a["key"] == "decision"]
    assert len(decisions) == 1 and "palette-1.0" in decisions[0] and "not deployed on staging" in decisions[0]


def test_a_port_that_is_taken_is_said(tmp_path):
    folder = systems.write(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        env = {"COLOURS_URL": "http://127.0.0.1:9", "LEADLINE_TRACES": "127.0.0.1:0"}
        ran = leadline("serve", folder / "leadline.yaml", "--data", tmp_path / "data", "--port", port, env=env)
    assert ran.status == 64 and f"port {port} is taken; choose another with --port" in ran.err
