package com.example;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileWriter;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.RandomAccessFile;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import javax.naming.directory.InitialDirContext;
import javax.naming.directory.SearchControls;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** One page per kind of sink: `/do/KIND?value=…`. */
public final class Pages extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String value = request.getParameter("value");
        String kind = request.getPathInfo().substring(1);
        try {
            String answer = kind.equals("redirect") || kind.equals("session")
                    ? answered(kind, value, request, response)
                    : String.valueOf(done(kind, value));
            if (!response.isCommitted()) {
                response.getWriter().write(answer);
            }
        } catch (IOException error) {
            throw error;
        } catch (Exception error) {
            throw new IllegalStateException(error);
        }
    }

    private static String answered(String kind, String value, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (kind.equals("redirect")) {
            response.sendRedirect(value); // mark redirect
        } else {
            request.getSession().setAttribute("name", value); // mark session
        }
        return "";
    }

    private static Object done(String kind, String value) throws Exception {
        return switch (kind) {
            case "all" -> Counter.all();
            case "overflow" -> Counter.overflowing() + Counter.plain(1);
            case "threads" -> Counter.threads();
            case "statement" -> statement(value);
            case "h2" -> prepared(value);
            case "shell" -> new ProcessBuilder("sh", "-c", value).start().waitFor(); // mark shell
            case "write" -> written(value);
            case "delete" -> new File(value).delete(); // mark delete
            case "access" -> new RandomAccessFile(value, "rw").length(); // mark access
            case "read" -> Files.readString(Path.of(value)); // mark read
            case "object" -> object(value);
            case "document" -> document(value).getDocumentElement().getTagName();
            case "xpath" -> XPathFactory.newInstance().newXPath()
                    .evaluate(value, document("<a><b>c</b></a>")); // mark xpath
            case "ldap" -> directory(value);
            case "away" -> away(value);
            default -> kind;
        };
    }

    private static Object statement(String value) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            return connection.createStatement().executeQuery("select '" + value + "'").getString(1); // mark statement
        }
    }

    private static Object prepared(String value) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:counter")) {
            return connection.prepareStatement("select '" + value + "'").executeQuery().next(); // mark h2
        }
    }

    private static Object written(String value) throws IOException {
        try (FileWriter writer = new FileWriter(value)) { // mark write
            writer.write("x");
        }
        return value;
    }

    private static Object object(String value) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream stream = new ObjectOutputStream(bytes)) {
            stream.writeObject(value);
        }
        return new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject(); // mark object
    }

    private static Document document(String value) throws Exception {
        var stream = new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(stream)); // mark document
    }

    private static Object directory(String value) {
        try {
            return new InitialDirContext().search("ou=people", value, new SearchControls()); // mark ldap
        } catch (javax.naming.NamingException none) {
            return "no directory";
        }
    }

    private static Object away(String value) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(value).openConnection();
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.getOutputStream().write(1); // mark away
        return connection.getResponseCode();
    }
}
