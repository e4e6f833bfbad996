import os

from flows.nightly import drop_old_recordings
from flows.settings import Settings

DAY = 86_400


def recording(settings, name, age, now):
    folder = settings.spool / name / "qa"
    folder.mkdir(parents=True)
    (folder / "frames").write_bytes(b"x")
    for path in (folder / "frames", folder, folder.parent):
        os.utime(path, (now - age * DAY, now - age * DAY))


def test_recordings_older_than_a_week_are_dropped_and_named(tmp_path):
    settings, now = Settings(tmp_path), 1_000 * DAY
    recording(settings, "shop-1-1", 8, now)
    recording(settings, "shop-2-1", 6, now)
    assert drop_old_recordings(settings, now) == ["shop-1-1"]
    assert [p.name for p in settings.spool.iterdir()] == ["shop-2-1"]


def test_nothing_recorded_nothing_dropped(tmp_path):
    assert drop_old_recordings(Settings(tmp_path), 0) == []
