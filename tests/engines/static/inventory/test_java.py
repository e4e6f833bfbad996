"""The inventory of small systems written in Java: Spring and JAX-RS, across files."""

from pathlib import Path

from engines.contract import Call, Function, Target
from engines.static.inventory import InventoryEngine
from tests.engines.static.test_inventory import edges, endpoints, only, parameters


def inventory(folder: Path, **files: str) -> list:
    """Write files (`Orders` is src/Orders.java) and return what the engine yields."""
    (folder / "src").mkdir()
    for name, content in files.items():
        (folder / "src" / f"{name}.java").write_text(content)
    return list(InventoryEngine().run(Target("kiln-1", "kiln", "1", "build", "internet", source=folder), ()))


ORDERS = """
package shop.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.*;
import shop.model.Order;
import shop.model.User;
import shop.store.Store;

@RestController
@RequestMapping(value = {Paths.ORDERS, "/o"})
public class Orders {
  private final Store store;

  public Orders(Store store) { this.store = store; }

  @GetMapping("/{id:\\\\d{1,3}}")
  public ResponseEntity<Order> find(
      @PathVariable long id, @RequestParam(name = "q", required = false, defaultValue = "x") String query,
      @RequestHeader("X-Shop") String shop, Integer size, @AuthenticationPrincipal User user) {
    return ResponseEntity.ok(store.find(id));
  }

  @RequestMapping(method = {RequestMethod.PUT, RequestMethod.PATCH}, path = "/{id}")
  void change(@PathVariable("id") long which, @RequestBody Order order) { store.save(order); }

  @PostMapping
  void add(Order order, HttpServletRequest request) {
    request.getHeader("X-Once");
    List.of(order).forEach(each -> store.save(each));
  }
}
"""
PATHS = 'package shop.web; class Paths { static final String ORDERS = "/api" + "/orders"; }'
STORE = """
package shop.store;
import shop.model.Order;
public interface Store {
  Order find(long id);
  void save(Order order);
}
"""
TABLES = """
package shop.store;
import shop.model.Order;
public class Tables extends Kept implements Store {
  private final Mail mail;
  public Tables(Mail mail) { super(1); this.mail = mail; }
  @Override public Order find(long id) { return new Order("select * from orders"); }
  @Override public void save(Order order) { mail.send(order.label()); checked(order); Inner.help(); }
  static class Inner { static void help() {} }
}
class Kept { Kept(int size) {} void checked(Order order) {} }
"""
MODEL = """
package shop.model;
public record Order(String name, int count) { public String label() { return name; } }
"""
MAIL = """
package shop.store;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.client.RestTemplate;
@FeignClient("mail")
interface Remote { @PostMapping("/remote") void send(String text); }
public class Mail {
  private final RestTemplate rest = new RestTemplate();
  void send(String text) { rest.postForObject("http://mail/send/" + text, text, String.class); }
}
"""


def shop(folder: Path) -> list:
    return inventory(folder, Orders=ORDERS, Paths=PATHS, Store=STORE, Tables=TABLES, Order=MODEL, Mail=MAIL,
                     User="package shop.model; public class User { String name; }")  # fmt: skip


def test_spring_mvc(tmp_path):
    assert endpoints(shop(tmp_path)) == {
        ("GET", "/api/orders/{id}"): "Orders.find",
        ("GET", "/o/{id}"): "Orders.find",
        ("PUT", "/api/orders/{id}"): "Orders.change",
        ("PUT", "/o/{id}"): "Orders.change",
        ("PATCH", "/api/orders/{id}"): "Orders.change",
        ("PATCH", "/o/{id}"): "Orders.change",
        ("POST", "/api/orders"): "Orders.add",
        ("POST", "/o"): "Orders.add",
    }


def test_parameters_have_their_places(tmp_path):
    records = shop(tmp_path)
    assert parameters(records, "/api/orders/{id}") == {
        ("id", "path"): ("integer", True),
        ("q", "query"): ("string", False),
        ("X-Shop", "header"): ("string", True),
        ("size", "query"): ("integer", True),
        ("name", "json"): ("string", True),
        ("count", "json"): ("integer", True),
    }
    assert parameters(records, "/o") == {
        ("name", "form"): ("string", True),
        ("count", "form"): ("integer", True),
        ("X-Once", "header"): ("string", False),
    }


def test_calls_reach_what_implements_an_interface(tmp_path):
    records = shop(tmp_path)
    found = {(c.caller, c.callee, c.is_approximate) for c in only(records, Call) if c.callee_file}
    assert {
        ("Orders.find", "Store.find", True),
        ("Orders.find", "Tables.find", True),
        ("Orders.change", "Tables.save", True),
        ("Orders.add.<anonymous>", "Tables.save", True),
        ("Tables.save", "Mail.send", False),
        ("Tables.save", "Kept.checked", False),
        ("Tables.save", "Order.label", False),
        ("Tables.save", "Tables$Inner.help", False),
        ("Tables.Tables", "Kept.Kept", False),
    } <= found


def test_functions_have_the_names_of_the_run_time_in_their_packages(tmp_path):
    found = {(f.module, f.qualified_name): f.kind for f in only(shop(tmp_path), Function) if f.kind != "module"}
    assert found["shop.store", "Tables$Inner.help"] == "method" and found["shop.web", "Orders.find"] == "method"


def test_requests_to_other_services(tmp_path):
    assert [c.callee for c in only(shop(tmp_path), Call, kind="http")] == ["http://mail/send/{}"]


JAXRS = """
package shop.web;
import jakarta.inject.Inject;
import jakarta.ws.rs.*;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;

@Path("orders")
public class Orders {
  @Inject Store store;

  @GET
  public String all(@QueryParam("page") @DefaultValue("1") int page, @Context UriInfo uri) { return store.all(page); }

  @POST @Path("/{id: [0-9]+}/lines")
  public void add(@PathParam("id") long id, Line line) { store.add(line); }

  @Path("/below")
  public Below below() { return new Below(); }
}
class Line { String text; int count; }
class Store { String all(int page) { return ""; } void add(Line line) {} }
"""


def test_jax_rs(tmp_path):
    records = inventory(tmp_path, Orders=JAXRS)
    assert endpoints(records) == {("GET", "/orders"): "Orders.all", ("POST", "/orders/{id}/lines"): "Orders.add"}
    assert parameters(records, "/orders") == {("page", "query"): ("integer", True)}
    assert parameters(records, "/orders/{id}/lines") == {
        ("id", "path"): ("integer", True),
        ("text", "json"): ("string", True),
        ("count", "json"): ("integer", True),
    }
    assert ("Orders.add", "Store.add") in edges(records)


FUNCTIONAL = """
package shop.web;
import static org.springframework.web.servlet.function.RouterFunctions.route;
class Routes {
  private final Handler handler = new Handler();
  Object routes() {
    return route().GET("/plain/{id}", handler::find)
        .path("/api", api -> api.POST("/orders", handler::add)).build();
  }
}
class Handler { Object find(Object request) { return null; } Object add(Object request) { return null; } }
"""


def test_functional_endpoints(tmp_path):
    assert endpoints(inventory(tmp_path, Routes=FUNCTIONAL)) == {
        ("GET", "/plain/{id}"): "Handler.find",
        ("POST", "/api/orders"): "Handler.add",
    }


INHERITING = """
package shop.web;
import org.elsewhere.Base;
class Orders extends Base {
  private final Store store = made();
  void run() { store.save(); helped(); }
}
class Store { void save() {} }
"""


def test_a_base_of_elsewhere_hides_nothing_of_ours(tmp_path):
    records = inventory(tmp_path, Orders=INHERITING)
    assert ("Orders.run", "Store.save") in edges(records)
    assert "org.elsewhere.Base.helped" not in {c.callee for c in only(records, Call)}


DECLARED = """
package shop.web;
import org.springframework.web.bind.annotation.*;
@RequestMapping("/api")
interface OrdersApi {
  @GetMapping("/orders/{id}") String find(@PathVariable("id") long which, @RequestParam("q") String query);
}
"""
IMPLEMENTED = """
package shop.web;
import org.springframework.web.bind.annotation.RestController;
@RestController
class Orders implements OrdersApi {
  @Override public String find(long which, String query) { return stored(query); }
  private String stored(String query) { return query; }
}
"""


def test_what_an_interface_declares_is_served_by_what_implements_it(tmp_path):
    records = inventory(tmp_path, OrdersApi=DECLARED, Orders=IMPLEMENTED)
    assert endpoints(records) == {("GET", "/api/orders/{id}"): "Orders.find"}
    assert set(parameters(records, "/api/orders/{id}")) == {("id", "path"), ("q", "query")}
