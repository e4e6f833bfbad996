"""One call that makes several routes, by a table of actions."""

from engines.static.inventory.resources import expanded, filled, nested_prefix
from engines.static.reading.facts import Call, Items, Name, Symbol

ENTRY = {
    "path": [0],
    "collection": {"index": "GET", "create": "POST"},
    "member": {"show": "GET", "update": ["PUT", "PATCH"]},
    "new": {"new": "GET /new", "edit": "GET /{id}/edit"},
    "only": "only",
    "except": "except",
    "handler": "{name|camel}Controller#{action}",
    "nested": "{name|singular}_id",
}


def call(name: str, **named: list[str]) -> Call:
    """`resources :orders, only: [:index]`"""
    listed = tuple((key, Items(tuple(map(Symbol, values)))) for key, values in named.items())
    return Call(Name("resources"), (Symbol(name),), listed, 1)


def test_each_action_is_a_route():
    assert list(expanded(call("order_items"), ENTRY)) == [
        (("GET",), "/order_items", "index", "OrderItemsController#index"),
        (("POST",), "/order_items", "create", "OrderItemsController#create"),
        (("GET",), "/order_items/{id}", "show", "OrderItemsController#show"),
        (("PUT", "PATCH"), "/order_items/{id}", "update", "OrderItemsController#update"),
        (("GET",), "/order_items/new", "new", "OrderItemsController#new"),
        (("GET",), "/order_items/{id}/edit", "edit", "OrderItemsController#edit"),
    ]


def test_some_actions_are_named_or_left_out():
    def actions(**named):
        return [action for _, _, action, _ in expanded(call("orders", **named), ENTRY)]

    assert actions(only=["index", "show"]) == ["index", "show"]
    assert actions(**{"except": ["create", "new", "edit"]}) == ["index", "show", "update"]


def test_what_is_within_stands_below_one_of_them():
    assert nested_prefix(call("categories"), ENTRY) == "/categories/{category_id}"
    assert nested_prefix(call("order"), {"path": [0]}) == "/order"


def test_names_are_changed_as_they_are_filled_in():
    assert filled("{name|camel}", {"name": "admin/order_items"}) == "Admin.OrderItems"
    assert [filled("{name|singular}", {"name": name}) for name in ("boxes", "keys", "classes", "glass", "wall")] == [
        "box", "key", "class", "glass", "wall",
    ]  # fmt: skip
