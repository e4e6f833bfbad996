package leadline.agent.code;

import java.util.Map;

/** How Clojure spells names in class files (`clojure.lang.Compiler/CHAR_MAP`). */
final class Munged {
    private static final Map<Character, String> SPELLED = Map.ofEntries(
            Map.entry('-', "_"), Map.entry(':', "_COLON_"), Map.entry('+', "_PLUS_"), Map.entry('>', "_GT_"),
            Map.entry('<', "_LT_"), Map.entry('=', "_EQ_"), Map.entry('~', "_TILDE_"), Map.entry('!', "_BANG_"),
            Map.entry('@', "_CIRCA_"), Map.entry('#', "_SHARP_"), Map.entry('\'', "_SINGLEQUOTE_"),
            Map.entry('"', "_DOUBLEQUOTE_"), Map.entry('%', "_PERCENT_"), Map.entry('^', "_CARET_"),
            Map.entry('&', "_AMPERSAND_"), Map.entry('*', "_STAR_"), Map.entry('|', "_BAR_"), Map.entry('{', "_LBRACE_"),
            Map.entry('}', "_RBRACE_"), Map.entry('[', "_LBRACK_"), Map.entry(']', "_RBRACK_"), Map.entry('/', "_SLASH_"),
            Map.entry('\\', "_BSLASH_"), Map.entry('?', "_QMARK_"), Map.entry('.', "_DOT_"));

    private Munged() {}

    /** Return the spelling in class files. */
    static String munged(String name) {
        StringBuilder text = new StringBuilder();
        for (char each : name.toCharArray()) {
            text.append(SPELLED.getOrDefault(each, String.valueOf(each)));
        }
        return text.toString();
    }

    /** Return what the source most likely wrote; an underscore may have been one. */
    static String demunged(String name) {
        String text = name;
        for (Map.Entry<Character, String> each : SPELLED.entrySet()) {
            if (each.getKey() != '-') {
                text = text.replace(each.getValue(), String.valueOf(each.getKey()));
            }
        }
        return text.replace('_', '-');
    }
}
