package org.httpkit;

/** The part of http-kit that an answer passes. */
public final class HttpUtils {
    private HttpUtils() {}

    public static byte[] HttpEncode(int status, Object body) {
        return (status + " " + body).getBytes();
    }
}
