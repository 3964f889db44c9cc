package io.opportune.protocol.openrtb;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.openrtb.OpenRtbFiles.Row;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.ReadStatus;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How long one request takes, collecting it included:
 * {@code mvn -pl protocol test -Dtest=OpenRtbReaderSpeedTest -Dexcluded.test.tags=none}.
 */
@Tag("slow")
class OpenRtbReaderSpeedTest {
    private static final int ROUNDS = 30;

    @Test
    void shouldTakeLessThanTwoMicrosecondsFor1500Bytes() {
        final double captured = nsPerByte("captured-adx-2016.jsonl", 0, Integer.MAX_VALUE);
        final double large = nsPerByte("requests.jsonl", 1000, 3000);
        assertTrue(captured * 1500 < 2000 && large * 1500 < 2000, captured + " and " + large + " ns a byte");
    }

    private static double nsPerByte(final String file, final int minBytes, final int maxBytes) {
        final List<byte[]> bodies = new ArrayList<>();
        for (final Row row : OpenRtbFiles.rows(file)) {
            if (row.body().length >= minBytes && row.body().length <= maxBytes) {
                bodies.add(row.body());
            }
        }
        final UnsafeBuffer[] buffers = bodies.stream().map(UnsafeBuffer::new).toArray(UnsafeBuffer[]::new);
        final long bytes = bodies.stream().mapToLong(body -> body.length).sum();
        final BidRequest request = new BidRequest();
        final OpenRtbReader reader = new OpenRtbReader();
        long best = Long.MAX_VALUE;
        int read = 0;
        final int repeats = 1 + 50_000 / buffers.length;
        for (int round = 0; round < ROUNDS; round++) {
            final long start = System.nanoTime();
            for (int repeat = 0; repeat < repeats; repeat++) {
                for (final UnsafeBuffer buffer : buffers) {
                    request.begin();
                    request.append(buffer, 0, buffer.capacity());
                    read += reader.readJson(request) == ReadStatus.OK ? 1 : 0;
                }
            }
            best = Math.min(best, System.nanoTime() - start);
        }
        assertTrue(read > 0);
        final double nsPerRequest = (double) best / repeats / buffers.length;
        final double nsPerByte = (double) best / repeats / bytes;
        System.out.printf("%s: %d requests of %d bytes on average: %.0f ns each, %.2f ns a byte%n", file,
            buffers.length, bytes / buffers.length, nsPerRequest, nsPerByte);
        return nsPerByte;
    }
}
