package io.opportune.protocol.openrtb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.opportune.protocol.openrtb.OpenRtbFiles.Row;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.ReadStatus;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** However a body is cut, the same is read. */
class BodyPiecesTest {
    private static final int EVERY_CUT_UP_TO_BYTES = 200;
    private static final int SAMPLED_CUTS = 12;

    private final BidRequest request = new BidRequest();
    private final OpenRtbReader reader = new OpenRtbReader();

    @Test
    void shouldReadTheSameCutAnywhere() {
        final SplittableRandom random = new SplittableRandom(7);
        for (final Row row : OpenRtbFiles.rows("requests.jsonl")) {
            final byte[] body = row.body();
            final ReadStatus status = read(body, body.length);
            final Map<String, Object> whole = RequestTree.of(request, true);
            final boolean all = body.length <= EVERY_CUT_UP_TO_BYTES;
            for (int i = all ? 0 : body.length - SAMPLED_CUTS; i <= body.length; i++) {
                final int cut = all ? i : random.nextInt(body.length);
                assertEquals(status, read(body, cut), row::toString);
                assertEquals(whole, RequestTree.of(request, true), () -> row + " cut at " + cut);
            }
        }
    }

    @Test
    void shouldReadTheSameByteByByte() {
        for (final Row row : OpenRtbFiles.rows("captured-adx-2016.jsonl").subList(0, 100)) {
            final byte[] body = row.body();
            assertEquals(ReadStatus.OK, read(body, body.length));
            final Map<String, Object> whole = RequestTree.of(request, true);
            request.begin();
            for (int i = 0; i < body.length; i++) {
                final int offset = request.extend(1);
                request.text()[offset] = body[i];
            }
            assertEquals(ReadStatus.OK, reader.readJson(request));
            assertEquals(whole, RequestTree.of(request, true));
        }
    }

    @Test
    void shouldRefuseWhatIsTooLargeAndReadTheNext() {
        final BidRequest small = new BidRequest(64, 1024);
        final byte[] body = "{\"id\":\"1\",\"imp\":[{\"id\":\"2\",\"banner\":{}}]}".getBytes(StandardCharsets.US_ASCII);
        small.append(body, 0, body.length);
        assertEquals(ReadStatus.OK, reader.readJson(small));
        assertFalse(small.append(body, 0, body.length));
        assertFalse(small.append(body, 0, 1), "once too large, always too large");
        assertEquals(ReadStatus.BODY_TOO_LARGE, reader.readJson(small));
        small.begin();
        small.append(new UnsafeBuffer(body), 0, body.length);
        assertEquals(ReadStatus.OK, reader.readJson(small));
    }

    @Test
    void shouldTakeACopyAlong() {
        final BidRequest copy = new BidRequest();
        for (final Row row : OpenRtbFiles.rows("requests.jsonl")) {
            read(row.body(), row.body().length);
            copy.copyFrom(request);
            final Map<String, Object> tree = RequestTree.of(request, true);
            final ReadStatus status = request.status();
            read(new byte[] {'x'}, 1);
            assertEquals(tree, RequestTree.of(copy, true));
            assertEquals(status, copy.status());
        }
    }

    private ReadStatus read(final byte[] body, final int cut) {
        request.begin();
        request.append(body, 0, cut);
        request.append(new UnsafeBuffer(body), cut, body.length - cut);
        return reader.readJson(request);
    }
}
