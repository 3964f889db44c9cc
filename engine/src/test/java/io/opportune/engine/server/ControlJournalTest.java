package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.decision.Hold;
import io.opportune.engine.decision.HoldReason;
import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.JournalRefusedException;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.SyncPolicy;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the control journal refuses, it refuses loudly and can be asked again; what it lacks, it notices. */
@Timeout(60)
class ControlJournalTest {
    private static final long ROOM = 1L << 30;

    @TempDir
    private Path folder;

    private final JournalCounters counters = JournalCounters.detached();
    private final AtomicLong usable = new AtomicLong(ROOM);
    private long nowNs = TimeUnit.SECONDS.toNanos(1_700_000_000L);

    private ControlJournal open(final boolean acceptGaps) throws IOException {
        return new ControlJournal(folder, JournalSettings.defaults().withSync(SyncPolicy.BATCH, 1)
            .withSizes(16L << 20, 1L << 20, 1 << 16).withMinFreeBytes(ROOM / 2), counters, usable::get, () -> nowNs, 0,
            "test", acceptGaps);
    }

    private void disk(final long usableBytes) {
        usable.set(usableBytes);
        nowNs += TimeUnit.SECONDS.toNanos(2);
    }

    private static boolean isHeld(final ControlJournal journal, final int id) {
        return journal.holds().isHeld(Hold.Target.OFFER, id, HoldReason.PAUSED);
    }

    private static void hold(final ControlJournal journal, final int id) {
        journal.hold(Hold.Target.OFFER, id, HoldReason.PAUSED, true);
    }

    /** A kind that only the wire knows would be journalled as none, and no server would start from that. */
    @Test
    void shouldKnowEveryKindOfNameThatTheWireHas() {
        for (final NameKind kind : NameKind.values()) {
            if (kind != NameKind.SBE_UNKNOWN) {
                assertEquals(kind.name(), io.opportune.engine.journal.codec.NameKind.get(kind.value()).name());
            }
        }
    }

    @Test
    void shouldLeaveNoGapWhereTheDiskWasFullAndRecoverByItself() throws IOException {
        try (ControlJournal journal = open(false)) {
            disk(0);
            assertThrows(JournalRefusedException.class, () -> hold(journal, 1));
            assertThrows(JournalRefusedException.class, () -> journal.catalogue(1, 7));
            assertThrows(JournalRefusedException.class, () -> journal.registry().findOrAdd(NameKind.OFFER, "milk"));
            assertFalse(journal.healthy());
            assertTrue(counters.failures().get() > 0);
            journal.retry();
            assertFalse(journal.healthy());
            disk(ROOM);
            journal.retry();
            assertTrue(journal.healthy());
            assertFalse(isHeld(journal, 1));
            hold(journal, 2);
            assertEquals(1, journal.registry().findOrAdd(NameKind.OFFER, "milk"));
            assertEquals(0, journal.lastCatalogueCounter());
        }
        try (ControlJournal journal = open(false)) {
            assertTrue(isHeld(journal, 2));
            assertEquals(2, journal.term());
            assertEquals(0, journal.gaps());
        }
    }

    @Test
    void shouldNotSwallowASyncThatFails() throws IOException {
        try (ControlJournal journal = open(false)) {
            hold(journal, 1);
            // The channel of a thread that was interrupted is closed, and can force nothing more.
            Thread.currentThread().interrupt();
            final String message = assertThrows(JournalRefusedException.class, () -> hold(journal, 2)).getMessage();
            assertTrue(Thread.interrupted());
            assertTrue(message.contains("cannot be synced"), message);
            assertFalse(journal.healthy());
            assertEquals(2, journal.holds().epoch(), "its epoch stands in the journal");
            assertThrows(JournalRefusedException.class, () -> journal.registry().findOrAdd(NameKind.OFFER, "milk"));
            assertThrows(JournalRefusedException.class, () -> journal.registry().findOrAdd(NameKind.OFFER, "beer"));
            assertEquals(0, journal.registry().find(NameKind.OFFER, "milk"));
            assertThrows(JournalRefusedException.class, () -> journal.catalogue(1, 7));
            assertEquals(1, journal.lastCatalogueCounter(), "its counter stands in the journal");
        }
        try (ControlJournal journal = open(false)) {
            assertTrue(isHeld(journal, 1) && isHeld(journal, 2));
            assertEquals(1, journal.registry().find(NameKind.OFFER, "milk"));
            assertEquals(2, journal.registry().findOrAdd(NameKind.OFFER, "beer"));
        }
    }

    /** Flips a bit in the record with this sequence. */
    private void damage(final long sequence) throws IOException {
        final byte[] record;
        try (JournalReader reader = new JournalReader(folder)) {
            for (long i = 0; i < sequence; i++) {
                assertTrue(reader.next());
            }
            record = new byte[reader.length()];
            reader.buffer().getBytes(reader.offset(), record);
        }
        final Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.filter(each -> each.toString().endsWith(".cq4")).findFirst().orElseThrow();
        }
        final byte[] bytes = Files.readAllBytes(file);
        final String found = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        final int at = found.indexOf(new String(record, java.nio.charset.StandardCharsets.ISO_8859_1));
        assertTrue(at > 0);
        bytes[at + record.length - 1] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void shouldRefuseToGoOnWithoutADamagedHoldUnlessThatIsAccepted() throws IOException {
        try (ControlJournal journal = open(false)) {
            for (int id = 1; id <= 4; id++) {
                hold(journal, id);
            }
        }
        damage(4);
        final String refused = assertThrows(IOException.class, () -> open(false)).getMessage();
        assertTrue(refused.contains(folder.toString()) && refused.contains("expected sequence 4, found 5")
            && refused.contains("expected control epoch 3, found 4") && refused.contains("1 damaged records")
            && refused.contains("recovery.accept-gaps"), refused);
        try (ControlJournal journal = open(true)) {
            assertEquals(3, journal.gaps());
            assertTrue(isHeld(journal, 2) && !isHeld(journal, 3) && isHeld(journal, 4));
            hold(journal, 3);
        }
        try (ControlJournal journal = open(false)) {
            assertEquals(0, journal.gaps(), "accepted once");
            assertTrue(isHeld(journal, 3));
        }
        damage(3);
        assertThrows(IOException.class, () -> open(false), "what comes later is not accepted");
    }

    @Test
    void shouldNoticeALostNameAtTheEnd() throws IOException {
        try (ControlJournal journal = open(false)) {
            journal.registry().findOrAdd(NameKind.OFFER, "milk");
            journal.registry().findOrAdd(NameKind.OFFER, "beer");
        }
        damage(3);
        assertTrue(assertThrows(IOException.class, () -> open(false)).getMessage().contains("1 damaged records"));
    }
}
