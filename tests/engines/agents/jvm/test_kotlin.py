"""A Kotlin service: functions under the names of the inventory, wherever its compiler has put them."""

from __future__ import annotations

import shutil

import httpx
import pytest

from engines.contract import Function, Target
from engines.static.inventory.engine import InventoryEngine
from tests.engines.agents.jvm.recorded import Recorded
from tests.engines.agents.jvm.virtual_machine import SERVICES, build, class_path, run, started
from tests.engines.agents.python.collector import Collector
from tests.ports import free_port

SOURCE = SERVICES / "kiosk" / "src"
# The compiler writes the first in place, where it has no method; nobody calls the second, and `main` is no request.
NOT_SEEN = {"Basket.price.<anonymous>", "Priced.price", "main"}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    if shutil.which("kotlinc") is None:
        pytest.skip("no Kotlin compiler: Debian's package is kotlin")
    build()
    folder, port = tmp_path_factory.mktemp("kotlin"), free_port()
    (folder / "kept").write_text("kept")
    run("kotlinc", str(SOURCE / "Kiosk.kt"), "-d", str(folder / "kiosk.jar"))
    with Collector() as collector:
        with started("-cp", class_path(["kotlin-stdlib"], folder / "kiosk.jar"), "com.shop.KioskKt", str(port),
                     roots=SOURCE, ports=[port], endpoint=collector.endpoint, cwd=folder) as service:  # fmt: skip
            assert httpx.get(f"{service.base}/x").text == "10 X kept"
    return Recorded(collector.spans, service.errors, {})


def test_every_function_that_ran_is_seen_under_the_name_of_the_inventory(recorded):
    target = Target("r-1", "kiosk", "1", "b", "internal", source=SOURCE)
    known = {r.qualified_name: r for r in InventoryEngine().run(target, []) if isinstance(r, Function)}
    for name, file, line in recorded.functions():
        assert file == "Kiosk.kt" and known[name].start_line <= line <= known[name].end_line, name
    assert set(known) - {name for name, _, _ in recorded.functions()} == NOT_SEEN | {"<module>"}


def test_a_file_that_is_read_is_a_sink(recorded):
    assert [(kind, value, function) for kind, value, function, _ in recorded.sinks("/x")] == [("file", "kept", "read")]


def test_the_agent_complains_of_nothing(recorded):
    assert "leadline-agent:" not in recorded.errors
