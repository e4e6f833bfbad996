from engines.static.clojure.forms import read


def test_a_name_is_parted_at_its_slash() -> None:
    (form, division) = read(b"jdbc/query /").forms
    assert (form.namespace, form.name) == ("jdbc", "query")
    assert (division.namespace, division.name) == ("", "/")


def test_positions_count_lines_from_one_and_columns_in_characters() -> None:
    source = read('(f)\n(é "ü" (g))'.encode())
    inner = source.forms[1].items[2]
    assert source.position(inner) == (2, 8)
    assert source.place(inner.end) == (2, 11)
    assert source.text(inner) == "(g)"


def test_a_list_tells_its_head_and_all_that_is_in_it() -> None:
    (form,) = read(b"(f [a (g)] b)").forms
    assert form.head == "f"
    assert [inner.head or inner.value for inner in form.walk()] == ["f", "f", "", "a", "g", "g", "b"]
    assert [other.head for other in read(b"[f] ((f)) () f").forms] == ["", "", "", ""]
