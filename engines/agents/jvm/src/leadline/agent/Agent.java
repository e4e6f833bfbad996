package leadline.agent;

import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import leadline.agent.code.OwnCode;
import leadline.agent.export.Exporter;
import leadline.agent.hooks.Hooks;
import leadline.agent.weave.Weaver;

/** Starts the agent: from here on classes are woven as they are loaded, and those of the JDK at once. */
public final class Agent {
    private Agent() {}

    public static void start(String argument, Instrumentation instrumentation) {
        Settings settings;
        try {
            settings = Settings.read(argument, System.getenv());
        } catch (IllegalArgumentException wrong) {
            Complaints.tell("NOTHING IS RECORDED: " + wrong.getMessage());
            return;
        }
        OwnCode code = new OwnCode(settings);
        if (code.size() == 0 && settings.included().isEmpty()) {
            Complaints.tell("NOTHING IS RECORDED: no source file of Clojure, Java or Kotlin is under " + settings.roots());
            return;
        }
        Exporter.start(settings);
        instrumentation.addTransformer(new Weaver(code), true);
        for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
            String name = loaded.getName().replace('.', '/');
            if (instrumentation.isModifiableClass(loaded) && (Hooks.isHooked(name) || Weaver.isPool(name))) {
                try {
                    instrumentation.retransformClasses(loaded);
                } catch (UnmodifiableClassException | LinkageError error) {
                    Complaints.tell("not hooked: " + name, error);
                }
            }
        }
    }
}
