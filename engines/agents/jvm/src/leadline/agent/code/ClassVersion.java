package leadline.agent.code;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;

/**
 * The version of class files. ASM refuses those of a Java that is younger than itself, though nothing that it reads has
 * changed since: they are read as of the youngest Java that it knows, and written as what they were.
 */
public final class ClassVersion {
    private static final int YOUNGEST = Opcodes.V20;
    private static final int MAJOR = 6; // where the version lies in the file, two bytes

    private ClassVersion() {}

    public static ClassReader reader(byte[] bytes) {
        if (of(bytes) <= YOUNGEST) {
            return new ClassReader(bytes);
        }
        byte[] older = bytes.clone();
        set(older, YOUNGEST);
        return new ClassReader(older);
    }

    /** Return the bytes with the version of the original. */
    public static byte[] restored(byte[] bytes, byte[] original) {
        set(bytes, of(original));
        return bytes;
    }

    private static int of(byte[] bytes) {
        return (bytes[MAJOR] & 0xff) << 8 | bytes[MAJOR + 1] & 0xff;
    }

    private static void set(byte[] bytes, int major) {
        bytes[MAJOR] = (byte) (major >>> 8);
        bytes[MAJOR + 1] = (byte) major;
    }
}
