package io.opportune.engine.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A process that appends as fast as it can until it is killed, and its parent's handle on it. What it has appended it
 * notes in a mapped file, which outlives it like the journal does.
 */
final class KilledWriter {
    private static final int ACK_FILE_BYTES = 4096;
    private static final long START_DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);

    private final Process process;
    private final UnsafeBuffer acknowledged;
    private final Path output;

    private KilledWriter(final Process process, final UnsafeBuffer acknowledged, final Path output) {
        this.process = process;
        this.output = output;
        this.acknowledged = acknowledged;
    }

    /** The child: queue, file for acknowledgements, first sequence. */
    public static void main(final String[] arguments) {
        final UnsafeBuffer acknowledged = map(Path.of(arguments[1]));
        final UnsafeBuffer record = new UnsafeBuffer(new byte[1024]);
        try (JournalWriter writer = JournalFixture.writer(Path.of(arguments[0]), new SystemEpochNanoClock())) {
            for (long sequence = Long.parseLong(arguments[2]); true; sequence++) {
                final int length = JournalFixture.encode(record, sequence, JournalFixture.lengthOf(sequence));
                if (writer.append(record, 0, length) == JournalWriter.NOT_WRITTEN) {
                    throw new IllegalStateException("refused " + sequence);
                }
                acknowledged.putLongVolatile(0, sequence);
            }
        }
    }

    static KilledWriter start(final Path queue, final Path ackFile, final long firstSequence) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        for (final String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--") || flag.startsWith("-D")) {
                command.add(flag);
            }
        }
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "-cp", System.getProperty("java.class.path"),
            KilledWriter.class.getName(), queue.toString(), ackFile.toString(), Long.toString(firstSequence)));
        final UnsafeBuffer acknowledged = map(ackFile);
        acknowledged.putLongVolatile(0, 0);
        final Path output = ackFile.resolveSibling("output.txt");
        final Process process = new ProcessBuilder(command)
            .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        return new KilledWriter(process, acknowledged, output);
    }

    /** Waits until the child has appended up to a sequence, then sends SIGKILL; gives the last one acknowledged. */
    long killAfter(final long sequence) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + START_DEADLINE_NS;
        while (acknowledged.getLongVolatile(0) < sequence) {
            if (!process.isAlive() || System.nanoTime() > deadlineNs) {
                process.destroyForcibly();
                throw new AssertionError(output());
            }
            Thread.onSpinWait();
        }
        process.destroyForcibly();
        process.waitFor();
        return acknowledged.getLongVolatile(0);
    }

    /** What the child has printed, and whether it lives, for a message. */
    String output() {
        try {
            return "child " + (process.isAlive() ? "alive" : "ended with " + process.exitValue())
                + " after " + acknowledged.getLongVolatile(0) + " records: " + Files.readString(output);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void killNow() {
        process.destroyForcibly();
    }

    private static UnsafeBuffer map(final Path file) {
        try (FileChannel channel = FileChannel.open(file,
            StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new UnsafeBuffer(channel.map(FileChannel.MapMode.READ_WRITE, 0, ACK_FILE_BYTES));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
