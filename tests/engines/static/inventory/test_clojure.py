"""Clojure and ClojureScript: routes of Compojure, Reitit and Pedestal, parameters, calls across namespaces."""

from engines.contract import Call, Endpoint, Function, Parameter, Skip, Statement
from engines.static.inventory.reach import reached
from tests.engines.static.inventory.written import edges, endpoints, inventory, only, parameters

COMPOJURE = {
    "src/shop/web.clj": """
        (ns shop.web
          (:require [compojure.core :as compojure :refer [ANY GET POST context defroutes routes wrap-routes]]
                    [compojure.route :as route]
                    [shop.auth :refer [with-account]]
                    [shop.log :as log]
                    [shop.orders :as orders]
                    [ring.util.response :refer [redirect response]]))

        (defroutes api
          (context "/api" []
            (context ["/shops/:shop" :shop #"[0-9]+"] [shop]
              (GET ["/orders/:id", :id #"[0-9]+"] [id verbose :as request] (orders/show id))
              (POST "/orders" {{:keys [total note]} :params :as req} (orders/add total note)))
            (GET "/search" {:keys [params]}
              (with-account
                (fn [account] (orders/search account (:q params)))))
            (GET "/recent" [n]
              (log/note "recent")
              (orders/recent n))
            (GET "/status" _ {:status 200 :body (orders/describe)})
            (ANY "*" _ (route/not-found "none"))))

        (defn pages [db]
          (-> (routes
               (GET "/" [] (if db (orders/index db) (orders/landing)))
               (compojure/GET "/old" [] (redirect "/"))
               (wrap-routes (GET "/private/:name" [name] (orders/private name)) with-account))
              (with-account)))
    """,
    "src/shop/orders.clj": """
        (ns shop.orders (:require [shop.db :as db]))
        (defn show [id] (db/find-order id))
        (defn add [total note] (db/add total))
        (defn search [account q] (db/search q))
        (defn recent [n] n)
        (defn describe [] "orders")
        (defn index [db] db)
        (defn landing [] nil)
        (defn private [name] name)
    """,
    "src/shop/db.clj": """
        (ns shop.db (:require [clojure.java.jdbc :as jdbc]))
        (defn find-order [id] (jdbc/query spec ["select * from orders where id = ?" id]))
        (defn search [q] (jdbc/query spec [(str "select id from orders where name like " q)]))
        (defn add [total] (jdbc/insert! spec :orders {:total total}))
    """,
    "src/shop/auth.clj": "(ns shop.auth) (defn with-account [f] (f 1))",
    "src/shop/log.clj": "(ns shop.log) (defn note [text] text)",
}


def test_compojure_contexts_and_handlers(tmp_path):
    found = endpoints(inventory(tmp_path, COMPOJURE))
    assert found == {
        ("GET", "/api/shops/{shop}/orders/{id}"): "show",
        ("POST", "/api/shops/{shop}/orders"): "add",
        ("GET", "/api/search"): "search",  # within what wraps it
        ("GET", "/api/recent"): "api/GET /recent",  # it does more than one thing
        ("GET", "/api/status"): "api/GET /status",  # it answers by itself
        ("GET", "/api/*"): "api/ANY *",
        ("GET", "/"): "pages/GET /",  # it chooses
        ("GET", "/old"): "pages/GET /old",
        ("GET", "/private/{name}"): "private",
    }


def test_compojure_parameters_are_those_of_the_route_and_of_its_handler(tmp_path):
    records = inventory(tmp_path, COMPOJURE)
    assert parameters(records, "/api/shops/{shop}/orders/{id}") == {
        ("shop", "path"), ("id", "path"), ("verbose", "query"),
    }  # fmt: skip
    assert parameters(records, "/api/shops/{shop}/orders") == {("shop", "path"), ("total", "form"), ("note", "form")}
    assert parameters(records, "/api/search") == {("q", "query")}
    assert parameters(records, "/api/recent") == {("n", "query")}


def test_a_handler_may_be_a_local_name(tmp_path):
    records = inventory(
        tmp_path,
        {
            "src/app.clj": """
                (ns app (:require [reitit.ring :as ring]))
                (defn guarded [f] (fn [req] (f req)))
                (defn show [req] req)
                (defn routes []
                  (let [one (guarded (fn [req] (show req) {:status 200})) two (guarded show)]
                    [["/one" {:get one}] ["/two" {:get {:handler two}}]]))
            """,
        },
    )
    assert endpoints(records) == {("GET", "/one"): "routes", ("GET", "/two"): "show"}
    # A closure is a part of what is around it: nobody calls it by itself.
    named = {f.qualified_name for f in only(records, Function)}
    assert {c.callee for c in only(records, Call) if c.callee_file} <= named


def test_what_a_route_can_reach_crosses_namespaces(tmp_path):
    records = inventory(tmp_path, COMPOJURE)
    found = reached(only(records, Endpoint), only(records, Call))
    assert ("src/shop/db.clj", "find-order") in found["GET", "/api/shops/{shop}/orders/{id}"]
    assert {("src/shop/log.clj", "note"), ("src/shop/orders.clj", "recent")} <= set(found["GET", "/api/recent"])
    assert ("src/shop/db.clj", "search") not in found["GET", "/api/recent"]


def test_statements_are_told_with_their_tables(tmp_path):
    found = only(inventory(tmp_path, COMPOJURE), Statement)
    assert [(each.function, each.statement, each.tables) for each in found] == [
        ("find-order", "select * from orders where id = ?", ("orders",)),
        ("search", "select id from orders where name like ?", ("orders",)),
    ]


REITIT = {
    "src/shop/app.clj": """
        (ns shop.app
          (:require [reitit.ring :as ring] [shop.orders :as orders] [shop.users :as users] [shop.health :refer [ping]]))
        (defn wrap [handler] handler)
        (defn app [db]
          (ring/ring-handler
            (ring/router
              [["/ping" ping]
               ["/api" {:middleware [wrap]}
                orders/routes
                (users/routes db)]
               ["/files/{*path}" {:get (fn [{{:keys [path]} :path-params}] {:body path})}]])))
    """,
    "src/shop/orders.clj": """
        (ns shop.orders)
        (defn show [req] {:body (get-in req [:path-params :id])})
        (defn add [{{{:keys [total]} :body} :parameters}] total)
        (defn all [{:keys [query-params]}] (:page query-params))
        (def routes
          ["/orders"
           ["" {:get {:handler #'all :parameters {:query {:page int? :size int?}}}
                :post {:parameters {:body [:map [:total :int] [(opt :note) :string]]} :handler add}}]
           ["/:id" {:name ::order :get show :delete {:handler (fn [req] (log req) {:status 204})}}]])
    """,
    "src/shop/users.clj": """
        (ns shop.users)
        (defn show [db] (fn [req] db))
        (defn routes [db]
          ["/users" {:swagger {:tags ["users"]}}
           ["/{id}" {:get {:handler (show db)}}]])
    """,
    "src/shop/health.clj": "(ns shop.health) (defn ping [_] {:status 200})",
}


def test_reitit_tables_are_nested_across_files(tmp_path):
    records = inventory(tmp_path, REITIT)
    assert endpoints(records) == {
        ("GET", "/ping"): "ping",
        ("GET", "/api/orders"): "all",
        ("POST", "/api/orders"): "add",
        ("GET", "/api/orders/{id}"): "show",
        ("DELETE", "/api/orders/{id}"): "delete /:id",
        ("GET", "/api/users/{id}"): "show",
        ("GET", "/files/{path}"): "app/get /files/{*path}",
    }
    assert parameters(records, "/api/orders") == {
        ("page", "query"), ("size", "query"), ("total", "json"), ("note", "json"),
    }  # fmt: skip
    assert parameters(records, "/api/orders/{id}") == {("id", "path")}


def test_pedestal_tables_say_their_method_beside_the_path(tmp_path):
    records = inventory(
        tmp_path,
        {
            "src/shop/service.clj": """
                (ns shop.service
                  (:require [io.pedestal.http.route :as route] [io.pedestal.interceptor :as interceptor]))
                (defn show [request] (get-in request [:path-params :id]))
                (defn checked [request] request)
                (def routes
                  (route/expand-routes
                    #{["/orders/:id" :get [checked show] :route-name :order]
                      ["/orders" :post `add :route-name :add]
                      ["/files/*path" :any (fn [request] request) :route-name :files]
                      ["/totals" :get [checked totals] :route-name :totals]
                      ["/named" :get :elsewhere :route-name :named]}))
                (defn sum [context] context)
                (def totals (interceptor/interceptor {:name ::totals :enter sum}))
                (defn add [{:keys [form-params]}] (:total form-params))
            """,
        },
    )
    assert endpoints(records) == {
        ("GET", "/orders/{id}"): "show",
        ("POST", "/orders"): "add",
        ("GET", "/files/{path}"): "/files/*path",
        ("GET", "/totals"): "sum",
        ("GET", "/named"): None,
    }
    assert parameters(records, "/orders") == {("total", "form")}


def test_a_table_belongs_to_the_framework_that_its_file_imports(tmp_path):
    records = inventory(
        tmp_path,
        {
            "src/a.clj": """
                (ns a (:require [io.pedestal.http :as http]))
                (defn show [x] x)
                (def routes #{["/files/*path" :get show]})
            """,
            "src/b.clj": '(ns b (:require [reitit.core :as r])) (defn all [x] x) (def routes ["/b" {:get all}])',
        },
    )
    assert endpoints(records) == {("GET", "/files/{path}"): "show", ("GET", "/b"): "all"}


def test_dispatch_is_marked_as_approximate(tmp_path):
    records = inventory(
        tmp_path,
        {
            "src/shapes.cljc": """
                (ns shapes)
                (defprotocol Shape (outline [this]))
                (defmulti area :kind)
                (defmethod area :circle [_] 1)
                (defn measure [shape] (area shape) (outline shape) (plain shape))
                (defn plain [_] 1)
            """,
            "src/circle.clj": """
                (ns circle (:require [shapes :as s]))
                (defrecord Circle [r] s/Shape (outline [this] r))
                (defmethod s/area :square [_] 2)
            """,
        },
    )
    found = {(c.callee, c.is_approximate) for c in only(records, Call, caller="measure") if c.callee_file}
    assert found == {
        ("area", True), ("area :circle", True), ("area :square", True), ("outline", True), ("Circle.outline", True),
        ("plain", False),
    }  # fmt: skip


def test_functions_handed_over_and_imports_of_every_form_are_seen(tmp_path):
    records = inventory(
        tmp_path,
        {
            "src/a.clj": """
                (ns a
                  (:require [b :as bee :refer [one]] [c :refer :all] [d :refer [x] :rename {x y}])
                  (:use [e :only [two]]))
                (defn f [bee xs]
                  (map one xs) (bee/other 1) (three) (y) (two) (-> xs bee/last-step))
            """,
            "src/b.clj": "(ns b) (defn one [x] x) (defn other [x] x) (defn last-step [x] x)",
            "src/c.cljc": "(ns c) (defn three [] 3)",
            "src/d.clj": "(ns d) (defn x [] 3)",
            "src/e.clj": "(ns e) (defn two [] 2)",
        },
    )
    assert {callee for caller, callee in edges(records) if caller == "f"} == {
        "one", "other", "three", "x", "two", "last-step",
    }  # fmt: skip
    assert only(records, Call, callee="one")[0].is_approximate


def test_clojurescript_sees_what_both_platforms_share(tmp_path):
    records = inventory(
        tmp_path,
        {
            "src/ui.cljs": """
                (ns ui (:require [shared :as s] [ajax.core :refer [GET]] ["react" :as react]))
                (defn load! [id] (GET (str "/api/orders/" id)) (s/shown id) (react/render 1))
            """,
            "src/shared.cljc": "(ns shared) (defn shown [x] #?(:clj (format x) :cljs (render x)))",
        },
    )
    assert ("load!", "shown") in edges(records)
    assert [c.callee for c in only(records, Call, kind="http")] == ["/api/orders/{}"]
    assert not only(records, Endpoint)


def test_requests_to_other_services(tmp_path):
    records = inventory(
        tmp_path,
        {
            "src/client.clj": """
                (ns client (:require [clj-http.client :as http] [org.httpkit.client :as kit]))
                (def base "http://pricing:8080")
                (defn price [id] (http/get (str base "/quote/" id) {:as :json}))
                (defn note [] @(kit/post (format "%s/notes" base)))
            """,
        },
    )
    assert [c.callee for c in only(records, Call, kind="http")] == [
        "http://pricing:8080/quote/{}", "{}/notes",
    ]  # fmt: skip


def test_functions_are_named_as_in_their_namespace_and_broken_files_are_told(tmp_path):
    records = inventory(
        tmp_path,
        {
            "src/shop/tax.clj": "(ns shop.tax)\n(defn rate [x] x)\n(defn broken [x\n(defn after [y] y)",
            "src/shop/deep.clj": "(ns shop.deep)\n(defn f [] 1)\n" + "(a " * 400 + ")" * 400,
        },
    )
    named = {(f.module, f.qualified_name) for f in only(records, Function)}
    assert {("shop.tax", "rate"), ("shop.tax", "after"), ("shop.deep", "f")} <= named
    assert {(s.subject, s.reason) for s in only(records, Skip)} == {
        ("src/shop/tax.clj", "partly_parsed"), ("src/shop/deep.clj", "partly_parsed"),
    }  # fmt: skip


def test_a_vector_that_begins_with_a_path_is_no_route_without_a_framework(tmp_path):
    records = inventory(
        tmp_path,
        {"src/menu.clj": '(ns menu) (defn show [x] x) (def items [["/orders" {:get show}] ["/users" :get show]])'},
    )
    assert only(records, Endpoint) == only(records, Parameter) == []
