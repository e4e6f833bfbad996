package leadline.agent.hooks;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Calls methods of libraries that the agent does not know at build time, through whatever public type declares them. */
final class Reflect {
    private record Key(Class<?> type, String name, int parameters) {}

    private static final Map<Key, Optional<Method>> METHODS = new ConcurrentHashMap<>();

    private Reflect() {}

    /** Return what the method gives. Raises NoSuchMethodException, or what the method raises. */
    static Object call(Object object, String name, Object... arguments) throws Exception {
        Key key = new Key(object.getClass(), name, arguments.length);
        Optional<Method> method = METHODS.get(key);
        if (method == null) {
            method = Optional.ofNullable(find(object.getClass(), name, arguments));
            METHODS.put(key, method);
        }
        if (method.isEmpty()) {
            throw new NoSuchMethodException(object.getClass().getName() + "." + name);
        }
        return method.get().invoke(object, arguments);
    }

    /** Return what the method gives as text, null where there is no such method. */
    static String text(Object object, String name, Object... arguments) {
        try {
            Object value = object == null ? null : call(object, name, arguments);
            return value == null ? null : value.toString();
        } catch (Exception missing) {
            return null;
        }
    }

    static Object field(Object object, String name) throws Exception {
        Field field = object.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(object);
    }

    private static Method find(Class<?> type, String name, Object[] arguments) {
        if (type == null) {
            return null;
        }
        boolean isOpen = Modifier.isPublic(type.getModifiers()) && type.getModule().isExported(type.getPackageName());
        for (Method method : isOpen ? type.getDeclaredMethods() : new Method[0]) {
            if (method.getName().equals(name) && Modifier.isPublic(method.getModifiers()) && takes(method, arguments)) {
                return method;
            }
        }
        for (Class<?> each : type.getInterfaces()) {
            Method method = find(each, name, arguments);
            if (method != null) {
                return method;
            }
        }
        return find(type.getSuperclass(), name, arguments);
    }

    private static boolean takes(Method method, Object[] arguments) {
        Class<?>[] types = method.getParameterTypes();
        if (types.length != arguments.length) {
            return false;
        }
        for (int at = 0; at < types.length; at++) {
            if (arguments[at] != null && !types[at].isInstance(arguments[at])) {
                return false;
            }
        }
        return true;
    }
}
