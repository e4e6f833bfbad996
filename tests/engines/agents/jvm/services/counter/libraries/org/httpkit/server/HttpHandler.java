package org.httpkit.server;

import java.util.Map;
import org.httpkit.HttpUtils;

/** The part of http-kit that a request passes: a task of a pool that calls the handler and writes the answer. */
public final class HttpHandler implements Runnable {
    final HttpRequest req;
    final Runnable handler;

    public HttpHandler(String uri, String queryString, String traceparent, Runnable handler) {
        this.req = new HttpRequest("GET", uri, queryString, Map.of("traceparent", traceparent));
        this.handler = handler;
    }

    @Override
    public void run() {
        handler.run();
        HttpUtils.HttpEncode(403, "no");
    }
}

class HttpRequest {
    final String method;
    final String uri;
    final String queryString;
    final Map<String, Object> headers;

    HttpRequest(String method, String uri, String queryString, Map<String, Object> headers) {
        this.method = method;
        this.uri = uri;
        this.queryString = queryString;
        this.headers = headers;
    }
}
