package io.opportune.engine.recovery;

import io.opportune.engine.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What a snapshot holds and from where the journal must be read on. Written last, so that a folder with a good manifest
 * is a whole snapshot.
 *
 * @param term       of the server that took it.
 * @param queues     by name of the queue's folder.
 * @param partitions by partition number.
 * @param ledgerCrc  CRC-32C of the ledger's file, hexadecimal; null in a snapshot of an earlier version, which has
 *                   none.
 */
record SnapshotManifest(long term, List<Queue> queues, List<Partition> partitions, String ledgerCrc) {
    static final String FILE_NAME = "manifest";
    private static final String FIRST_LINE = "opportune snapshot 2";

    /**
     * Where one queue stood when the snapshot began.
     *
     * @param name         of its folder.
     * @param appliedIndex last record that was applied before; {@link Long#MIN_VALUE} when there was none.
     * @param answersIndex oldest record whose answer is remembered; {@link Long#MAX_VALUE} when none is.
     */
    record Queue(String name, long appliedIndex, long answersIndex) {
    }

    /**
     * Where one partition stood when it was copied.
     *
     * @param sequence         of its last record.
     * @param businessTimeNs   of its last record.
     * @param identitySequence of its last record that the copy of the identities has seen.
     */
    record Partition(long sequence, long businessTimeNs, long identitySequence) {
    }

    void write(final Path directory) throws IOException {
        final StringBuilder text = new StringBuilder(FIRST_LINE).append('\n').append("term ").append(term).append('\n');
        for (final Queue queue : queues) {
            text.append("queue ").append(queue.name).append(' ').append(queue.appliedIndex).append(' ')
                .append(queue.answersIndex).append('\n');
        }
        for (final Partition partition : partitions) {
            text.append("partition ").append(partition.sequence).append(' ').append(partition.businessTimeNs)
                .append(' ').append(partition.identitySequence).append('\n');
        }
        if (ledgerCrc != null) {
            text.append("ledger ").append(ledgerCrc).append('\n');
        }
        final byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
        text.append("crc ").append(crc(body)).append('\n');
        DurableFiles.write(directory.resolve(FILE_NAME), text.toString().getBytes(StandardCharsets.UTF_8));
    }

    static SnapshotManifest read(final Path directory) throws IOException {
        final Path file = directory.resolve(FILE_NAME);
        final String text = Files.readString(file);
        final int crcAt = text.lastIndexOf("crc ");
        if (!text.startsWith(FIRST_LINE + "\n") || crcAt < 0
            || !text.substring(crcAt).equals(
                "crc " + crc(text.substring(0, crcAt).getBytes(StandardCharsets.UTF_8)) + "\n")) {
            throw new IOException(file + ": not a whole manifest");
        }
        long term = 0;
        String ledgerCrc = null;
        final List<Queue> queues = new ArrayList<>();
        final List<Partition> partitions = new ArrayList<>();
        for (final String line : text.substring(0, crcAt).split("\n")) {
            final String[] words = line.split(" ");
            switch (words[0]) {
                case "term" -> term = Long.parseLong(words[1]);
                case "ledger" -> ledgerCrc = words[1];
                case "queue" -> queues.add(new Queue(words[1], Long.parseLong(words[2]), Long.parseLong(words[3])));
                case "partition" ->
                    partitions.add(new Partition(
                        Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3])));
                default -> {
                    // The first line.
                }
            }
        }
        return new SnapshotManifest(term, queues, partitions, ledgerCrc);
    }

    static String crc(final byte[] bytes) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Long.toHexString(crc.getValue());
    }
}
