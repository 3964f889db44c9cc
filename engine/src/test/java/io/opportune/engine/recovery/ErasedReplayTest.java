package io.opportune.engine.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.identity.EventIdHorizon;
import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalErasure;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.RecordWriter;
import io.opportune.engine.journal.RollCadence;
import io.opportune.engine.journal.codec.MergeInRecordEncoder;
import io.opportune.engine.journal.codec.UnlinkRecordEncoder;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.profile.ProfileStoreSettings;
import io.opportune.engine.profile.RootLookup;
import io.opportune.engine.state.PartitionTable;
import io.opportune.engine.state.StateMachine;
import io.opportune.protocol.Consent;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.ContextOperation;
import io.opportune.protocol.codec.ContextUpdateEncoder;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What replay of a journal makes of customers, before and after erased ones were overwritten in it. */
class ErasedReplayTest {
    private static final int PARTITIONS = 4;
    private static final String KEY_ID = "01234567";
    private static final long HIGH = 0x9A11_22B3_44C5_5000L;
    private static final int STEPS = 3000;
    private static final int CUSTOMERS = 60;

    private final RecordWriter record = new RecordWriter(0, 8 << 10).term(1);
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[4 << 10]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final JournalWriter[] writers = new JournalWriter[2];
    private final RootLookup lookup = new RootLookup();
    private final ProfileFlyweight found = new ProfileFlyweight();
    private long nowNs = TimeUnit.SECONDS.toNanos(1_500_000_000L);
    private long eventId;
    private long freshRoot = 1_000;

    @TempDir
    private Path folder;

    /** Profiles, identities and the rest, without anything on top. */
    private final class State implements AutoCloseable {
        private final ProfileStore profiles;
        private final IdentityIndex identities;
        private final EventIdHorizon eventIds = new EventIdHorizon(1 << 16);
        private final PartitionTable table = new PartitionTable(PARTITIONS);

        State(final String name) {
            profiles = ProfileStore.open(
                folder.resolve(name), new ProfileStoreSettings(PARTITIONS, 10_000, 0, KEY_ID));
            identities = IdentityIndex.open(folder.resolve(name + "-ids"), 10_000, KEY_ID);
        }

        /** Hexadecimal bytes by root: of profiles, or of those that only forward. */
        Map<Long, String> dump(final boolean forwarded) {
            final Map<Long, String> dump = new TreeMap<>();
            final ProfileFlyweight profile = new ProfileFlyweight();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                for (int chunk = 0; chunk < profiles.chunkCount(partition); chunk++) {
                    profiles.copyChunk(partition, chunk, (high, low, buffer, offset, length) -> {
                        if (profile.wrap(buffer, offset).isForwarded() == forwarded) {
                            final byte[] bytes = new byte[length];
                            buffer.getBytes(offset, bytes);
                            dump.put(low, HexFormat.of().formatHex(bytes));
                        }
                    });
                }
            }
            return dump;
        }

        Map<Long, Long> identities() {
            final Map<Long, Long> dump = new TreeMap<>();
            identities.forEach((idHigh, idLow, rootHigh, rootLow, person) -> dump.put(idLow, rootLow));
            return dump;
        }

        /** Where a request about an id ends. */
        long rootOf(final long id) {
            identities.rootOf(HIGH + id, id, lookup);
            long root = lookup.rootLow();
            while (profiles.find(partition(root), HIGH + root, root, found) && found.isForwarded()) {
                root = found.forwardLow();
            }
            return root;
        }

        @Override
        public void close() {
            profiles.close();
            identities.close();
            eventIds.close();
        }
    }

    private static int partition(final long root) {
        return (int) (root % PARTITIONS);
    }

    private RecordWriter next(final State live, final long root) {
        nowNs += 1000;
        return record.at(partition(root), live.table.lastSequence(partition(root)) + 1, nowNs, nowNs,
            HIGH + root, root);
    }

    private void commit(final State live, final long root) {
        assertTrue(writers[partition(root) % 2].append(record.buffer(), 0, record.length()) > 0);
        new StateMachine(live.profiles, live.identities, live.eventIds, live.table)
            .apply(record.buffer(), 0, record.length());
    }

    private void update(final State live, final long root, final int value) {
        final ContextUpdateEncoder m = new ContextUpdateEncoder().wrapAndApplyHeader(message, 0, header);
        m.correlationId(1).clientSendTimeNs(nowNs).eventTimeNs(nowNs).customerNamespace(1);
        m.eventId().high(1).low(++eventId);
        m.operationsCount(2)
            .next().operation(ContextOperation.GRANT_CONSENT).valueType(AttributeType.NULL_VAL).id(Consent.ALL).value(0)
            .next().operation(ContextOperation.SET_ATTRIBUTE).valueType(AttributeType.DECIMAL_MICROS)
            .id(1 + value % 4).value(value);
        m.attributeTextsCount(0);
        m.customerId("");
        next(live, root).context().clientIndex(0)
            .putUpdate(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + m.encodedLength());
        commit(live, root);
    }

    private void purchase(final State live, final long root, final int item) {
        final EventReportEncoder m = new EventReportEncoder().wrapAndApplyHeader(message, 0, header);
        m.correlationId(1).clientSendTimeNs(nowNs).eventTimeNs(nowNs).amountMicros(4_740_000).offerId(0).creativeId(0)
            .placementId(3).storeId(9).customerNamespace(1).currency(840).channel(Channel.TILL)
            .intent(Intent.UNKNOWN).eventType(EventType.PURCHASE)
            .minToWinMicros(EventReportEncoder.minToWinMicrosNullValue())
            .lossReason(EventReportEncoder.lossReasonNullValue());
        m.eventId().high(2).low(++eventId);
        m.decisionId().high(0).low(0);
        m.basketLinesCount(1).next().itemId(item).categoryId(item % 9).quantityMilli(1000).amountMicros(1_745_000)
            .currency(0);
        m.customerId("");
        next(live, root).event().clientIndex(0)
            .putReport(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + m.encodedLength())
            .putSettlement(message, 0, 0)
            .putCounts(message, 0, 0);
        commit(live, root);
    }

    private void merge(final State live, final long source, final long target) {
        final byte[] profile = new byte[
            live.profiles.find(partition(source), HIGH + source, source, found) ? ProfileFlyweight.LENGTH_BYTES : 0];
        if (profile.length > 0) {
            found.buffer().getBytes(0, profile);
        }
        final var out = next(live, source).mergeOut();
        out.eventIdHigh(3).eventIdLow(++eventId).target().high(HIGH + target).low(target);
        commit(live, source);
        final MergeInRecordEncoder in = next(live, target).mergeIn();
        in.eventIdHigh(3).eventIdLow(eventId).source().high(HIGH + source).low(source);
        in.person(0).putProfile(profile, 0, profile.length);
        commit(live, target);
        next(live, source).mergeDone().target().high(HIGH + target).low(target);
        commit(live, source);
    }

    private void unlink(final State live, final long root, final long member) {
        final UnlinkRecordEncoder unlink = next(live, root).unlink();
        unlink.eventIdHigh(4).eventIdLow(++eventId).member().high(HIGH + member).low(member);
        freshRoot++;
        unlink.freshRoot().high(HIGH + freshRoot).low(freshRoot);
        commit(live, root);
    }

    /** Lives through random requests; gives the roots that were erased and have not come back. */
    private Set<Long> live(final State live, final Random random) {
        final Set<Long> erased = new TreeSet<>();
        for (int step = 0; step < STEPS; step++) {
            final long id = 1 + random.nextInt(CUSTOMERS);
            final long root = live.rootOf(id);
            switch (random.nextInt(40)) {
                case 0 -> {
                    next(live, root).erasure().eventIdHigh(5).eventIdLow(++eventId);
                    commit(live, root);
                    erased.add(root);
                    continue;
                }
                case 1, 2 -> {
                    final long other = live.rootOf(1 + random.nextInt(CUSTOMERS));
                    if (other != root) {
                        merge(live, Math.max(root, other), Math.min(root, other));
                        erased.remove(Math.min(root, other));
                    }
                }
                case 3 -> {
                    // An id that leaves the root of its own name and comes back to it is not taken up by the index.
                    if (id != root && live.identities.rootOf(HIGH + id, id, lookup)) {
                        unlink(live, root, id);
                    }
                }
                case 4, 5, 6, 7, 8, 9, 10 -> {
                    update(live, root, random.nextInt(1000));
                    erased.remove(root);
                }
                case 11 -> nowNs += TimeUnit.SECONDS.toNanos(10);
                default -> purchase(live, root, 1 + random.nextInt(5000));
            }
        }
        final long last = live.rootOf(1);
        next(live, last).erasure().eventIdHigh(5).eventIdLow(++eventId);
        commit(live, last);
        erased.add(last);
        return erased;
    }

    private State replay(final String name, final JournalDirectory journals) throws IOException {
        final State state = new State(name);
        final Recovery.Result result =
            new Recovery(state.profiles, state.identities, state.eventIds, state.table, KEY_ID)
                .run(folder.resolve("no-snapshots"), journals.queues(), partition -> null, false);
        assertEquals(List.of(), result.remarks());
        assertEquals(List.of(), result.cutOffMerges(), "nobody gives a profile that nobody takes");
        return state;
    }

    @Test
    void shouldReplayTheSameCustomersFromARewrittenJournal() throws IOException {
        for (int round = 0; round < 2; round++) {
            final long seed = System.nanoTime();
            final String where = "seed " + seed;
            final JournalDirectory journals = new JournalDirectory(folder.resolve("journal-" + round));
            final JournalSettings settings = JournalSettings.defaults().withMinFreeBytes(0)
                .withSizes(16 << 20, 1 << 20, 256 << 10).withRoll(RollCadence.MINUTELY);
            for (int i = 0; i < writers.length; i++) {
                writers[i] = new JournalWriter(
                    journals.shardQueue(i), settings, () -> nowNs, JournalCounters.detached());
            }
            try (State live = new State("live-" + round)) {
                final Set<Long> erased = live(live, new Random(seed));
                try (State before = replay("before-" + round, journals)) {
                    assertEquals(live.dump(false), before.dump(false), where);
                    assertEquals(live.dump(true), before.dump(true), where);
                }
                final JournalErasure.Result result = new JournalErasure(journals, () -> true)
                    .run(queue -> JournalErasure.NO_SNAPSHOT, queue -> false);
                assertTrue(result.recordsRedacted() > 100, where);
                try (State after = replay("after-" + round, journals)) {
                    assertEquals(live.dump(false), after.dump(false), where);
                    assertTrue(live.dump(true).entrySet().containsAll(after.dump(true).entrySet()), where);
                    final Map<Long, Long> left = after.identities();
                    assertTrue(left.entrySet().containsAll(live.identities().entrySet()), where);
                    left.keySet().removeAll(live.identities().keySet());
                    // Who left a root and was erased under another one stays away from the first.
                    left.values().forEach(root -> assertFalse(after.dump(false).containsKey(root), where));
                    erased.forEach(root -> assertFalse(after.dump(false).containsKey(root), where));
                    for (int p = 0; p < PARTITIONS; p++) {
                        assertEquals(live.table.lastSequence(p), after.table.lastSequence(p), where);
                        assertEquals(live.table.businessTimeNs(p), after.table.businessTimeNs(p), where);
                    }
                }
            } finally {
                for (final JournalWriter writer : writers) {
                    writer.close();
                }
            }
        }
    }
}
