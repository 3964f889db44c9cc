package io.opportune.engine.server;

import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.recovery.ShardAccess;
import io.opportune.engine.shard.BackgroundTask;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The running shards as a snapshot sees them. */
final class RunningShards implements ShardAccess {
    private final ShardSet shards;
    private final JournalDirectory journals;
    private final List<JournalWriter> writers;

    RunningShards(final ShardSet shards, final JournalDirectory journals, final List<JournalWriter> writers) {
        this.shards = shards;
        this.journals = journals;
        this.writers = writers;
    }

    @Override
    public int count() {
        return shards.count();
    }

    @Override
    public void call(final int shard, final Runnable task) {
        shards.call(shard, task);
    }

    @Override
    public void background(final int shard, final BackgroundTask task) {
        shards.engine(shard).background(task);
    }

    @Override
    public void nudge() {
        shards.nudge();
    }

    @Override
    public long appliedIndex(final int shard) {
        return shards.engine(shard).appliedIndex();
    }

    @Override
    public long answersIndex(final int shard, final String queueName) {
        return shards.engine(shard).oldestAnswerIndex(JournalDirectory.shardOf(Path.of(queueName)));
    }

    @Override
    public Map<String, Long> idleQueues() {
        final Map<String, Long> idle = new HashMap<>();
        final Set<Path> ours = new HashSet<>();
        ours.add(journals.registryQueue());
        for (int i = 0; i < shards.count(); i++) {
            ours.add(journals.shardQueue(i));
        }
        for (final Path queue : journals.queues()) {
            if (!ours.contains(queue)) {
                try (JournalReader reader = new JournalReader(queue)) {
                    final long last = reader.lastIndex();
                    if (last != JournalReader.NO_INDEX) {
                        idle.put(queue.getFileName().toString(), last);
                    }
                }
            }
        }
        return idle;
    }

    @Override
    public String queueName(final int shard) {
        return journals.shardQueue(shard).getFileName().toString();
    }

    @Override
    public boolean syncJournals() {
        boolean synced = true;
        for (final JournalWriter writer : writers) {
            synced &= writer.sync();
        }
        return synced;
    }
}
