"""A copied curl gives the recorded answer: what the demo published, replayed with the real `curl`."""

import re
import shutil
import subprocess

import duckdb
import httpx
import pytest

from flows.demo import SYSTEM, running

RELEASE = "4.6.0"
RECORDED = """
select service, role, curl, status, base_url
from marts.probes join marts.services using (release_id, service)
where release_id = ? and method = 'GET' and outcome = 'answered' and starts_with(url, base_url || '/')
qualify row_number() over (partition by service, status, role order by attempt_id, ordinal) = 1
order by service, status, role
"""


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl: it is what a person would paste the command into")
def test_a_copied_curl_gives_the_recorded_status(demo_run, tmp_path):
    with duckdb.connect(str(demo_run.published), read_only=True) as connection:
        recorded = connection.execute(RECORDED, [f"shop-{RELEASE}"]).fetchall()
    assert len(recorded) >= 10 and len({status for _, _, _, status, _ in recorded}) >= 3
    with running(SYSTEM / RELEASE, tmp_path / "staging") as staging:
        told = staging.environment
        tokens = {f"{who}_TOKEN": token(told, who) for who in ("ALICE", "BOB")}
        differing = [
            (service, role, status, answered)
            for service, role, curl, status, base_url in recorded
            if (answered := replay(curl.replace(base_url, told[f"SHOP_{service.upper()}_URL"]), tokens)) != status
        ]
    assert differing == []


def token(told: dict[str, str], who: str) -> str:
    user, password = told[f"SHOP_{who}_USER"], told[f"SHOP_{who}_PASSWORD"]
    login = {"user": user, "password": password}
    with httpx.Client(trust_env=False) as client:
        return client.post(f"{told['SHOP_GATEWAY_URL']}/login", json=login).raise_for_status().json()["token"]


def replay(curl: str, tokens: dict[str, str]) -> int:
    """Run the command in a shell, as a person who pasted it would; return the status of the answer."""
    assert re.match(r"curl -i --path-as-is '?http://127\.0\.0\.1:\d+/", curl)
    environment = tokens | {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(["sh", "-c", f"{curl} -s"], env=environment, capture_output=True, timeout=20)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split(maxsplit=2)[1])
