import pytest

ROUTES = (
    "(ns kiln.main (:require [compojure.core :refer [GET POST]] "
    "[compojure.coercions :refer [as-int]] [kiln.sink :as sink]))\n"
)


@pytest.mark.parametrize(
    ("route", "found"),
    [
        ('(GET "/:id" [id] (sink/run id))', [2]),
        ('(GET "/:id" [id :<< as-int] (sink/run id))', []),
        ('(GET ["/:id" :id #".*"] [id :as request] (sink/run (get-in request [:headers "x"])))', [2]),
        ('(POST "/" {params :params} (sink/run (:dir params)))', [2]),
        ('(POST "/" request (sink/run (:session request)))', []),
    ],
)
def test_routes_of_compojure_bind_what_comes_from_outside(route: str, found: list[int], lines) -> None:
    assert lines(f"{ROUTES}(def app {route})") == found


@pytest.mark.parametrize(
    ("options", "found"),
    [(":query-params [dir :- String]", [2]), (":query-params [dir :- Long]", []), (":return 1", [])],
)
def test_options_of_compojure_api_bind_too(options: str, found: list[int], lines) -> None:
    code = f'(def app (compojure.api.sweet/GET "/" [] {options} (sink/run dir)))'
    assert lines(f"{ROUTES}{code}") == found


def test_what_a_route_answers_with_is_looked_at(made, lines) -> None:
    sink = {"route": "response", "where": [{"matches": "<h1>"}]}
    rule = made(mode="taint", sources=[{"route": "parameters"}], sinks=[sink])
    assert lines(f'{ROUTES}(def app (GET "/:id" [id] (str "<h1>" id)))', rule) == [2]
    assert lines(f'{ROUTES}(def app (GET "/:id" [id] (str "Hello " id)))', rule) == []
