package com.example;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

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
        small.start();
        Server server = new Server(new InetSocketAddress(loopback, Integer.parseInt(arguments[0])));
        ServletContextHandler context = new ServletContextHandler(ServletContextHandler.SESSIONS);
        context.addServlet(new ServletHolder(new Pages()), "/do/*");
        server.setHandler(context);
        server.start();
        server.join();
    }
}
