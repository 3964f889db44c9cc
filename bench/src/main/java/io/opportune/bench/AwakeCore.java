package io.opportune.bench;

import java.io.IOException;
import java.util.List;

/**
 * Keeps a core from falling asleep with a loop that runs only when nothing else wants the core (SCHED_IDLE). A client
 * that sleeps while its server thinks must be woken by the server's {@code send}, and on a virtual machine that costs
 * the server some ten microseconds; the echo never lets its client sleep. With the loop, both meet a client awake.
 */
final class AwakeCore implements AutoCloseable {
    private static final boolean WANTED = Boolean.parseBoolean(System.getProperty("bench.awake", "true"));

    private final Process loop;
    private final int core;

    private AwakeCore(final Process loop, final int core) {
        this.loop = loop;
        this.core = core;
    }

    static AwakeCore keep(final int core) throws IOException {
        final Process loop = WANTED
            ? new ProcessBuilder(List.of("chrt", "-i", "0", "taskset", "-c", Integer.toString(core),
                "sh", "-c",
                "while kill -0 $PPID 2>/dev/null; do i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; done"))
                .start()
            : null;
        return new AwakeCore(loop, core);
    }

    @Override
    public void close() {
        if (loop != null) {
            loop.destroyForcibly();
        }
    }

    @Override
    public String toString() {
        return loop == null ? "core " + core + " may sleep" : "core " + core + " is kept awake by an idle-class loop";
    }
}
