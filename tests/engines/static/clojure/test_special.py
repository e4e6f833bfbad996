import pytest

NS = "(ns kiln.main (:require [kiln.sink :as sink] [kiln.safe :as safe] [kiln.db :as db]))\n"


@pytest.mark.parametrize(
    ("code", "flows"),
    [
        ("(sink/run (with-open [s (open x)] (str s)))", False),
        ("(sink/run (with-thing [s x] s))", True),
        ("(sink/run (binding [*a* 1] x))", True),
        ("(sink/run (try x (catch Exception e nil) (finally 1)))", True),
        ("(future (sink/run x))", True),
        ("(reify Runnable (run [this] (sink/run x)))", True),
        ("'(sink/run x)", False),
        ("(comment (sink/run x))", False),
    ],
)
def test_macros_are_read_by_their_shape(code: str, flows: bool, lines) -> None:
    assert lines(f"{NS}(defn f [request] (let [x (:params request)] {code}))") == ([2] if flows else [])
