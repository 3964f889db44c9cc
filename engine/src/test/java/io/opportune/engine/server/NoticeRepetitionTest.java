package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.counters.CounterDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A notice counts once as long as its token is good, whatever came between and however often the server started. */
@Timeout(60)
class NoticeRepetitionTest {
    /** More than the horizon of till events, set to its least, ever remembers. */
    private static final int NOTICES = 3_000;
    private static final int REPEATED = 50;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private BidServer bidder;

    @BeforeEach
    void make() throws IOException {
        bidder = new BidServer(folder);
        bidder.test.set("store.event-id-horizon", "1024");
    }

    @AfterEach
    void stop() {
        bidder.close();
    }

    private List<String> bill(final int count) throws IOException {
        final List<String> notices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final String target = JSON.readTree(bidder.post("generic", "{\"id\":\"r" + i
                + "\",\"tmax\":1000,\"imp\":[{\"id\":\"1\",\"banner\":{\"w\":300,\"h\":250}}]}").text())
                .at("/seatbid/0/bid/0/burl").asText().substring("https://bid.example".length())
                .replace("${AUCTION_PRICE}", "1.5");
            assertEquals(204, bidder.get(target).status());
            notices.add(target);
        }
        return notices;
    }

    private void repeat(final List<String> notices) throws Exception {
        for (final String notice : notices.subList(0, REPEATED)) {
            assertEquals(204, bidder.get(notice).status());
        }
        bidder.test.awaitQuiet();
    }

    @Test
    void shouldCountANoticeOnceHoweverManyCameBetween() throws Exception {
        bidder.start();
        final List<String> notices = bill(NOTICES);
        bidder.test.awaitQuiet();
        assertEquals(NOTICES, bidder.count(CounterDescriptor.EVENTS_ACCEPTED));
        repeat(notices);
        assertEquals(NOTICES, bidder.count(CounterDescriptor.EVENTS_ACCEPTED));
        assertEquals(REPEATED, bidder.count(CounterDescriptor.NOTICES_DUPLICATE));
        // From a snapshot in the middle, and the journal behind it.
        bidder.test.server().takeSnapshot();
        final List<String> later = bill(REPEATED);
        bidder.test.stop();
        bidder.start();
        final long before = bidder.count(CounterDescriptor.NOTICES_DUPLICATE);
        final long accepted = bidder.count(CounterDescriptor.EVENTS_ACCEPTED);
        repeat(notices);
        repeat(later);
        assertEquals(before + 2 * REPEATED, bidder.count(CounterDescriptor.NOTICES_DUPLICATE));
        assertEquals(accepted, bidder.count(CounterDescriptor.EVENTS_ACCEPTED));
        bidder.assertNoErrors();
    }

    /** With too little memory for the rate, notices of early bids are refused, and none counts twice. */
    @Test
    void shouldRefuseWhatItCanNoLongerTell() throws Exception {
        bidder.test.set("store.notice-id-horizon", "1024");
        bidder.start();
        final List<String> notices = bill(NOTICES);
        repeat(notices);
        assertEquals(NOTICES, bidder.count(CounterDescriptor.EVENTS_ACCEPTED));
        assertEquals(REPEATED, bidder.count(CounterDescriptor.NOTICES_FORGOTTEN));
        assertEquals(0, bidder.count(CounterDescriptor.NOTICES_REFUSED));
        bidder.test.stop();
        bidder.start();
        final long before = bidder.count(CounterDescriptor.NOTICES_FORGOTTEN);
        final long accepted = bidder.count(CounterDescriptor.EVENTS_ACCEPTED);
        repeat(notices);
        assertEquals(before + REPEATED, bidder.count(CounterDescriptor.NOTICES_FORGOTTEN));
        assertEquals(accepted, bidder.count(CounterDescriptor.EVENTS_ACCEPTED));
        assertTrue(bill(1).size() == 1 && bidder.count(CounterDescriptor.NOTICES_FORGOTTEN) == before + REPEATED);
        bidder.assertNoErrors();
    }
}
