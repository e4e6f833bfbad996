"""Under which names the folders of a source are imported."""

from engines.static.inventory.naming import roots


def test_what_stands_before_the_folders_of_the_source_is_its_root():
    imported = ["example.org/shop/orders", "example.org/shop/store/tables", "net/http", "example.org/chi/middleware"]
    assert roots(imported, ["", "orders", "store/tables", "middleware"]) == [("example.org/shop", "")]


def test_the_root_may_stand_for_a_folder():
    assert roots(["shop/orders", "shop/store"], ["backend/orders", "backend/store"]) == [("shop", "backend")]


def test_several_modules_of_one_source_have_a_root_each():
    found = roots(["a/one/x", "a/one/y", "a/two/z", "a/two/v"], ["one/x", "one/y", "two/z", "two/v"])
    assert found == [("a", "")]
    found = roots(["a/x", "a/y", "b/z", "b/v"], ["one/x", "one/y", "two/z", "two/v"])
    assert found == [("a", "one"), ("b", "two")]


def test_without_a_likeness_there_is_none():
    assert roots(["fmt", "net/http"], ["orders"]) == []
