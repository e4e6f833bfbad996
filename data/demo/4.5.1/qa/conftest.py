"""The running system and the two customers that the tests use."""

import os
from pathlib import Path

import httpx
import pytest


def pytest_configure(config):
    folder = os.environ.get("LEADLINE_QA_DIR")
    if folder and not config.option.xmlpath:
        config.option.xmlpath = str(Path(folder) / "junit.xml")


def client_of(variable):
    with httpx.Client(base_url=os.environ[variable], timeout=10, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def gateway():
    yield from client_of("SHOP_GATEWAY_URL")


@pytest.fixture(scope="session")
def catalog():
    yield from client_of("SHOP_CATALOG_URL")


@pytest.fixture(scope="session")
def orders():
    yield from client_of("SHOP_ORDERS_URL")


@pytest.fixture(scope="session")
def notifier():
    yield from client_of("SHOP_NOTIFIER_URL")


@pytest.fixture(scope="session")
def pricing():
    if not os.environ.get("SHOP_PRICING_URL"):
        pytest.skip("pricing is not deployed here")
    yield from client_of("SHOP_PRICING_URL")


def signed_in(gateway, customer):
    user, password = os.environ[f"SHOP_{customer}_USER"], os.environ[f"SHOP_{customer}_PASSWORD"]
    token = gateway.post("/login", json={"user": user, "password": password}).json()["token"]
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="session")
def alice(gateway):
    return signed_in(gateway, "ALICE")


@pytest.fixture(scope="session")
def bob(gateway):
    return signed_in(gateway, "BOB")
