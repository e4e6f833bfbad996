"""Best fixes, however they are stated."""

from app.fixes import examples


def test_a_fix_is_an_example_for_each_language():
    assert examples('{"python": "execute(sql, values)", "clojure": "[sql value]"}') == {
        "python": "execute(sql, values)",
        "clojure": "[sql value]",
    }


def test_no_fix_is_no_example():
    assert examples(None) == examples("") == examples("{}") == {}


def test_plain_text_is_one_example():
    assert examples("bind it") == {"": "bind it"}
    assert examples("[1]") == {"": "[1]"}
