package com.shop

import com.sun.net.httpserver.HttpServer
import java.net.InetSocketAddress
import java.io.File

data class Item(val name: String, val cost: Int) {
    fun doubled(): Int {
        return cost * 2
    }
}

interface Priced {
    fun price(): Int {
        return 1
    }
}

class Basket(private val items: List<Item>) : Priced {
    val size: Int
        get() = items.size

    override fun price(): Int {
        return items
            .map { it.doubled() }
            .sum()
    }

    companion object {
        fun of(name: String): Basket {
            return Basket(listOf(Item(name, 2)))
        }
    }
}

object Rates {
    fun rate(): Int {
        return 3
    }
}

fun String.shout(): String {
    return this.toUpperCase()
}

fun total(name: String, times: Int = 2): Int {
    val basket = Basket.of(name)
    val later = { x: Int ->
        x + basket.price()
    }
    return later(times) + Rates.rate() + basket.size
}

fun read(name: String): String {
    return File(name).readText()
}

fun main(args: Array<String>) {
    val server = HttpServer.create(InetSocketAddress("127.0.0.1", args[0].toInt()), 0)
    server.createContext("/") { exchange ->
        val text = "${total("tea")} ${"x".shout()} ${read("kept")}".toByteArray()
        exchange.sendResponseHeaders(200, text.size.toLong())
        exchange.responseBody.write(text)
        exchange.close()
    }
    server.start()
}
