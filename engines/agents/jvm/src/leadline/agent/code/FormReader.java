package leadline.agent.code;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads Clojure source into forms: comments, `#_` and metadata left out. It never fails: what is odd is passed over, and
 * what is nested too deeply is left out.
 */
final class FormReader {
    private static final int MAX_DEPTH = 400;
    private static final String DELIMITERS = "()[]{}\"; \t\r\n,";

    private final String source;
    private int at;
    private int line = 1;

    private FormReader(String source) {
        this.source = source;
    }

    static List<Form> read(String source) {
        FormReader reader = new FormReader(source);
        List<Form> forms = new ArrayList<>();
        while (reader.at < source.length()) {
            forms.addAll(reader.until((char) 0, 0));
            reader.next(); // a closing delimiter that nothing opened
        }
        return forms;
    }

    private char peek() {
        return at < source.length() ? source.charAt(at) : 0;
    }

    private char next() {
        char read = peek();
        at++;
        if (read == '\n') {
            line++;
        }
        return read;
    }

    private List<Form> until(char end, int depth) {
        List<Form> forms = new ArrayList<>();
        while (at < source.length()) {
            skipBlank();
            char ahead = peek();
            if (ahead == ')' || ahead == ']' || ahead == '}') {
                if (ahead == end) {
                    next();
                }
                return forms;
            }
            boolean isSpliced = source.startsWith("#?@", at);
            Form form = at < source.length() ? form(depth) : null;
            if (form != null && isSpliced) {
                forms.addAll(form.items());
            } else if (form != null) {
                forms.add(form);
            }
        }
        return forms;
    }

    private void skipBlank() {
        while (at < source.length()) {
            char ahead = peek();
            if (ahead == ';' || (ahead == '#' && source.startsWith("#!", at))) {
                while (at < source.length() && peek() != '\n') {
                    next();
                }
            } else if (Character.isWhitespace(ahead) || ahead == ',') {
                next();
            } else {
                return;
            }
        }
    }

    /** Return the next form, null where it is none (discarded, or at the end of a collection). */
    private Form form(int depth) {
        skipBlank();
        int from = at;
        Form form = read(depth);
        return form == null || form.to() > 0 ? form : form.spanning(from, at);
    }

    private Form read(int depth) {
        int start = line;
        char first = peek();
        switch (first) {
            case 0, ')', ']', '}':
                return null;
            case '(':
                return collection(Form.Kind.LIST, ')', start, depth);
            case '[':
                return collection(Form.Kind.VECTOR, ']', start, depth);
            case '{':
                return collection(Form.Kind.MAP, '}', start, depth);
            case '"':
                return new Form(Form.Kind.STRING, string(), List.of(), start, line);
            case '\\':
                next();
                next();
                token();
                return new Form(Form.Kind.OTHER, "", List.of(), start, line);
            case '^':
                next();
                form(depth);
                return form(depth);
            case '\'', '`', '@', '~':
                next();
                if (peek() == '@') {
                    next();
                }
                return prefixed(first == '\'' ? "quote" : "through", start, depth);
            case '#':
                next();
                return dispatched(start, depth);
            default:
                return word(start);
        }
    }

    private Form collection(Form.Kind kind, char end, int start, int depth) {
        next();
        List<Form> items = until(end, depth + 1);
        return new Form(kind, "", depth < MAX_DEPTH ? items : List.of(), start, line);
    }

    private Form prefixed(String head, int start, int depth) {
        Form form = depth < MAX_DEPTH ? form(depth + 1) : null;
        if (form == null) {
            return null;
        }
        Form symbol = new Form(Form.Kind.SYMBOL, head, List.of(), start, start);
        return new Form(Form.Kind.LIST, "", List.of(symbol, form), start, form.end());
    }

    private Form dispatched(int start, int depth) {
        switch (peek()) {
            case '(': { // #(…) is a function without a name
                Form body = collection(Form.Kind.LIST, ')', start, depth);
                Form head = new Form(Form.Kind.SYMBOL, "fn", List.of(), start, start);
                Form none = new Form(Form.Kind.VECTOR, "", List.of(), start, start);
                return new Form(Form.Kind.LIST, "", List.of(head, none, body), start, line);
            }
            case '{':
                return collection(Form.Kind.VECTOR, '}', start, depth);
            case '"':
                string();
                return new Form(Form.Kind.OTHER, "", List.of(), start, line);
            case '_':
                next();
                form(depth);
                return null;
            case '^':
                next();
                form(depth);
                return form(depth);
            case '\'':
                next();
                return prefixed("var", start, depth);
            case '?': // #?(:clj …) and #?@(…): what stands under :clj
                next();
                if (peek() == '@') {
                    next();
                }
                return chosen(form(depth));
            case '#':
                next();
                token();
                return new Form(Form.Kind.OTHER, "", List.of(), start, line);
            case ':':
                token();
                return form(depth);
            default: // a tagged value
                token();
                return form(depth);
        }
    }

    private static Form chosen(Form choices) {
        for (int i = 0; choices != null && i + 1 < choices.items().size(); i += 2) {
            if (choices.item(i).is(Form.Kind.KEYWORD) && List.of("clj", "default").contains(choices.item(i).text())) {
                return choices.item(i + 1);
            }
        }
        return null;
    }

    private Form word(int start) {
        String text = token();
        if (text.isEmpty()) {
            next();
            return null;
        }
        if (text.startsWith(":")) {
            return new Form(Form.Kind.KEYWORD, text.replaceFirst("^:+", ""), List.of(), start, start);
        }
        boolean isNumber = Character.isDigit(text.charAt(0))
                || (text.length() > 1 && "+-".indexOf(text.charAt(0)) >= 0 && Character.isDigit(text.charAt(1)));
        boolean isConstant = isNumber || text.equals("nil") || text.equals("true") || text.equals("false");
        return new Form(isConstant ? Form.Kind.OTHER : Form.Kind.SYMBOL, text, List.of(), start, start);
    }

    private String token() {
        int start = at;
        while (at < source.length() && DELIMITERS.indexOf(peek()) < 0) {
            next();
        }
        return source.substring(start, at);
    }

    private String string() {
        next();
        StringBuilder text = new StringBuilder();
        while (at < source.length() && peek() != '"') {
            char read = next();
            if (read == '\\') {
                read = next();
            }
            text.append(read);
        }
        next();
        return text.toString();
    }
}
