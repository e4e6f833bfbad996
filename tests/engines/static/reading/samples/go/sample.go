// Package orders holds the orders of a shop.
package orders

import (
	"fmt"
	"net/http"

	"example.org/shop/store"
	"github.com/go-chi/chi/v5"
	yaml "gopkg.in/yaml.v3"
	. "example.org/shop/words"
	_ "github.com/lib/pq"
)

const path = "/api" + "/v1"

var (
	limit int = 10
	names     = []string{"a", "b"}
)

// Store keeps orders.
type Store interface {
	fmt.Stringer
	Find(id int64, more ...string) (*Order, error)
	Save(order *Order) error
}

type Order struct {
	ID    int64  `json:"id"`
	Name  string
	Label *string
	base
	*store.Row
}

type base struct{ store Store }

type (
	Server[T any] struct {
		store  Store
		routes map[string]http.HandlerFunc
	}
	kind int
	handler func(w http.ResponseWriter, r *http.Request) error
)

func NewServer(s Store) *Server[int] {
	return &Server[int]{store: s, routes: map[string]http.HandlerFunc{"/": nil}}
}

// Get is a method of a pointer.
func (s *Server[T]) Get(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	name, err := s.store.Find(1, id), error(nil)
	order, ok := s.store.(*Order)
	var found *Order = order
	var other, more = 1, 2
	s.limit = 1
	sql := "select * from orders where name = '" + id + "'"
	same := fmt.Sprintf(`select * from orders
		where id = %s`, id)
	for index, each := range names {
		fmt.Println(index, each[0], r.Header["X-Shop"])
	}
	if v, bad := chi.URLParam(r, "v"), false; bad {
		return
	}
	switch t := err.(type) {
	case nil:
		use(t)
	}
	defer s.close()
	go func(done chan bool) {
		done <- true
	}(make(chan bool))
	use(names...)
	use([]byte("x"), 'c', 1.5, 0xff, 1i, true, nil, iota, -1, "a\tb", &order, (*found).ID, found.base.store)
	generic[int, string](name, ok, sql, same, other, more)
	http.HandleFunc("GET "+path, s.Get)
	return
}

func (o Order) String() string { return o.Name }

func (base) close() {}

func (s *Server[T]) pair(a, b int, c string) (first int, err error) {
	inner := func(x int) int { return x * 2 }
	return inner(a), yaml.Unmarshal(nil, &b)
}

func generic[K comparable, V any](values ...any) map[K]V {
	return nil
}

type Number = kind
