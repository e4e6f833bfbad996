package leadline.agent;

import java.io.File;
import java.lang.instrument.Instrumentation;
import java.util.jar.JarFile;

/**
 * Where the virtual machine begins. Puts the jar on the boot class path, so that woven code of every class loader finds
 * the agent, and starts it from there.
 */
public final class Premain {
    private Premain() {}

    public static void premain(String argument, Instrumentation instrumentation) {
        try {
            File jar = new File(Premain.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            instrumentation.appendToBootstrapClassLoaderSearch(new JarFile(jar));
            Class.forName("leadline.agent.Agent", true, null)
                    .getMethod("start", String.class, Instrumentation.class)
                    .invoke(null, argument, instrumentation);
        } catch (java.lang.reflect.InvocationTargetException failed) {
            System.err.println("leadline-agent: NOTHING IS RECORDED: " + failed.getCause());
        } catch (Exception | LinkageError failed) {
            System.err.println("leadline-agent: NOTHING IS RECORDED: " + failed);
        }
    }
}
