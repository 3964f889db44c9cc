package io.opportune.protocol.openrtb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.opportune.protocol.openrtb.OpenRtbFiles.Row;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.Imp;
import io.opportune.protocol.openrtb.request.User;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reading and asking allocates nothing, whatever the body holds, once the arrays have their size. */
class ReaderAllocationTest {
    private static final int READS = 50_000;
    /** On a busy machine code is compiled late, and allocates until then what the compiler would leave out. */
    private static final int MOST_RUNS = 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final BidRequest request = new BidRequest();
    private final OpenRtbReader reader = new OpenRtbReader();
    private long sum;

    @Test
    void shouldAllocateNothingForJson() {
        final List<byte[]> bodies = new ArrayList<>();
        OpenRtbFiles.rows("requests.jsonl").forEach(row -> bodies.add(row.body()));
        OpenRtbFiles.rows("captured-adx-2016.jsonl").forEach(row -> bodies.add(row.body()));
        OpenRtbFiles.rows("invalid-requests.jsonl").forEach(row -> bodies.add(row.body()));
        // Malformed ones too: each body cut in the middle.
        List.copyOf(bodies).forEach(body -> bodies.add(Arrays.copyOf(body, body.length / 2)));
        assertEquals(0, allocatedBytes(bodies.toArray(byte[][]::new), false));
        assertTrue(sum != 0);
    }

    @Test
    void shouldAllocateNothingForProtobuf() throws IOException {
        final ProtobufWriter writer = new ProtobufWriter(OpenRtbFiles.path("openrtb/spec/openrtb-2.6.iab.proto"), 9);
        final List<byte[]> bodies = new ArrayList<>();
        for (final Row row : OpenRtbFiles.rows("requests.jsonl")) {
            request.begin();
            request.append(row.body(), 0, row.body().length);
            reader.readJson(request);
            bodies.add(writer.write("BidRequest", RequestTree.of(request, false)));
        }
        assertEquals(0, allocatedBytes(bodies.toArray(byte[][]::new), true));
        assertTrue(sum != 0);
    }

    private long allocatedBytes(final byte[][] bodies, final boolean protobuf) {
        long fewest = Long.MAX_VALUE;
        for (int run = 0; run < MOST_RUNS && fewest > 0; run++) {
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            read(bodies, READS, protobuf);
            fewest = Math.min(fewest, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return fewest;
    }

    private void read(final byte[][] bodies, final int count, final boolean protobuf) {
        for (int i = 0; i < count; i++) {
            final byte[] body = bodies[i % bodies.length];
            request.begin();
            request.append(body, 0, body.length);
            sum += (protobuf ? reader.readProtobuf(request) : reader.readJson(request)).ordinal();
            for (int n = 0; n < request.impCount(); n++) {
                final Imp imp = request.imp(n);
                sum += imp.id() + imp.status().ordinal() + (imp.banner() == null ? 0 : imp.banner().formatCount())
                    + (imp.video() == null ? 0 : imp.video().w()) + (long) imp.bidfloor();
            }
            final User user = request.user();
            sum += user == null ? 0 : user.consent() + user.eidsCount();
        }
    }
}
