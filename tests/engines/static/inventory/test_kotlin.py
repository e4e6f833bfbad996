"""The inventory of small systems written in Kotlin: Spring beside Java, and Ktor."""

from pathlib import Path

from engines.contract import Call, Target
from engines.static.inventory import InventoryEngine
from tests.engines.static.test_inventory import edges, endpoints, only, parameters


def inventory(folder: Path, **files: str) -> list:
    """Write files (`Orders_kt` is Orders.kt) and return what the engine yields."""
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content)
    return list(InventoryEngine().run(Target("kiln-1", "kiln", "1", "build", "internet", source=folder), ()))


ORDERS = """
package shop.web

import org.springframework.http.ResponseEntity
import org.springframework.web.bind.annotation.*
import shop.store.Order
import shop.store.Store

@RestController
@RequestMapping(value = ["/api/orders", "/o"])
class Orders(private val store: Store) {
    @GetMapping("/{id}")
    fun find(
        @PathVariable id: Long, @RequestParam(name = "q", required = false) query: String?,
        @RequestHeader("X-Shop") shop: String, size: Int = 10
    ): ResponseEntity<Order> = ResponseEntity.ok(store.find(id))

    @RequestMapping(method = [RequestMethod.PUT], path = [Orders.NAME])
    fun change(@RequestBody order: Order) {
        listOf(order).forEach { store.save(it) }
        Tidy.up("x")
    }

    companion object { const val NAME = "/name" }
}
object Tidy { fun up(text: String): String = text.padded() }
fun String.padded(): String = this
"""
STORE = """
package shop.store;
public interface Store { Order find(long id); void save(Order order); }
class Tables implements Store {
  public Order find(long id) { return null; }
  public void save(Order order) { new Kept().checked(order); }
}
"""
ORDER = """
package shop.store
data class Order(val name: String, val count: Int = 1)
class Kept { fun checked(order: Order) = order.name }
"""


def test_spring_mvc(tmp_path):
    records = inventory(tmp_path, Orders_kt=ORDERS, Store_java=STORE, Order_kt=ORDER)
    assert endpoints(records) == {
        ("GET", "/api/orders/{id}"): "Orders.find",
        ("GET", "/o/{id}"): "Orders.find",
        ("PUT", "/api/orders/name"): "Orders.change",
        ("PUT", "/o/name"): "Orders.change",
    }
    assert parameters(records, "/o/{id}") == {
        ("id", "path"): ("integer", True),
        ("q", "query"): ("string", False),
        ("X-Shop", "header"): ("string", True),
        ("size", "query"): ("integer", False),
    }
    assert parameters(records, "/o/name") == {
        ("name", "json"): ("string", True),
        ("count", "json"): ("integer", False),
    }


def test_kotlin_and_java_call_each_other(tmp_path):
    records = inventory(tmp_path, Orders_kt=ORDERS, Store_java=STORE, Order_kt=ORDER)
    found = {(c.caller, c.callee, c.is_approximate) for c in only(records, Call) if c.callee_file}
    assert {
        ("Orders.find", "Tables.find", True),
        ("Orders.change.<anonymous>", "Tables.save", True),
        ("Orders.change", "Tidy.up", False),
        ("Tables.save", "Kept.checked", False),
    } <= found


KTOR = """
package shop.web

import io.ktor.server.application.*
import io.ktor.server.routing.*

fun Application.shop(store: Store) {
    routing {
        get("/") { call.respond("hello") }
        route("/api") {
            authenticate("jwt") {
                route("/orders/{order}") {
                    get("/lines/{id?}") {
                        val page = call.request.queryParameters["page"]
                        store.lines(call.parameters["order"], call.parameters["size"])
                    }
                    post("/lines") { call.request.headers["X-Shop"] }
                }
            }
            more()
        }
    }
}
fun Route.more() {
    delete("/more/{id}") { drop() }
    put { drop() }
}
fun drop() {}
class Store { fun lines(order: String?, size: String?) {} }
"""


def test_ktor(tmp_path):
    records = inventory(tmp_path, Shop_kt=KTOR)
    assert set(endpoints(records)) == {
        ("GET", "/"),
        ("GET", "/api/orders/{order}/lines/{id}"),
        ("POST", "/api/orders/{order}/lines"),
        ("DELETE", "/api/more/{id}"),
        ("PUT", "/api"),
    }
    assert set(parameters(records, "/api/orders/{order}/lines/{id}")) == {
        ("order", "path"), ("id", "path"), ("page", "query"), ("size", "query"),
    }  # fmt: skip
    assert set(parameters(records, "/api/orders/{order}/lines")) == {("order", "path"), ("X-Shop", "header")}
    assert {callee for caller, callee in edges(records) if "anonymous" in caller} >= {"Store.lines", "drop"}
