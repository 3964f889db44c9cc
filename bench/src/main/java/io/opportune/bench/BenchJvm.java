package io.opportune.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The flags of the JVMs that benches start, and the cores they are tied to. Stateless. */
final class BenchJvm {
    /** The server's heap is small: profiles, journal and rings lie outside. */
    static final String HEAP = "-Xmx2g";

    private BenchJvm() {
    }

    /** Flags before the class path: those every process of the project runs with, and the heap. */
    static List<String> arguments() {
        return List.of("@" + projectFile("ops/jvm.args"), "-Xms512m", HEAP);
    }

    /** Command of a JVM tied to a core. */
    static List<String> command(final int core, final Class<?> main, final List<String> arguments) {
        final List<String> command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core),
            Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(arguments());
        final String extra = System.getProperty("bench.jvm", "");
        if (!extra.isEmpty()) {
            command.addAll(List.of(extra.split(" ")));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return command;
    }

    /** Ties all threads of this process, and the processes it starts from now on, to a core. */
    static void tieTo(final int core) throws IOException, InterruptedException {
        final Process taskset = new ProcessBuilder(
            "taskset", "-a", "-c", "-p", Integer.toString(core), Long.toString(ProcessHandle.current().pid()))
            .redirectErrorStream(true).start();
        final String output = new String(taskset.getInputStream().readAllBytes());
        if (!taskset.waitFor(10, TimeUnit.SECONDS) || taskset.exitValue() != 0) {
            throw new IOException("taskset failed: " + output);
        }
    }

    /** A file of the project, looked for in this folder and those above it. */
    private static Path projectFile(final String name) {
        final String root = System.getenv("OPPORTUNE_ROOT");
        if (root != null) {
            return Path.of(root, name);
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
        throw new IllegalStateException(name + " not found: run from the project's folder or set OPPORTUNE_ROOT");
    }
}
