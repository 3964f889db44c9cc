package io.opportune.engine.shading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.engine.notice.NoticeToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShadeLoopTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE = 300 * SECOND;
    private static final int OPEN_BIDS = 64;

    @TempDir
    Path folder;

    private final UnsafeBuffer values =
        new UnsafeBuffer(ByteBuffer.allocateDirect(6 * CountersReader.COUNTER_LENGTH));
    private final AtomicCounter observed = new AtomicCounter(values, 0);
    private final AtomicCounter expired = new AtomicCounter(values, 1);
    private final AtomicCounter refused = new AtomicCounter(values, 2);
    private final AtomicCounter curves = new AtomicCounter(values, 3);
    private final AtomicCounter unsaved = new AtomicCounter(values, 4);
    private final AtomicCounter dropped = new AtomicCounter(values, 5);
    private final List<Throwable> errors = new ArrayList<>();
    private final ShadeFeed feed = new ShadeFeed(dropped);
    private final UnsafeBuffer entry = new UnsafeBuffer(new byte[ShadeFeed.ENTRY_BYTES]);
    private long nowNs = 77;

    private ShadeLoop loop(final Path file) {
        return new ShadeLoop(new ShadeLearner(ShadeSettings.DEFAULT), feed, file, PATIENCE, () -> nowNs,
            new ShadeLoop.Counters(observed, expired, refused, curves, unsaved), errors::add, OPEN_BIDS);
    }

    private static NoticeToken token(final int exchange, final long decision) {
        return new NoticeToken().exchange(exchange).decisionId(decision, 5).offer(11, 12, 13).bidPrice(1_000, 840)
            .shade(32, false, 7, false);
    }

    private void bid(final NoticeToken token) {
        ShadeFeed.encode(token, entry, 0);
        feed.onBid(entry, 0);
    }

    @Test
    void shouldLearnOncePerBidAndOnlyOfBidsThatItKnows() {
        final ShadeLoop loop = loop(null);
        for (int i = 0; i < 4; i++) {
            bid(token(1, i));
        }
        feed.onWon(token(1, 0), 900);
        feed.onWon(token(1, 0), 900);
        feed.onLost(token(1, 0), 1_100);
        feed.onLost(token(1, 1), -1);
        feed.onVoid(token(1, 2));
        feed.onWon(token(1, 99), -1);
        feed.onWon(token(1, 3).shade(NoticeToken.NO_SHADE, false, 0, false), -1);
        assertEquals(10, loop.doWork(), "what has no shade is not even handed over");
        assertEquals(2, observed.get());
        final ShadeTable before = loop.table();
        nowNs += SECOND;
        loop.doWork();
        assertNotSame(before, loop.table());
        assertEquals(1, curves.get());
        final ShadeTable after = loop.table();
        nowNs += SECOND;
        loop.doWork();
        assertSame(after, loop.table(), "nothing is new");
        assertEquals(0, dropped.get());
    }

    /** Silence says something only of who is known to speak. */
    @Test
    void shouldCountSilenceAsLostWhereWinsAreTold() {
        final ShadeLoop loop = loop(null);
        for (int i = 0; i < 10; i++) {
            bid(token(1, i));
            bid(token(2, 100 + i));
        }
        feed.onWon(token(1, 0), -1);
        feed.onLost(token(2, 100), -1);
        loop.doWork();
        assertEquals(2, observed.get());
        nowNs += PATIENCE - 1;
        loop.doWork();
        assertEquals(0, expired.get());
        nowNs += 1;
        loop.doWork();
        assertEquals(9, expired.get());
        assertEquals(11, observed.get());
        feed.onWon(token(1, 5), -1);
        loop.doWork();
        assertEquals(11, observed.get(), "too late");
    }

    /** What is not waited for is left out whether it wins or not. */
    @Test
    void shouldLeaveOutWhatFindsNoRoom() {
        final ShadeLoop loop = loop(null);
        for (int i = 0; i < OPEN_BIDS + 10; i++) {
            bid(token(1, i));
        }
        for (int i = 0; i < OPEN_BIDS + 10; i++) {
            feed.onWon(token(1, i), -1);
        }
        loop.doWork();
        assertEquals(OPEN_BIDS, observed.get());
        bid(token(1, 1_000));
        feed.onWon(token(1, 1_000), -1);
        loop.doWork();
        assertEquals(OPEN_BIDS + 1, observed.get());
    }

    @Test
    void shouldCountWhatTheRingDoesNotTake() {
        for (int i = 0; i < 100_000; i++) {
            bid(token(1, i));
        }
        assertTrue(dropped.get() > 1_000 && dropped.get() < 99_000, () -> "dropped " + dropped.get());
        final ShadeLoop loop = loop(null);
        for (int i = 0; i < 100; i++) {
            loop.doWork();
        }
        final long before = dropped.get();
        bid(token(1, 7));
        assertEquals(before, dropped.get());
    }

    @Test
    void shouldKeepWhatItHasLearnedAndSayWhenItCannot() throws IOException {
        final Path file = folder.resolve("shades");
        final ShadeLoop loop = loop(file);
        nowNs += 61 * SECOND;
        loop.doWork();
        assertTrue(Files.notExists(file), "there is nothing to keep");
        bid(token(1, 1));
        feed.onWon(token(1, 1), 800);
        loop.doWork();
        nowNs += 61 * SECOND;
        loop.doWork();
        assertEquals(1, ShadeFile.read(file, ShadeSettings.DEFAULT).curveCount());
        Files.delete(file);
        final ShadeLoop lost = loop(folder.resolve("gone/shades"));
        bid(token(1, 2));
        feed.onWon(token(1, 2), 800);
        lost.doWork();
        nowNs += 61 * SECOND;
        lost.doWork();
        assertEquals(1, unsaved.get());
        assertEquals(1, errors.size());
        lost.onClose();
        assertEquals(2, unsaved.get(), "it is tried again");
    }

    @Test
    void shouldRunOnItsThreadUntilItIsClosed() throws IOException {
        final Path file = folder.resolve("shades");
        final ShadeLoop loop = new ShadeLoop(new ShadeLearner(ShadeSettings.DEFAULT), feed, file, PATIENCE,
            SystemNanoClock.INSTANCE, new ShadeLoop.Counters(observed, expired, refused, curves, unsaved),
            errors::add);
        final ShadeTable before = loop.table();
        loop.start();
        bid(token(1, 1));
        feed.onWon(token(1, 1), 800);
        final long deadlineNs = System.nanoTime() + 20 * SECOND;
        while (loop.table() == before && System.nanoTime() - deadlineNs < 0) {
            Thread.onSpinWait();
        }
        assertNotSame(before, loop.table());
        loop.close();
        assertEquals(1, ShadeFile.read(file, ShadeSettings.DEFAULT).curveCount());
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldHandOverWithoutAllocating() {
        final NoticeToken token = token(1, 1);
        final ShadeLoop loop = loop(null);
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 20_000; i++) {
                ShadeFeed.encode(token.decisionId(i, 3), entry, 0);
                feed.onBid(entry, 0);
                feed.onWon(token, 800);
                if (i % 1_000 == 0) {
                    loop.doWork();
                }
            }
        }));
        assertTrue(observed.get() > 20_000, () -> "observed " + observed.get());
    }
}
