package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.gateway.WithoutLeakDetection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What event loop and shard allocate for bid requests, over a real socket and with the journal on. */
@Timeout(120)
@ExtendWith(WithoutLeakDetection.class)
class BidAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int BATCH = 16;
    private static final int WARM_UP_BATCHES = 2_500;
    private static final int MEASURED_BATCHES = 500;
    /** On a busy machine code is compiled late, and allocates until then; what each request costs shows in all. */
    private static final int MOST_WINDOWS = 20;
    /** As in {@link AllocationTest}. */
    private static final double TOLERATED_BYTES_PER_REQUEST = 0.05;

    @TempDir
    Path folder;

    /** Requests with a banner and a video, of customers and of nobody, first price or second, some floors too high. */
    private static byte[] batch() throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < BATCH; i++) {
            final String body = """
                {"id":"req-%d","tmax":900,"at":%d,"cur":["USD"],"bcat":["IAB25"],"badv":["blocked.example"],
                "imp":[{"id":"1","bidfloor":%d,
                "banner":{"format":[{"w":300,"h":250},{"w":728,"h":90}],"battr":[1,2]}},
                {"id":"2","video":{"mimes":["video/mp4"],"minduration":5,"maxduration":30,"protocols":[3,7],
                "podid":"p","poddur":60,"maxseq":3,"mincpmpersec":0.01,"durfloors":[{"maxdur":30,"bidfloor":0.5}]}}],
                "site":{"domain":"news.example","cat":["IAB12","IAB1"]},
                "device":{"os":"Android","devicetype":4,"ua":"Mozilla/5.0",
                "geo":{"country":"USA","lat":40.7,"lon":-74.1}},"user":{"buyeruid":"dev-%d","yob":1980},
                "regs":{"gdpr":%d}}""".formatted(i, 1 + i / 2 % 2, i % 4 == 3 ? 99 : 0, i, i % 2);
            out.write(BidServer.bytes("generic", body.getBytes(StandardCharsets.UTF_8)));
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"inline, gateway", "ring, gateway", "ring, shard"})
    void shouldAllocateNothingPerRequest(final String threading, final String thread) throws Exception {
        try (BidServer bidder = new BidServer(folder)) {
            bidder.test.set("server.threading", threading).set("server.shards", "1")
                .set("snapshot.interval", "1h").set("journal.roll", "daily");
            bidder.start();
            final byte[] batch = batch();
            run(bidder, batch, WARM_UP_BATCHES);
            final double perRequest = bytesPerRequest(bidder, batch, thread);
            assertTrue(bidder.count(CounterDescriptor.BIDS_CUSTOMERS) > 0);
            assertTrue(bidder.count(CounterDescriptor.BIDS_SHADED) > 0);
            final double shade = bidder.count(CounterDescriptor.BIDS_SHADES)
                / (64.0 * bidder.count(CounterDescriptor.BIDS_FIRST_PRICE));
            assertTrue(shade > 0 && shade < 1, () -> "mean shade " + shade);
            assertTrue(perRequest <= TOLERATED_BYTES_PER_REQUEST,
                thread + " of " + threading + ": " + perRequest + " bytes per request");
            bidder.assertNoErrors();
        }
    }

    /** Wins that are answered with the markup, again and again the same. */
    @ParameterizedTest
    @ValueSource(strings = {"gateway", "shard"})
    void shouldAllocateNothingForMarkupOnTheWin(final String thread) throws Exception {
        final Path exchanges = Files.createDirectories(folder.resolve("exchanges"));
        Files.writeString(exchanges.resolve("corner.yaml"), """
            exchange: corner
            number: 1000
            name: Corner Exchange
            notices: {fired: [win, imp, click], macros: [AUCTION_PRICE, AUCTION_ID], markup: [nurl]}
            sources: {notices.markup: "contract"}
            """);
        try (BidServer bidder = new BidServer(folder)) {
            bidder.test.set("bidding.exchanges-dir", exchanges.toString()).set("server.threading", "ring")
                .set("server.shards", "1").set("snapshot.interval", "1h").set("journal.roll", "daily");
            bidder.start();
            final String response = bidder.post("corner", "{\"id\":\"1\",\"tmax\":900,\"imp\":[{\"id\":\"1\","
                + "\"video\":{\"mimes\":[\"video/mp4\"]}}]}").text();
            final int nurl = response.indexOf("/notice/win");
            final String target = response.substring(nurl, response.indexOf('"', nurl))
                .replace("${AUCTION_PRICE}", "1.5").replace("${AUCTION_ID}", "1");
            final byte[] batch = ("GET " + target + " HTTP/1.1\r\nHost: bid.example\r\n\r\n").repeat(BATCH)
                .getBytes(StandardCharsets.US_ASCII);
            run(bidder, batch, WARM_UP_BATCHES);
            final double perRequest = bytesPerRequest(bidder, batch, thread);
            assertTrue(bidder.count(CounterDescriptor.NOTICES_MARKUP_SERVED) > MEASURED_BATCHES * BATCH);
            assertTrue(perRequest <= TOLERATED_BYTES_PER_REQUEST, thread + ": " + perRequest + " bytes per win");
            bidder.assertNoErrors();
        }
    }

    /** What a thread allocates in the best of some windows: elsewhere classes may still be loaded, or code compiled. */
    private static double bytesPerRequest(final BidServer bidder, final byte[] batch, final String thread)
        throws IOException {
        final long id = threadId(thread);
        final long tolerated = (long) (TOLERATED_BYTES_PER_REQUEST * MEASURED_BATCHES * BATCH);
        long fewest = Long.MAX_VALUE;
        for (int window = 0; window < MOST_WINDOWS && fewest > tolerated; window++) {
            final long before = THREADS.getThreadAllocatedBytes(id);
            run(bidder, batch, MEASURED_BATCHES);
            fewest = Math.min(fewest, THREADS.getThreadAllocatedBytes(id) - before);
        }
        return (double) fewest / (MEASURED_BATCHES * BATCH);
    }

    /** The machine may stand still: what then ran out of time has no bid. */
    private static void run(final BidServer bidder, final byte[] batch, final int batches) throws IOException {
        int bids = 0;
        for (int i = 0; i < batches; i++) {
            bids += bidder.pipeline(batch, BATCH);
        }
        assertTrue(bids > 0.9 * batches * BATCH, "only " + bids + " of " + batches * BATCH + " have a bid");
    }

    private static long threadId(final String prefix) {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith(prefix))
            .mapToLong(Thread::threadId).max().orElseThrow();
    }
}
