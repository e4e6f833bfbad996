"""The inventory of small systems written in Scala, which is read by data alone."""

from pathlib import Path

from engines.contract import Call, Target
from engines.static.inventory import InventoryEngine
from tests.engines.static.test_inventory import endpoints, only, parameters


def inventory(folder: Path, **files: str) -> list:
    """Write files (`Orders` is Orders.scala) and return what the engine yields."""
    for name, content in files.items():
        (folder / f"{name}.scala").write_text(content)
    return list(InventoryEngine().run(Target("kiln-1", "kiln", "1", "build", "internet", source=folder), ()))


SERVLET = """
package shop.web

import org.scalatra.ScalatraServlet
import shop.store.{Order, Store}

class Orders(store: Store) extends ScalatraServlet with Tidy {
  get("/orders/:id") {
    store.find(id).map(found => shown(found))
  }
  post("/orders") {
    val order = Order.made("x")
    store.save(order)
  }
  delete("/orders/:id")(allowed { store.save(null) })
  private def shown(order: Order): String = order.label
}
trait Tidy { def tidy(text: String): String = text.trim }
"""
STORE = """
package shop.store

trait Store {
  def find(id: Long): Option[Order]
  def save(order: Order): Unit
}
class Tables extends Kept with Store {
  override def find(id: Long): Option[Order] = None
  override def save(order: Order): Unit = { checked(order); val label = order.label }
}
abstract class Kept { def checked(order: Order): Unit = Below.help() }
case class Order(name: String) { def label: String = name }
object Below { def help(): Unit = () }
"""


def test_scalatra(tmp_path):
    records = inventory(tmp_path, Orders=SERVLET, Store=STORE)
    assert set(endpoints(records)) == {("GET", "/orders/{id}"), ("POST", "/orders"), ("DELETE", "/orders/{id}")}
    assert parameters(records, "/orders/{id}") == {("id", "path"): ("string", True)}


def test_calls_reach_what_implements_a_trait(tmp_path):
    records = inventory(tmp_path, Orders=SERVLET, Store=STORE)
    found = {(c.caller, c.callee, c.is_approximate) for c in only(records, Call) if c.callee_file}
    assert {
        ("Orders.<anonymous>", "Store.find", True),
        ("Orders.<anonymous>", "Tables.find", True),
        ("Orders.<anonymous>#2", "Tables.save", True),
        ("Tables.save", "Kept.checked", False),
        ("Kept.checked", "Below.help", False),
    } <= found


AKKA = """
package shop.web

import akka.http.scaladsl.server.Directives._

object Routes {
  val routes = pathPrefix("api") {
    path("orders") {
      get { complete(listed()) } ~
      post { complete("made") }
    }
  }
  def listed(): String = "none"
}
"""


def test_akka(tmp_path):
    assert set(endpoints(inventory(tmp_path, Routes=AKKA))) == {("GET", "/api/orders"), ("POST", "/api/orders")}
