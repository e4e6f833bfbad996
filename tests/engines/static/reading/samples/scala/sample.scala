package shop.orders

import java.util.UUID
import shop.kept.{Stored, Row => Line, _}
import shop.texts._
import shop.limits.*
import shop.mail.Mail as Post

/** Orders of a shop. */
@Singleton
class Orders[T <: Row](store: Store, val limit: Int = 3, @Named("mail") mail: Mail)
    extends Base[T](store) with Shown with Kept.Listed[T] {
  private val names: List[String] = List("a")
  var size = 0
  lazy val held = new Store(limit)
  val (left, right) = pair

  def this(store: Store) = this(store, 1, null)

  @Get("/orders/{id}")
  def find(id: Long, query: Option[String] = None, more: Order*)(implicit ec: Context): Future[List[Order]] = {
    // A comment.
    val found = store.get(id).asInstanceOf[Order]
    val sql = "select * from orders where name = '" + query + "'"
    val same = s"select * from orders where name = '${query.trim}' and id = $id"
    val block = """select *
      from orders"""
    size = found.size
    this.size = 2
    for (each <- store.all; line = each.line) { each.show(names(0)) }
    try store.read() catch { case failure: Failed => throw new Failed(failure.getMessage) }
    found match {
      case Paid(at) => at.run()
      case order: Order if order.isPaid => order.close()
    }
    Future.successful(List(found))
  }

  def put(order: Order) = store.save(order, key = "a")

  private def lambdas(text: String): String = {
    def inner(a: String) = a + text
    names.map(_.length).filter(x => x > 1).foreach { name => show(name) }
    names.foldLeft(0)((a: Int, b) => a + b)
    names map inner
    names.foreach(println)
    names.collect { case "a" => show("a") }
    val twice = (n: Int) => n * 2
    listen(new Listener { override def heard(event: Event): Unit = store.save(event) })
    Map("a" -> 1, 'b' -> 1.5)
    (text, true, null)
    Texts.padded[String](text)
    call(names: _*)
    super.put(null)
    text
  }

  class Inner { def run(): Unit = own("") }
}

object Orders extends Made {
  val Path = "/api" + "/v1"
  def apply(store: Store): Orders = new Orders(store)
  private object Below { def one = 1 }
}

@Marked("row")
case class Order(id: String, @NotNull count: Int = 1) extends Shown { def label = id }

abstract class Base[T](store: Store) {
  def get(id: String): T
  def put(order: T): Unit = {}
}

@Shared
trait Sender extends Shown {
  val prefix: String
  def send(order: Order): Map[String, Order]
  def twice(order: Order): Unit = { send(order) }
}

class Routes @Inject() (orders: Orders) extends ScalatraServlet {
  get("/orders/:id") {
    orders.find(params("id").toLong)
  }
  post("/orders")(orders.put(parsed))
}

enum Kind(val label: String) { case One extends Kind("one") }

extension (text: String) def padded(size: Int): String = text * size

def top(a: Int): Int =
  a + 1
