package io.opportune.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The flags of the JVMs that benches start, and the cores they are tied to. Stateless. */
final class BenchJvm {
    /** The server's heap is small: profiles, journal and rings lie outside. */
    static final String HEAP = "-Xmx2g";
    /** Above everything that is not told otherwise. */
    private static final int NICE = -15;

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

    /**
     * Lets this thread go before other programs and before the compiler and collector of its own process, where that is
     * permitted.
     */
    static void goFirst() throws IOException, InterruptedException {
        // The system knows threads by number, and by the first 15 characters of their names.
        final String name = "bench-generator";
        Thread.currentThread().setName(name);
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (final Path thread : threads.toList()) {
                if (Files.readString(thread.resolve("comm")).strip().equals(name)) {
                    runIfPermitted(List.of(
                        "renice", "-n", Integer.toString(NICE), "-p", thread.getFileName().toString()));
                }
            }
        }
    }

    /** What stands before a command that other programs shall hardly disturb; nothing where that is not permitted. */
    static List<String> undisturbed() throws IOException, InterruptedException {
        final List<String> prefix = List.of("nice", "-n", Integer.toString(NICE));
        return runIfPermitted(with(prefix, "true")) ? prefix : List.of();
    }

    /** What stands before a command that goes before all others on its core; nothing where that is not permitted. */
    static List<String> first() throws IOException, InterruptedException {
        final List<String> prefix = List.of("chrt", "--fifo", "50");
        return runIfPermitted(with(prefix, "true")) ? prefix : List.of();
    }

    private static List<String> with(final List<String> prefix, final String program) {
        final List<String> command = new ArrayList<>(prefix);
        command.add(program);
        return command;
    }

    private static boolean runIfPermitted(final List<String> command) throws InterruptedException {
        try {
            final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            final String output = new String(process.getInputStream().readAllBytes());
            // What nice is not permitted it says, and goes on.
            if (process.waitFor() == 0 && !output.contains("ermission") && !output.contains("cannot")) {
                return true;
            }
            System.out.println("not permitted: " + String.join(" ", command.subList(0, 3)));
        } catch (final IOException e) {
            System.out.println("not found: " + command.getFirst());
        }
        return false;
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
