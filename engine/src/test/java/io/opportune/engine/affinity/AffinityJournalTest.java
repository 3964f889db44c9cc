package io.opportune.engine.affinity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.journal.RecordWriter;
import io.opportune.protocol.Consent;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.ContextOperation;
import io.opportune.protocol.codec.ContextUpdateEncoder;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of the journal is counted, and that it is counted once. */
class AffinityJournalTest {
    private static final long TIME_NS = 1_700_000_000_000_000_000L;
    private static final AffinitySettings SETTINGS = AffinitySettings.defaults().withRoom(256, 1_024, 64);

    @TempDir
    private Path folder;

    private final RecordWriter writer = new RecordWriter(0, 64 << 10);
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[16 << 10]);
    private AffinityJournal journal = new AffinityJournal(new AffinityBuilder(SETTINGS));
    private final long[] sequences = new long[1_000];

    private RecordWriter next(final int partition, final long root) {
        return writer.at(partition, ++sequences[partition], TIME_NS, TIME_NS, 0, root);
    }

    private boolean take() {
        return journal.onRecord(writer.buffer(), 0);
    }

    private boolean event(
        final int partition, final long root, final EventType type, final Intent intent, final int quantityMilli,
        final long... items) {
        final EventReportEncoder report =
            new EventReportEncoder().wrapAndApplyHeader(message, 0, new MessageHeaderEncoder());
        report.eventType(type).intent(intent).channel(Channel.TILL);
        final EventReportEncoder.BasketLinesEncoder lines = report.basketLinesCount(items.length);
        for (final long item : items) {
            lines.next().itemId(item).categoryId(7).quantityMilli(quantityMilli).amountMicros(1_000_000).currency(840);
        }
        report.customerId("");
        next(partition, root).event().clientIndex(0)
            .putReport(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + report.encodedLength())
            .putSettlement(new byte[0], 0, 0).putCounts(new byte[0], 0, 0);
        return take();
    }

    private boolean purchase(final int partition, final long root, final long... items) {
        return event(partition, root, EventType.PURCHASE, Intent.BUYING, 1_000, items);
    }

    private AffinityLevel items() {
        return journal.builder().build(1).items();
    }

    @Test
    void shouldCountPurchasesOnly() {
        assertTrue(purchase(3, 1, 5, 6, 6));
        assertFalse(event(3, 1, EventType.PURCHASE, Intent.GIFT, 1_000, 7), "a gift");
        assertFalse(event(3, 1, EventType.RETURN, Intent.BUYING, 1_000, 8), "a return");
        assertFalse(event(3, 1, EventType.PURCHASE, Intent.BUYING, -1_000, 9), "a returned line");
        assertFalse(event(3, 1, EventType.PURCHASE, Intent.BUYING, 1_000, 0), "a line without an item");
        assertFalse(event(3, 1, EventType.PURCHASE, Intent.BUYING, 1_000), "forgotten for want of consent");
        assertFalse(event(3, 1, EventType.ACCEPT, Intent.BUYING, 1_000, 10), "no purchase");
        assertEquals(1, journal.builder().baskets());
        final AffinityLevel items = items();
        assertEquals(2, items.count());
        assertTrue(items.find(5) >= 0 && items.find(6) >= 0);
        assertEquals(TIME_NS, journal.builder().lastTimeNs());
    }

    @Test
    void shouldForgetWhoIsErasedOrTakesConsentBack() {
        for (int i = 0; i < 5; i++) {
            purchase(3, 1, 5);
            next(3, 1).erasure().eventIdHigh(1).eventIdLow(2);
            take();
            purchase(3, 1, 6);
            withdraw(1, Consent.PURCHASE_HISTORY);
        }
        assertEquals(AffinityLevel.NONE, items().neighbour(items().find(5), 0));
        assertEquals(AffinityLevel.NONE, items().neighbour(items().find(6), 0));
        for (int i = 0; i < 5; i++) {
            purchase(3, 2, 5);
            withdraw(2, Consent.LOCATION);
            purchase(3, 2, 6);
            next(3, 2).mergeOut().eventIdHigh(1).eventIdLow(3).target().high(0).low(4);
            take();
            purchase(4, 4, 8);
            next(4, 4).erasure().eventIdHigh(1).eventIdLow(2);
            take();
        }
        assertTrue(isNeighbour(5, 6), "what was bought before the merge");
        assertTrue(isNeighbour(5, 8) && isNeighbour(6, 8), "what was bought after the merge");
        assertFalse(isNeighbour(8, 5), "of another customer");
    }

    private boolean isNeighbour(final int of, final int wanted) {
        final AffinityLevel items = items();
        for (int place = 0; place < items.neighbours(); place++) {
            if (items.neighbour(items.find(of), place) == items.find(wanted)) {
                return true;
            }
        }
        return false;
    }

    private void withdraw(final long root, final int bits) {
        final ContextUpdateEncoder update =
            new ContextUpdateEncoder().wrapAndApplyHeader(message, 0, new MessageHeaderEncoder());
        update.operationsCount(1).next().operation(ContextOperation.WITHDRAW_CONSENT)
            .valueType(io.opportune.protocol.codec.AttributeType.NULL_VAL).id(bits).value(0);
        update.attributeTextsCount(0);
        update.customerId("");
        next(3, root).context().clientIndex(0)
            .putUpdate(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + update.encodedLength());
        take();
    }

    @Test
    void shouldCountWhatItIsGivenTwiceOnce() throws IOException {
        final Path file = folder.resolve("affinity.counts");
        for (int i = 0; i < 50; i++) {
            purchase(i % 2 == 0 ? 3 : 900, i % 5, i % 7 + 1, i % 3 + 20);
            if (i == 20) {
                journal.write(file);
                journal = AffinityJournal.read(file, SETTINGS);
            }
            assertFalse(take(), "the same record again");
        }
        assertEquals(50, journal.builder().baskets());
        final Path straight = folder.resolve("straight");
        items();
        journal.builder().build(1).write(straight);
        journal = new AffinityJournal(new AffinityBuilder(SETTINGS));
        sequences[3] = 0;
        sequences[900] = 0;
        for (int i = 0; i < 50; i++) {
            purchase(i % 2 == 0 ? 3 : 900, i % 5, i % 7 + 1, i % 3 + 20);
        }
        final Path again = folder.resolve("again");
        journal.builder().build(1).write(again);
        assertArrayEquals(Files.readAllBytes(straight), Files.readAllBytes(again));
    }

    @Test
    void shouldRefuseCountsThatAreNotWhole() throws IOException {
        purchase(3, 1, 5, 6);
        final Path file = folder.resolve("affinity.counts");
        journal.write(file);
        final byte[] good = Files.readAllBytes(file);
        for (int at = 0; at < good.length; at += 37) {
            final byte[] bad = good.clone();
            bad[at] ^= 1;
            Files.write(file, bad);
            assertThrows(IOException.class, () -> AffinityJournal.read(file, SETTINGS), "byte " + at);
        }
        Files.write(file, good);
        assertThrows(IOException.class, () -> AffinityJournal.read(file, SETTINGS.withDays(7, 0)));
        assertEquals(1, AffinityJournal.read(file, SETTINGS).builder().baskets());
    }
}
