package leadline.agent.weave;

import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.List;
import leadline.agent.Complaints;
import leadline.agent.code.ClassVersion;
import leadline.agent.code.OwnClass;
import leadline.agent.code.OwnCode;
import leadline.agent.hooks.Hook;
import leadline.agent.hooks.Hooks;
import leadline.agent.record.Callers;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Weaves classes as they are loaded: functions of the service, sinks and entries of libraries, pools of threads. */
public final class Weaver implements ClassFileTransformer {
    private static final String POOL = "java/util/concurrent/ThreadPoolExecutor";

    private final OwnCode code;

    public Weaver(OwnCode code) {
        this.code = code;
    }

    /** Whether a class, with '/', is a pool whose workers are woven. */
    public static boolean isPool(String name) {
        return name.equals(POOL);
    }

    @Override
    public byte[] transform(
            ClassLoader loader, String name, Class<?> before, ProtectionDomain domain, byte[] bytes) {
        if (name == null || name.startsWith("leadline/agent/")) {
            return null;
        }
        try {
            List<Hook> hooks = Hooks.of(name);
            OwnClass own = loader == null ? null : code.read(name, bytes);
            boolean isWoven = !hooks.isEmpty() || own != null && !own.functions().isEmpty() || isPool(name);
            if (own != null) {
                Callers.own(name.replace('/', '.'), own.definitions());
            }
            return isWoven ? woven(name, bytes, hooks, own) : null;
        } catch (RuntimeException | LinkageError | StackOverflowError error) {
            Complaints.tell("not recorded: " + name.replace('/', '.'), error);
            return null;
        }
    }

    private static byte[] woven(String name, byte[] bytes, List<Hook> hooks, OwnClass own) {
        ClassReader reader = ClassVersion.reader(bytes);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(new ClassVisitor(Opcodes.ASM9, writer) {
            private boolean hasFrames;

            @Override
            public void visit(int version, int access, String named, String signature, String above, String[] interfaces) {
                hasFrames = (version & 0xffff) >= Opcodes.V1_6;
                super.visit(version, access, named, signature, above, interfaces);
            }

            @Override
            public MethodVisitor visitMethod(int access, String method, String descriptor, String signature, String[] thrown) {
                MethodVisitor visitor = super.visitMethod(access, method, descriptor, signature, thrown);
                if ((access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE)) != 0) {
                    return visitor;
                }
                for (Hook hook : hooks) {
                    if (hook.fits(method, descriptor)) {
                        visitor = new HookWeaver(visitor, access, method, descriptor, hook, hasFrames);
                    }
                }
                OwnClass.Function function = own == null ? null : own.functions().get(method + descriptor);
                if (function != null) {
                    int number = Numbers.of(function.place());
                    visitor = new FunctionWeaver(visitor, access, method, descriptor, number, function.isUnnamed(), hasFrames);
                    visitor = function.calls().isEmpty() ? visitor : new LineWeaver(visitor, function);
                }
                return isPool(name) && method.equals("runWorker") ? new WorkerWeaver(visitor) : visitor;
            }
        }, ClassReader.EXPAND_FRAMES);
        return ClassVersion.restored(writer.toByteArray(), bytes);
    }
}
