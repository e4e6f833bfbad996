from pathlib import Path

import pytest

from engines.contract import Match, Target
from engines.imported.places import Placed, Places


@pytest.fixture
def services(tmp_path):
    """Two services of one repository; both have an `app.py`, one is built with Maven."""
    files = {
        "orders": ["app.py", "store/sql.py", "a b.py"],
        "web": [
            "app.py",
            "src/main/java/shop/Boot.java",
            "src/test/java/shop/Boot.java",
            "src/main/java/shop/Cart.java",
        ],
    }
    for service, names in files.items():
        for name in names:
            path = tmp_path / "repo" / service / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x = 1\n")
    return [Target("r", name, "1", f"build of {name}", "internal", source=tmp_path / "repo" / name) for name in files]


def shown(placed):
    return f"{placed.service}/{placed.file}" if isinstance(placed, Placed) else placed.reason


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("store/sql.py", "orders/store/sql.py"),  # as it stands
        ("orders/store/sql.py", "orders/store/sql.py"),  # below the repository
        ("orders/app.py", "orders/app.py"),
        ("web/app.py", "web/app.py"),
        ("./orders/../web/app.py", "web/app.py"),
        ("/build/1234/web/app.py", "web/app.py"),
        ("/build/1234/store/sql.py", "orders/store/sql.py"),
        ("C:/agent/1/s/orders/app.py", "orders/app.py"),
        ("shop/Cart.java", "web/src/main/java/shop/Cart.java"),  # below a source folder, as a compiler knows it
        ("app.py", "ambiguous_path"),
        ("shop/Boot.java", "ambiguous_path"),
        ("tests/app.py", "not_in_source"),  # another file of that name
        ("/usr/lib/python3/app.py", "not_in_source"),
        ("gone.py", "not_in_source"),
        ("../../etc/passwd", "outside_source"),
        ("", "no_path"),
    ],
)
def test_a_path_is_placed_where_it_meets_one_file(services, path, place):
    assert shown(Places(services).place(path)) == place


def test_a_report_of_one_service_is_placed_in_it(services):
    assert shown(Places(services, "web").place("app.py")) == "web/app.py"
    assert Places(services, "web").place("app.py").build_id == "build of web"
    assert shown(Places(services, "web").place("store/sql.py")) == "not_in_source"


def test_where_sources_begin_on_the_other_machine_is_learnt(services):
    places = Places(services, "orders")
    assert shown(places.place("/build/1234/app.py")) == "not_in_source"
    places.place("/build/1234/store/sql.py")
    assert shown(places.place("/build/1234/app.py")) == "orders/app.py"


def test_a_folder_that_the_report_names_as_its_root_is_taken_off(services):
    places = Places(services, "orders", ("/build/1234/",))
    assert shown(places.place("/build/1234/app.py")) == "orders/app.py"


def test_without_services_or_without_a_source_a_path_stands_as_it_is(services):
    assert shown(Places([]).place("/a/./b.py")) == "*/a/b.py"
    assert shown(Places([Target("r", "dark", "1", "b", "internal")]).place("b.py")) == "dark/b.py"


def test_how_paths_met_the_source_is_said(services):
    places = Places(services)
    for path in ("/ci/repo/orders/app.py", "/ci/repo/orders/store/sql.py", "store/sql.py", "shop/Cart.java"):
        places.place(path)
    assert [(c.service, c.expectation, c.rows) for c in places.said(Match)] == [
        ("orders", "paths of the report meet the source: 1 as they stand; 2 without ci/repo/orders/", 3),
        ("web", "paths of the report meet the source: 1 below src/main/java/", 1),
    ]


def test_links_are_not_followed(services, tmp_path):
    (tmp_path / "secret.py").write_text("key = 1")
    (services[0].source / "link.py").symlink_to(tmp_path / "secret.py")
    assert shown(Places(services).place("link.py")) == "not_in_source"


def test_sources_are_not_needed_twice(services, monkeypatch):
    places = Places(services)
    places.place("app.py")
    monkeypatch.setattr("os.walk", lambda _: pytest.fail("walked again"))
    assert shown(places.place("store/sql.py")) == "orders/store/sql.py"
    assert isinstance(services[0].source, Path)
