package leadline.agent.code;

import java.util.List;

/** A form of Clojure source. `text`: of symbols, keywords and strings; `items`: of collections. Lines count from 1. */
record Form(Kind kind, String text, List<Form> items, int start, int end) {
    enum Kind {
        LIST,
        VECTOR,
        MAP,
        SYMBOL,
        KEYWORD,
        STRING,
        OTHER
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
