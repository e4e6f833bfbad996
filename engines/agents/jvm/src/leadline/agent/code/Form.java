package leadline.agent.code;

import java.util.List;

/**
 * A form of Clojure source. `text`: of symbols, keywords and strings; `items`: of collections. Lines count from 1; `from`
 * and `to` are places in the source.
 */
record Form(Kind kind, String text, List<Form> items, int start, int end, int from, int to) {
    enum Kind {
        LIST,
        VECTOR,
        MAP,
        SYMBOL,
        KEYWORD,
        STRING,
        OTHER
    }

    Form(Kind kind, String text, List<Form> items, int start, int end) {
        this(kind, text, items, start, end, 0, 0);
    }

    Form spanning(int from, int to) {
        return new Form(kind, text, items, start, end, from, to);
    }

    boolean is(Kind wanted) {
        return kind == wanted;
    }

    /** The name of a symbol without its namespace. */
    String name() {
        int slash = text.indexOf('/');
        return slash > 0 && slash < text.length() - 1 ? text.substring(slash + 1) : text;
    }

    Form item(int at) {
        return at < items.size() ? items.get(at) : null;
    }
}
