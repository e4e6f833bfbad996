import os

from flows import settings


def test_the_folder_that_is_named_wins_over_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("LEADLINE_DATA", str(tmp_path / "b"))
    assert settings.load(tmp_path / "a").warehouse == tmp_path / "a" / "warehouse.duckdb"
    monkeypatch.setenv("LEADLINE_DATA", str(tmp_path / "b"))
    assert settings.load().published == tmp_path / "b" / "published.duckdb"
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0


def test_telemetry_is_off_whatever_the_caller_says(monkeypatch):
    monkeypatch.setenv("GX_ANALYTICS_ENABLED", "true")
    settings.silence_telemetry()
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_an_overlay_leaves_nothing_behind(monkeypatch):
    monkeypatch.setenv("LEADLINE_X", "before")
    monkeypatch.delenv("LEADLINE_Y", raising=False)
    with settings.overlay({"LEADLINE_X": "x", "LEADLINE_Y": "y"}):
        assert settings.environment()["LEADLINE_Y"] == "y"
    assert os.environ["LEADLINE_X"] == "before" and "LEADLINE_Y" not in os.environ
