@file:JvmName("OrdersFile")
package shop.orders

import java.util.UUID
import org.springframework.web.bind.annotation.*
import shop.kept.Stored as Kept
import shop.texts.padded

/** Orders of a shop. */
@RestController
@RequestMapping("/orders", "/o", produces = ["text/plain"])
open class Orders<T : Row>(
    private val store: Store,
    @Value("\${limit}") val limit: Int = LIMIT,
    sender: Sender,
) : Base<T>(store), Shown, Kept.Listed<T> {
    private val names: MutableList<String> = mutableListOf()
    lateinit var mail: Mail
    val label: String
        get() = "orders of $limit"
    var size: Int = 0
        set(value) { field = checked(value) }
    private val held by lazy { Store() }

    init {
        names.add("first")
    }

    @Inject constructor(store: Store) : this(store, 1, Sender()) {
        this.size = limit
    }

    @GetMapping("/{id}")
    suspend fun find(
        @PathVariable id: Long, @RequestParam(name = "q", required = false) query: String?, vararg more: Order
    ): ResponseEntity<List<Order>> {
        // A comment.
        val found = store.get(id) as Order
        var other: Order? = null
        val sql = "select * from orders where name = '" + query + "'"
        val same = "select * from orders where name = '${query?.trim()}' and id = $id \$x"
        val block = """
            select * from orders
            where id = $id
        """.trimIndent()
        val (first, last) = found
        other = found ?: fallback(1)
        for (each: Order in store.all()) { each.show(names[0]) }
        try { store.read() } catch (failure: Failed) { throw Failed(failure.message!!) }
        if (found is Paid) { found.close() }
        when (val kind = found.kind) { Kind.ONE -> kind.run() }
        return ResponseEntity.ok(listOf(found))
    }

    @PutMapping
    @Transactional(readOnly = true) @Once
    fun put(@RequestBody order: Order, times: Int = LIMIT, all: Boolean = true) = store.save(order, key = "a")

    private fun lambdas(text: String): String {
        fun inner(a: String) = a + text
        names.map { it.length }.filter { x -> x > 1 }.forEachIndexed { i, x: Int -> show(i) }
        names.fold(0) { a, b -> a + b }
        names.forEach(::println)
        names.map(this::own).map(Orders::twice)
        val twice = fun(n: Int): Int { return n * 2 }
        store.with(object : Listener { override fun heard(event: Event) { store.save(event) } })
        listOf("a" to 1, *names, 'c', 1.5, 0xff, 1L, true, null)
        store?.all<String>()?.get(0)!!.also { it.run() }
        text padded inner("b")
        super.put(order)
        return text
    }

    inner class Inner { fun run() { this@Orders.own("") } }
    @Kept object Single : Shown { fun one() = 1 }
    companion object { const val PATH = "/api" + "/v1"; fun of(store: Store): Orders = Orders(store) }
    @Serializable data class Order(val id: String, @NotNull val count: Int = 1) : Shown { fun label() = id }
    enum class Kind(val label: String) { ONE("one") { override fun show() = "1" }, TWO("two"); abstract fun show(): String }
}

abstract class Base<T>(store: Store) {
    abstract fun get(id: String): T
    open fun put(order: T) {}
}

@FeignClient("mail")
interface Sender : Shown {
    val prefix: String
    @PostMapping("/send") fun send(order: Order): Map<String, Order>
    fun twice(order: Order) { send(order) }
}

fun String?.kept(): Int = 1
fun String.padded(other: String): String = this + other
fun top(app: Application) {
    app.routing {
        route("/api") {
            get("/orders/{id}") { call.respond(call.parameters["id"]) }
        }
    }
}
val handler: (String) -> Unit = { text -> println(text.length.sign) }
typealias Names = List<String>
