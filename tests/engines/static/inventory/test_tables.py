"""Routes written as data, whatever the language: nested lists that begin with a path."""

from engines.static.inventory.names import Project
from engines.static.inventory.tables import all_rows
from engines.static.reading.facts import Definition, FileFacts, Items, Name, Pairs, Site, Symbol, Text

RULES = {
    "methods": {"get": "GET", "post": "POST"},
    "handler": ["handler"],
    "parameters": "given",
    "places": {"q": "query"},
}


def text(value: str) -> Text:
    return Text((value,) if value else ())


def entry(*pairs) -> Pairs:
    return Pairs(tuple((Symbol(key), value) for key, value in pairs))


def read(*tables, values=(), rules=RULES):
    """(method, path, handler, parameters) of the tables of one file."""
    top = Definition("module", "a", "a", -1, 1, 9, "", values=dict(values))
    facts = FileFacts("a.clj", "clojure", "", 9, "a", [top], tables=[Site(0, table, 1) for table in tables])
    project = Project([facts], "source", {"clojure": {"modules": "package"}})
    scope = project.modules["a.clj"].top
    rows = all_rows(project, rules, [(scope, table, 1) for table in tables])
    return [(row.method, row.path, getattr(row.handler, "text", None), row.parameters) for row, _ in rows]


def test_paths_add_up():
    inner = Items((text("/y"), entry(("get", Name("show"))), Items((text(""), Symbol("post"), Name("add")))))
    assert read(Items((text("/x"), entry(("name", Symbol("x"))), Items((inner,))))) == [
        ("GET", "/x/y", "show", ()),
        ("POST", "/x/y", "add", ()),
    ]


def test_a_map_holds_the_handler_and_its_parameters():
    asked = entry(
        ("handler", Name("show")),
        (
            "given",
            entry(("q", entry(("page", Name("int"))))),
        ),
    )
    assert read(Items((text("/x"), entry(("get", asked), ("other", Name("x")))))) == [
        ("GET", "/x", "show", (("page", "query"),)),
    ]  # fmt: skip


def test_a_table_that_another_one_names_stands_under_it_alone():
    inner = Items((text("/y"), Symbol("get"), Name("show")))
    outer = Items((text("/x"), Name("more")))
    assert read(inner, outer, values={"more": inner}) == [("GET", "/x/y", "show", ())]


def test_a_table_that_names_itself_ends():
    outer = Items((text("/x"), Items((text("/y"), Symbol("get"), Name("show"))), Name("itself")))
    paths = [path for _, path, _, _ in read(outer, Items((outer,)), values={"itself": outer})]
    assert "/x/y" in paths
    assert len(paths) < 100


def test_tables_that_name_each_other_over_and_over_cost_little():
    names = [f"t{count}" for count in range(18)]
    values = {
        name: Items((text("/x"), *(Name(after) for after in names[at + 1 : at + 2] * 9)))
        for at, name in enumerate(names)
    }
    assert read(values["t0"], values=values) == []


def test_what_has_no_method_is_a_route_where_the_framework_says_so():
    table = Items((text("/x"), entry(("handler", Name("show")))))
    assert read(table) == []
    assert read(table, rules={**RULES, "any": True}) == [("", "/x", "show", ())]
