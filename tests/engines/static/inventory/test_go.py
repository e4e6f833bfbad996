"""The inventory of small systems written in Go: net/http, gin, chi and others, across packages."""

from engines.contract import Call, Function
from tests.engines.static.inventory.written import edges, endpoints, inventory, only, parameters

MAIN = """
package main

import (
    "net/http"

    "example.org/shop/orders"
    "example.org/shop/store"
)

const base = "/api"

func main() {
    kept, err := store.Open("orders.db")
    if err != nil {
        return
    }
    mux := http.NewServeMux()
    server := orders.NewServer(kept)
    server.Register(mux)
    mux.HandleFunc("GET "+base+"/orders/{id}", server.Get)
    mux.HandleFunc("/files/{path...}", logged(logged(files)))
    mux.Handle("/live", &probe{})
    inner := http.NewServeMux()
    inner.HandleFunc("POST /users/{$}", users)
    mux.Handle("/admin/", http.StripPrefix("/admin", inner))
    http.HandleFunc("/plain", func(w http.ResponseWriter, r *http.Request) { r.FormValue("q") })
    http.ListenAndServe(":80", mux)
}

type probe struct{}

func (p *probe) ServeHTTP(w http.ResponseWriter, r *http.Request) {}

func logged(next http.HandlerFunc) http.HandlerFunc { return next }
"""
HANDLERS = """
package main

import web "net/http"

func files(w web.ResponseWriter, r *web.Request) { r.PathValue("path") }

func users(w web.ResponseWriter, r *web.Request) {
    r.Cookie("session")
    r.PostFormValue("name")
}
"""
ORDERS = """
package orders

import (
    "fmt"
    "net/http"

    "example.org/shop/store"
)

type Server struct {
    store store.Store
}

func NewServer(kept store.Store) *Server { return &Server{store: kept} }

func (s *Server) Register(mux *http.ServeMux) {
    mux.HandleFunc("DELETE /orders/{id}", s.remove)
}

func (s *Server) Get(w http.ResponseWriter, r *http.Request) {
    values := r.URL.Query()
    page := values.Get("page")
    size := r.URL.Query()["size"]
    shop := r.Header.Get("X-Shop")
    s.store.Find(page, size, shop)
    http.Get(fmt.Sprintf("http://stock/items/%s", page))
}
"""
REMOVE = """
package orders

import "net/http"

func (s *Server) remove(w http.ResponseWriter, r *http.Request) {
    s.checked(r)
    kept := s.store
    kept.Remove(r.PathValue("id"))
}

func (s *Server) checked(r *http.Request) {}
"""
STORE = """
package store

type Store interface {
    Find(values ...any) error
    Remove(id string) error
}

type Table struct{ common }

type common struct{}

func Open(path string) (*Table, error) { return &Table{}, nil }

func (t *Table) Find(values ...any) error { return t.note() }
func (t *Table) Remove(id string) error { return nil }
func (c common) note() error { return nil }

type Half struct{}

func (h Half) Find(values ...any) error { return nil }
"""
SHOP = {
    "main.go": MAIN, "handlers.go": HANDLERS, "orders/server.go": ORDERS, "orders/remove.go": REMOVE,
    "store/store.go": STORE,
}  # fmt: skip


def test_net_http(tmp_path):
    assert endpoints(inventory(tmp_path, SHOP)) == {
        ("GET", "/api/orders/{id}"): "Server.Get",
        ("DELETE", "/orders/{id}"): "Server.remove",
        ("GET", "/files/{path}"): "files",
        ("GET", "/live"): "probe.ServeHTTP",
        ("POST", "/admin/users/"): "users",
        ("GET", "/plain"): "main.func1",
        ("POST", "/plain"): "main.func1",
    }


def test_parameters_have_their_places(tmp_path):
    records = inventory(tmp_path, SHOP)
    assert parameters(records, "/api/orders/{id}") == {
        ("id", "path"), ("page", "query"), ("size", "query"), ("X-Shop", "header"),
    }  # fmt: skip
    assert parameters(records, "/files/{path}") == {("path", "path")}
    assert parameters(records, "/admin/users/") == {("session", "cookie"), ("name", "form")}
    assert parameters(records, "/plain") == {("q", "query"), ("q", "form")}


def test_calls_cross_packages_and_files_and_reach_what_implements_an_interface(tmp_path):
    records = inventory(tmp_path, SHOP)
    found = {(c.caller, c.callee, c.callee_file, c.is_approximate) for c in only(records, Call) if c.callee_file}
    assert {
        ("main", "Open", "store/store.go", False),
        ("main", "NewServer", "orders/server.go", False),
        ("main", "Server.Register", "orders/server.go", False),
        ("Server.Get", "Store.Find", "store/store.go", True),
        ("Server.Get", "Table.Find", "store/store.go", True),
        ("Server.remove", "Server.checked", "orders/remove.go", False),
        ("Server.remove", "Table.Remove", "store/store.go", True),
        ("Table.Find", "common.note", "store/store.go", False),
    } <= found
    # Half of the methods do not make an implementation.
    assert not [each for each in found if each[1] == "Half.Find"]


def test_requests_to_other_services(tmp_path):
    assert [c.callee for c in only(inventory(tmp_path, SHOP), Call, kind="http")] == ["http://stock/items/{}"]


def test_methods_are_functions_of_their_types(tmp_path):
    found = {f.qualified_name: f.kind for f in only(inventory(tmp_path, SHOP), Function)}
    assert found["Server.remove"] == "method" and found["files"] == "function"


GIN = """
package main

import (
    "net/http"

    "github.com/gin-gonic/gin"
)

type Orders struct{}

func (o *Orders) routes(group *gin.RouterGroup) {
    orders := group.Group("/orders")
    orders.GET("/:id", auth(), o.find)
    orders.Handle(http.MethodPut, "/:id", o.change)
    orders.Match([]string{"POST", "PATCH"}, "", o.change)
}

func (o *Orders) find(c *gin.Context) {
    c.Param("id")
    c.DefaultQuery("page", "1")
    read(c)
}

func (o *Orders) change(ctx *gin.Context) { ctx.PostForm("name") }

func read(c *gin.Context) { c.GetHeader("X-Shop") }

func auth() gin.HandlerFunc { return func(c *gin.Context) {} }

func main() {
    r := gin.Default()
    r.Use(auth())
    api := r.Group("/api", auth())
    {
        v1 := api.Group("/v1")
        (&Orders{}).routes(v1)
    }
    r.Any("/files/*path", func(c *gin.Context) { c.Query("q") })
    r.Run()
}
"""


def test_gin_with_nested_groups(tmp_path):
    records = inventory(tmp_path, {"main.go": GIN})
    assert endpoints(records) == {
        ("GET", "/api/v1/orders/{id}"): "Orders.find",
        ("PUT", "/api/v1/orders/{id}"): "Orders.change",
        ("POST", "/api/v1/orders"): "Orders.change",
        ("PATCH", "/api/v1/orders"): "Orders.change",
        ("GET", "/files/{path}"): "main.func1",
    }
    assert parameters(records, "/api/v1/orders/{id}") == {
        ("id", "path"), ("page", "query"), ("X-Shop", "header"), ("name", "form"),
    }  # fmt: skip


CHI = """
package main

import (
    "net/http"

    "github.com/go-chi/chi/v5"
    "github.com/go-chi/chi/v5/middleware"

    "example.org/shop/admin"
)

func main() {
    r := chi.NewRouter()
    r.Use(middleware.Logger)
    r.Get("/", root)
    r.Route("/orders", func(r chi.Router) {
        r.With(paged).Get("/", list)
        r.Post("/", list)
        r.Route("/{id:[0-9]+}", func(r chi.Router) {
            r.Use(paged)
            r.Get("/", find)
            r.Method("DELETE", "/lines/{line}", http.HandlerFunc(find))
        })
    })
    r.Group(func(r chi.Router) {
        r.Use(paged)
        r.Mount("/admin", admin.Resource{}.Routes())
    })
    http.ListenAndServe(":80", r)
}

func root(w http.ResponseWriter, r *http.Request) {}
func list(w http.ResponseWriter, r *http.Request) { r.URL.Query().Get("q") }
func find(w http.ResponseWriter, r *http.Request) { chi.URLParam(r, "id") }
func paged(next http.Handler) http.Handler { return next }
"""
ADMIN = """
package admin

import (
    "net/http"

    "github.com/go-chi/chi/v5"
)

type Resource struct{}

func (rs Resource) Routes() chi.Router {
    r := chi.NewRouter()
    r.Get("/users", rs.users)
    r.Mount("/below", below())
    return r
}

func (rs Resource) users(w http.ResponseWriter, r *http.Request) {}

func below() http.Handler {
    r := chi.NewRouter()
    r.Put("/{name}", put)
    return r
}

func put(w http.ResponseWriter, r *http.Request) { r.FormValue("x") }
"""


def test_chi_with_routes_groups_and_mounts(tmp_path):
    records = inventory(tmp_path, {"cmd/main.go": CHI, "admin/admin.go": ADMIN})
    assert endpoints(records) == {
        ("GET", "/"): "root",
        ("GET", "/orders"): "list",
        ("POST", "/orders"): "list",
        ("GET", "/orders/{id}"): "find",
        ("DELETE", "/orders/{id}/lines/{line}"): "find",
        ("GET", "/admin/users"): "Resource.users",
        ("PUT", "/admin/below/{name}"): "put",
    }
    assert parameters(records, "/orders") == {("q", "query")}
    assert parameters(records, "/admin/below/{name}") == {("name", "path"), ("x", "form")}
    assert ("main.func2", "Resource.Routes") in edges(records)


SHOP_GIN = """
package main

import (
    "github.com/gin-gonic/gin"

    "example.org/shop/users"
)

func main() {
    r := gin.New()
    v1 := r.Group("/v1")
    users.Register(1, v1.Group("/users"))
}
"""
USERS_GIN = """
package users

import "github.com/gin-gonic/gin"

func Register(limit int, router *gin.RouterGroup) { router.GET("/:name", find) }
func find(c *gin.Context) {}
"""


def test_a_group_is_handed_to_another_package(tmp_path):
    records = inventory(tmp_path, {"main.go": SHOP_GIN, "users/routers.go": USERS_GIN})
    assert endpoints(records) == {("GET", "/v1/users/{name}"): "find"}


OTHERS = """
package main

import (
    "net/http"

    "github.com/gofiber/fiber/v2"
    "github.com/gorilla/mux"
    "github.com/labstack/echo/v4"
)

func main() {
    router := mux.NewRouter()
    router.HandleFunc("/gorilla/{id:[0-9]+}", show).Methods("GET", http.MethodPut).Name("show")
    sub := router.PathPrefix("/sub").Subrouter()
    sub.HandleFunc("/all", show)

    e := echo.New()
    group := e.Group("/echo")
    group.GET("/:id", func(c echo.Context) error { return c.String(200, c.QueryParam("q")) })

    app := fiber.New()
    app.Group("/fiber").Post("/:id<int>", func(c *fiber.Ctx) error { return c.SendString(c.Cookies("s")) })
}

func show(w http.ResponseWriter, r *http.Request) {
    vars := mux.Vars(r)
    use(vars["id"])
}
"""


def test_gorilla_echo_and_fiber(tmp_path):
    records = inventory(tmp_path, {"main.go": OTHERS})
    assert endpoints(records) == {
        ("GET", "/gorilla/{id}"): "show",
        ("PUT", "/gorilla/{id}"): "show",
        ("GET", "/sub/all"): "show",
        ("GET", "/echo/{id}"): "main.func1",
        ("POST", "/fiber/{id}"): "main.func2",
    }
    assert parameters(records, "/echo/{id}") == {("id", "path"), ("q", "query")}
    assert parameters(records, "/fiber/{id}") == {("id", "path"), ("s", "cookie")}
