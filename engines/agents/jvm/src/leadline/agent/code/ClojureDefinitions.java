package leadline.agent.code;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import leadline.agent.record.Place;

/** The functions of a Clojure file under the names that the static inventory gives them. */
final class ClojureDefinitions {
    private static final int MOST_DISPATCH = 40;
    private static final Set<String> IGNORED = Set.of("comment", "quote", "var");
    private static final Heads HEADS = new Heads();

    private final String file;
    private final String source;
    private final List<Definition> found = new ArrayList<>();
    private List<String> table = List.of(); // of routes that is being read: its path, and keys of maps in it
    private int receivers; // parameters that the source does not write: `this` of proxies
    private final Map<String, Integer> names = new HashMap<>();

    private ClojureDefinitions(String file, String source) {
        this.source = source;
        this.file = file;
    }

    static List<Definition> of(String file, String source) {
        ClojureDefinitions definitions = new ClojureDefinitions(file, source);
        definitions.all(FormReader.read(source), "");
        return definitions.found;
    }

    /** `around`: the name of the function that the forms stand in with a '/', or nothing. */
    private void all(List<Form> forms, String around) {
        for (Form form : forms) {
            each(form, around);
        }
    }

    private void each(Form form, String around) {
        if (form.is(Form.Kind.VECTOR) || form.is(Form.Kind.MAP)) {
            data(form, around);
            return;
        }
        if (!form.is(Form.Kind.LIST) || form.item(0) == null || !form.item(0).is(Form.Kind.SYMBOL)) {
            all(form.items(), around);
            return;
        }
        String head = form.item(0).text();
        String meaning = HEADS.meaning(head).isEmpty() ? HEADS.meaning(form.item(0).name()) : HEADS.meaning(head);
        Form named = form.item(1) != null && form.item(1).is(Form.Kind.SYMBOL) ? form.item(1) : null;
        if (IGNORED.contains(head)) {
            return;
        }
        switch (meaning) {
            case "function", "routes", "abstract" -> {
                if (named != null) {
                    define(form, named.text(), named.text(), around, true);
                }
            }
            case "value" -> value(form, named, around);
            case "anonymous" -> anonymous(form, named, around);
            case "method" -> method(form, around);
            case "protocol" -> methods(form.items(), "", around, 0, true);
            case "record" -> record(form, named, around);
            case "extension" -> methods(form.items(), named == null ? "" : named.name(), around, form.start(), true);
            case "local_functions" -> local(form, around);
            case "route" -> route(form, around);
            default -> all(form.items(), around);
        }
    }

    private void define(Form form, String simple, String shown, String around, boolean isNamedByCompiler) {
        define(form, simple, shown, around, 0, isNamedByCompiler);
    }

    private void define(Form form, String simple, String shown, String around, int of, boolean isNamedByCompiler) {
        String name = around + shown;
        int nth = names.merge(name, 1, Integer::sum);
        Place place = new Place(nth == 1 ? name : name + "#" + nth, file, form.start());
        int given = parameters(form) + (of > 0 ? receivers : 0);
        List<Form> body = form.items().subList(1, form.items().size());
        List<SourceCall> calls = SourceCall.in(body);
        found.add(new Definition(place, simple, form.start(), form.end(), of, given, isNamedByCompiler, calls));
        all(body, place.name() + "/");
    }

    /** Data, which may be a table of routes: the outermost vector that begins with a path, or whose first vectors do. */
    private void data(Form form, String around) {
        List<String> outside = table;
        boolean isVector = form.is(Form.Kind.VECTOR);
        boolean hasPath = isVector && isPath(form.item(0));
        boolean begins = isVector && outside.isEmpty() && form.items().stream().limit(3)
                .anyMatch(each -> each.is(Form.Kind.VECTOR) && isPath(each.item(0)));
        if (hasPath || begins) {
            table = List.of(hasPath ? form.item(0).text() : "");
        }
        for (int at = 0; at < form.items().size(); at++) {
            List<String> here = table;
            boolean isEntry = !isVector && at % 2 == 1 && form.item(at - 1).is(Form.Kind.KEYWORD);
            if (isEntry && !table.isEmpty()) {
                table = new ArrayList<>(table);
                table.add(form.item(at - 1).text());
            }
            each(form.item(at), around);
            table = here;
        }
        table = outside;
    }

    private static boolean isPath(Form form) {
        return form != null && form.is(Form.Kind.STRING) && form.text().startsWith("/") && !form.text().contains(" ");
    }

    /** One in a table of routes handles a request: `get /orders`. Any other is a part of what is around it. */
    private void anonymous(Form form, Form named, String around) {
        List<String> outside = table;
        table = List.of();
        if (outside.isEmpty()) {
            all(form.items(), around);
        } else {
            String shown = named != null ? named.text()
                    : outside.size() > 1 ? (outside.get(1) + " " + outside.get(0)).trim() : outside.get(0);
            define(form, shown, shown.isEmpty() ? "fn" : shown, around, false);
        }
        table = outside;
    }

    private static int parameters(Form form) {
        boolean isOnly = form.item(1) != null && form.item(1).is(Form.Kind.VECTOR);
        return isOnly ? form.item(1).items().size() : -1;
    }

    private void value(Form form, Form named, String around) {
        Form last = form.items().get(form.items().size() - 1);
        boolean isFunction = named != null && last.is(Form.Kind.LIST) && last.item(0) != null
                && last.item(0).is(Form.Kind.SYMBOL) && HEADS.meaning(last.item(0).name()).equals("anonymous");
        if (isFunction) {
            define(form, named.text(), named.text(), around, false);
        } else {
            all(form.items(), around);
        }
    }

    /** `(defmethod area :circle [shape] …)`, also `(sv/defmethod ::find "Finds." [request] …)`. */
    private void method(Form form, String around) {
        if (form.items().size() < 4) {
            return;
        }
        if (form.item(1).is(Form.Kind.KEYWORD)) {
            define(form, form.item(1).text(), form.item(1).text(), around, false);
            return;
        }
        String written = source.substring(form.item(2).from(), form.item(2).to());
        String dispatch = String.join(" ", written.trim().split("\\s+"));
        String shown = dispatch.substring(0, Math.min(dispatch.length(), MOST_DISPATCH));
        define(form, form.item(1).name(), form.item(1).name() + " " + shown, around, false);
    }

    private void record(Form form, Form named, String around) {
        boolean hasFields = named != null && form.item(2) != null && form.item(2).is(Form.Kind.VECTOR);
        int outer = receivers;
        receivers = form.item(0).name().equals("proxy") ? 1 : 0;
        List<Form> rest = form.items().subList(hasFields ? 3 : 1, form.items().size());
        methods(rest, hasFields ? named.text() : "", around, form.start(), hasFields);
        receivers = outer;
    }

    /**
     * Methods; symbols between them name protocols, or, where the owner is not fixed, whose methods follow. `of`: line of
     * the form that they stand in, 0 for a protocol, whose methods have no body.
     */
    private void methods(List<Form> forms, String owner, String around, int of, boolean isOwnerFixed) {
        String owned = owner;
        for (Form form : forms) {
            boolean isName = form.is(Form.Kind.SYMBOL) || form.is(Form.Kind.OTHER);
            boolean isMethod = form.is(Form.Kind.LIST) && form.item(0) != null && form.item(0).is(Form.Kind.SYMBOL)
                    && (of == 0 || form.item(1) != null
                            && (form.item(1).is(Form.Kind.VECTOR) || form.item(1).is(Form.Kind.LIST)));
            if (isName && !isOwnerFixed) {
                owned = form.name();
            } else if (isMethod) {
                String name = form.item(0).name();
                define(form, name, owned.isEmpty() ? name : owned + "." + name, around, of, false);
            } else if (!isName) {
                each(form, around);
            }
        }
    }

    private void local(Form form, String around) {
        Form functions = form.item(1);
        for (Form each : functions == null ? List.<Form>of() : functions.items()) {
            if (each.is(Form.Kind.LIST) && each.item(0) != null && each.item(0).is(Form.Kind.SYMBOL)) {
                define(each, each.item(0).text(), each.item(0).text(), around, true);
            }
        }
        all(form.items().subList(Math.min(2, form.items().size()), form.items().size()), around);
    }

    private void route(Form form, String around) {
        Form path = form.item(1);
        if (path == null || form.items().size() < 4) {
            all(form.items(), around);
            return;
        }
        Form told = path.is(Form.Kind.VECTOR) && path.item(0) != null ? path.item(0) : path;
        String shown = (form.item(0).name() + " " + (told.is(Form.Kind.STRING) ? told.text() : "")).trim();
        define(form, shown, shown, around, false);
    }
}
