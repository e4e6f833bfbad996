"""Results are kept by what they were made of; whatever is wrong with the file, the work is just done again."""

import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from engines.static import cache as module
from engines.static.cache import NO_CACHE, FileCache


class Result(msgspec.Struct, frozen=True):
    text: str
    lines: tuple[int, ...] = ()


KEPT = {f"digest {n}": Result("found", (n,)) for n in range(1_200)}  # more than one statement asks for


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cache" / "cache.sqlite"


def shelf(path, knowledge="rules 1", version="1", of=Result, **options):
    return FileCache(path, **options).shelf("semgrep", knowledge, version, of)


def test_what_was_kept_is_found_again(path):
    shelf(path).put_many(KEPT)
    assert shelf(path).get_many([*KEPT, "another"]) == KEPT
    assert path.stat().st_mode & 0o077 == 0


def test_other_rules_another_engine_and_another_kind_find_nothing(path):
    shelf(path).put_many(KEPT)
    others = (
        shelf(path, knowledge="rules 2"),
        shelf(path, version="2"),
        FileCache(path).shelf("facts", "rules 1", "1", Result),
    )
    assert [other.get_many(KEPT) for other in others] == [{}, {}, {}]


def test_without_a_cache_nothing_is_kept():
    nothing = NO_CACHE.shelf("semgrep", "rules 1", "1", Result)
    nothing.put_many(KEPT)
    assert nothing.get_many(KEPT) == {}


def test_what_does_not_decode_as_the_type_of_the_shelf_is_absent(path, caplog):
    shelf(path, of=dict).put_many({"a": {"text": 7}, "b": {"text": "found"}})
    assert shelf(path).get_many(["a", "b"]) == {"b": Result("found")}
    assert "damaged" in caplog.text


def test_a_result_whose_bytes_have_changed_is_absent(path):
    shelf(path).put_many({"a": Result("x"), "b": Result("y")})
    with sqlite3.connect(path) as connection:
        connection.execute("update results set value = (select value from results where key = 'b') where key = 'a'")
        connection.execute("update results set value = 'text' where key = 'b'")
    assert shelf(path).get_many(["a", "b"]) == {}


@pytest.mark.parametrize("damage", ["no database", "header", "pages"])
def test_a_damaged_file_is_made_anew_and_the_log_says_so(path, caplog, damage):
    shelf(path).put_many(KEPT)
    with sqlite3.connect(path) as connection:
        connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    content = bytearray(path.read_bytes())
    if damage == "no database":
        content = bytearray(b"these bytes are no database" * 100)
    elif damage == "header":
        content[:16] = b"\0" * 16
    else:
        content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(bytes(content))
    with caplog.at_level(logging.WARNING):
        assert shelf(path).get_many(KEPT) == {}
    assert "is damaged and made anew" in caplog.text
    shelf(path).put_many(KEPT)
    assert shelf(path).get_many(KEPT) == KEPT


def test_a_raised_format_drops_what_an_older_version_wrote(path, monkeypatch):
    shelf(path).put_many(KEPT)
    monkeypatch.setattr(module, "_FORMAT", 2)
    assert shelf(path).get_many(KEPT) == {}
    shelf(path).put_many(KEPT)
    assert shelf(path).get_many(KEPT) == KEPT


def test_the_database_of_another_program_is_left_alone(tmp_path, caplog):
    path = tmp_path / "theirs.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("create table theirs (a)")
    shelf(path).put_many(KEPT)
    assert shelf(path).get_many(KEPT) == {}
    assert "another program" in caplog.text
    with sqlite3.connect(path) as connection:
        assert connection.execute("select count(*) from theirs").fetchone() == (0,)


def test_a_folder_that_cannot_be_written_costs_only_the_cache(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    nowhere = shelf(tmp_path / "file" / "cache.sqlite")
    nowhere.put_many(KEPT)
    assert nowhere.get_many(KEPT) == {}
    assert "is not used" in caplog.text


def test_a_file_that_another_process_holds_costs_only_the_cache(path, monkeypatch, caplog):
    shelf(path).put_many(KEPT)
    monkeypatch.setattr(module, "_BUSY_SECONDS", 0.05)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("begin immediate")
        shelf(path).put_many({"new": Result("x")})
        assert shelf(path).get_many(KEPT) == KEPT  # readers do not wait for a writer
    assert "is not used" in caplog.text


def test_past_its_bound_what_was_not_used_for_longest_goes(path, monkeypatch):
    moment = iter(range(1_000_000, 10_000_000, 100_000))
    monkeypatch.setattr(module.time, "time", lambda: next(moment))
    small = shelf(path, max_bytes=400_000)
    for name in ("first", "second"):
        small.put_many({f"{name} {n}": Result("x" * 1_000) for n in range(100)})
    assert len(small.get_many(f"first {n}" for n in range(100))) == 100  # now the second are the older ones
    small.put_many({f"third {n}": Result("x" * 1_000) for n in range(100)})
    kept = {name: len(small.get_many(f"{name} {n}" for n in range(100))) for name in ("first", "second", "third")}
    assert kept["third"] == 100 and kept["first"] > kept["second"]
    with sqlite3.connect(path) as connection:
        connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    assert path.stat().st_size < 450_000


def test_several_at_once_lose_nothing(path):
    def work(number):
        shelf(path).put_many({f"{number} {n}": Result("x") for n in range(50)})
        return len(shelf(path).get_many(f"{number} {n}" for n in range(50)))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(16))) == [50] * 16
