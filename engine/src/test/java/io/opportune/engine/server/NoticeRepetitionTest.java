package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.ledger.LineTotals;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
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

    /** Where the one bid of a request is billed, or null when there is none. */
    private String bid(final int number) throws IOException {
        final BidServer.Answer answer = bidder.post("generic", "{\"id\":\"r" + number
            + "\",\"tmax\":1000,\"imp\":[{\"id\":\"1\",\"banner\":{\"w\":300,\"h\":250}}]}");
        return answer.status() != 200 ? null : JSON.readTree(answer.text())
            .at("/seatbid/0/bid/0/burl").asText().substring("https://bid.example".length())
            .replace("${AUCTION_PRICE}", "1.5");
    }

    private List<String> bill(final int count) throws IOException {
        final List<String> notices = new ArrayList<>();
        while (notices.size() < count) {
            final String target = bid(notices.size());
            if (target == null) {
                // The ledger has yet to lend.
                continue;
            }
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

    /** What costs is paid for however old it is; that it is paid for once the ledger knows by its claim. */
    @Test
    void shouldPayOnceForWhatItCanNoLongerTell() throws Exception {
        bidder.test.set("store.notice-id-horizon", "1024");
        Files.writeString(folder.resolve("catalogue/all.yaml"), BidServer.CATALOGUE.replaceFirst(
            "budget: \\{currency: USD}", "budget: {amount: \"100.00\", currency: USD}"));
        bidder.start();
        String unpaid = null;
        while (unpaid == null) {
            unpaid = bid(0);
        }
        final List<String> notices = bill(NOTICES);
        final int campaign = bidder.test.server().control().registry().find(NameKind.CAMPAIGN, "milk-online");
        final int budgetId = Budget.id(false, campaign, Budget.Unit.MONEY, false, Budget.Scope.ALL);
        spends(budgetId, NOTICES);
        assertEquals(204, bidder.get(unpaid).status());
        spends(budgetId, NOTICES + 1);
        final long accepted = bidder.count(CounterDescriptor.EVENTS_ACCEPTED);
        for (int i = 0; i < 2; i++) {
            repeat(notices);
        }
        assertEquals(accepted + REPEATED, bidder.count(CounterDescriptor.EVENTS_ACCEPTED), "known again after once");
        final long deadlineNs = System.nanoTime() + 20_000_000_000L;
        while (bidder.test.server().ledger().totalsNow().duplicates() < REPEATED) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "the ledger was not told");
            Thread.sleep(20);
        }
        spends(budgetId, NOTICES + 1);
        assertEquals(0, bidder.count(CounterDescriptor.NOTICES_FORGOTTEN));
        bidder.assertNoErrors();
    }

    private void spends(final int budgetId, final int bills) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + 20_000_000_000L;
        LineTotals line = null;
        while (line == null || line.spent() < bills * 1_500L) {
            assertTrue(System.nanoTime() - deadlineNs < 0, String.valueOf(line));
            Thread.sleep(20);
            line = bidder.test.server().ledger().totalsNow().line(budgetId, 0, 0);
        }
        assertEquals(bills * 1_500L, line.spent());
        assertEquals(0, line.lateSpend());
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
