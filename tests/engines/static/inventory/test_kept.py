"""The records of a whole source, kept in the cache."""

from pathlib import Path

import pytest

from engines.contract import Call, Endpoint, Function, Parameter, ScannedFile, Skip, Statement, Target
from engines.static.cache import FileCache
from engines.static.inventory import InventoryEngine, engine

SHOP = """
from flask import Flask, request

app = Flask(__name__)

@app.get("/orders/<int:key>")
def order(key):
    return load(key, request.args["currency"])

def load(key, currency):
    return db.execute("select * from orders where id = " + key)
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "shop.py").write_text(SHOP)
    (folder / "broken.py").write_bytes(b"\xff\xfe")
    return folder


def inventory(source: Path, service: str = "kiln"):
    target = Target("kiln-1", service, "1", "build", "internet", source=source)
    return list(InventoryEngine(FileCache(source.parent / "cache.sqlite")).run(target, ()))


def test_an_unchanged_source_gives_the_same_records_without_being_read(source, monkeypatch):
    first = inventory(source)
    assert {type(record) for record in first} == {Call, Endpoint, Function, Parameter, ScannedFile, Skip, Statement}
    monkeypatch.setattr(engine, "read_file", None)
    monkeypatch.setattr(engine, "Project", None)
    assert inventory(source) == first


def test_any_change_is_seen(source):
    first = inventory(source)
    (source / "shop.py").write_text(SHOP.replace("/orders/", "/bills/"))
    assert [r.route for r in inventory(source) if isinstance(r, Endpoint)] == ["/bills/{key}"]
    (source / "shop.py").write_text(SHOP)
    assert inventory(source) == first
    (source / "more.py").write_bytes(b"\xff\xfe")
    assert "more.py" in {r.subject for r in inventory(source) if isinstance(r, Skip)}


def test_records_are_those_of_the_service_that_is_asked_for(source):
    inventory(source)
    assert {record.service for record in inventory(source, service="forge")} == {"forge"}


def test_a_run_that_was_left_early_is_not_taken_for_the_whole(source):
    target = Target("kiln-1", "kiln", "1", "build", "internet", source=source)
    records = InventoryEngine(FileCache(source.parent / "cache.sqlite")).run(target, ())
    next(records)
    records.close()
    assert any(isinstance(record, Endpoint) for record in inventory(source))
