"""What a call means when the function called is known."""


def test_a_function_that_throws_unless_its_argument_is_fine_is_a_check(lines, analysed) -> None:
    code = """(ns kiln.main (:require [kiln.sink :as sink] [kiln.safe :as safe]))
(defn validate [x] (when-not (safe/fine? x) (throw (ex-info "no" {}))))
(defn f [r] (let [x (:params r)] (validate x) (sink/run x)))"""
    assert lines(code) == []
    assert lines(code.replace("when-not", "when")) == [3]
    analysis = analysed(code)
    (summary,) = analysis.summaries(analysis.functions["kiln.main/validate"][0])
    assert summary.checks and summary.flows == []


def test_a_result_is_made_of_arguments_and_of_what_comes_from_outside(analysed) -> None:
    code = """(ns kiln.main)
(defn made [a b] {:first a :second (str "x" b)})
(defn asked [request] (:dir (:params request)))"""
    analysis = analysed(code)
    made = analysis.summaries(analysis.functions["kiln.main/made"][0])[0].returns
    assert [list(made.fields[key].taint) for key in ("first", "second")] == [
        [("parameter", 0, ())],
        [("parameter", 1, ())],
    ]
    asked = analysis.summaries(analysis.functions["kiln.main/asked"][0])[0].returns
    assert {origin[0] for origin in asked.taint} == {"source", "parameter"}


def test_a_flow_tells_parameter_path_and_steps(analysed) -> None:
    code = """(ns kiln.main (:require [kiln.sink :as sink]))
(defn inner [{:keys [dir]}] (sink/run dir))
(defn outer [n m] (inner m))"""
    analysis = analysed(code)
    (flow,) = analysis.summaries(analysis.functions["kiln.main/outer"][0])[0].flows
    assert (flow.parameter, flow.path, [step[2] for step in flow.steps]) == (
        1,
        ("dir",),
        ["goes to `kiln.main/inner`", "arrives at `kiln.sink/run`"],
    )
