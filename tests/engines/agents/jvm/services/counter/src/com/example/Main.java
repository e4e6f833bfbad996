package com.example;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.httpkit.server.HttpHandler;

/** Servlets on one port, the JDK's own server on another. */
public final class Main {
    public static void main(String[] arguments) throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        HttpServer small = HttpServer.create(new InetSocketAddress(loopback, Integer.parseInt(arguments[1])), 0);
        small.createContext("/", exchange -> {
            byte[] answer = String.valueOf(Counter.plain(1)).getBytes();
            exchange.sendResponseHeaders(202, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        small.createContext("/kit", exchange -> {
            String parent = exchange.getRequestHeaders().getFirst("traceparent");
            Thread worker = new Thread(new HttpHandler("/kit/1", "a=b", parent, Counter::failing));
            worker.setUncaughtExceptionHandler((thread, expected) -> {});
            worker.start();
            new Thread(new HttpHandler("/kit/2", null, parent, () -> Counter.plain(2))).start();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        small.start();
        Server server = new Server(new InetSocketAddress(loopback, Integer.parseInt(arguments[0])));
        ServletContextHandler context = new ServletContextHandler(ServletContextHandler.SESSIONS);
        context.addServlet(new ServletHolder(new Pages()), "/do/*");
        server.setHandler(context);
        server.start();
        server.join();
    }
}
