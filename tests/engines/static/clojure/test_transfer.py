import pytest

from engines.static.clojure.knowledge import Knowledge
from engines.static.clojure.transfer import KNOWN

NS = "(ns kiln.main (:require [clojure.string :as str] [clojure.walk :as walk] [kiln.sink :as sink]))\n"


@pytest.mark.parametrize(
    ("expression", "flows"),
    [
        ("(unknown.library/ask x)", False),
        ("(.trim x)", True),
        ("(.length x)", False),
        ("(String. x)", True),
        ("({:a 1} x)", False),
    ],
)
def test_functions_hand_on_what_they_are_given(expression: str, flows: bool, lines) -> None:
    assert lines(f"{NS}(defn f [request] (let [x (:params request)] (sink/run {expression})))") == (
        [2] if flows else []
    )


def test_a_name_is_known_in_one_way() -> None:
    """What is both converted and handed on would be read as converted."""
    assert [name for name in KNOWN if Knowledge(()).conversions[name]] == []
