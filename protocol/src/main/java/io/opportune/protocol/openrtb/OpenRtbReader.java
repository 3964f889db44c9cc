package io.opportune.protocol.openrtb;

import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.ReadStatus;

/**
 * Reads bid requests whose body a {@link BidRequest} has collected. One thread uses it; it allocates nothing once its
 * few arrays have the size that the traffic needs, and throws nothing, whatever the body holds.
 *
 * <p>JSON (RFC 8259) is read as OpenRTB 2.6 section 2 and real traffic demand: unknown keys are skipped, but checked;
 * null is as if the key were not there; of a key that comes twice the last one holds; numbers may be texts and texts
 * numbers; true and false are 1 and 0; one value may stand for an array of one and an array of one for its value; a
 * byte order mark may come first. A value that has no clear meaning for its field is passed over and counted
 * ({@link BidRequest#ignoredCount()}). Fields that moved between versions are also read at their old place; the
 * declared place wins. Whether a value was passed over, or given twice with different contents, can be asked for each
 * ({@link io.opportune.protocol.openrtb.request.RecordFlyweight#isUnclear}).
 *
 * <p>Protobuf is read by the IAB's definition of OpenRTB 2.x in the same way into the same records. Of an embedded
 * message that comes twice the last one holds; the two are not merged.
 */
public final class OpenRtbReader {
    /** Real requests nest 12 deep. */
    public static final int DEFAULT_MAX_DEPTH = 64;
    /** Deeper nesting would take a stack that is not to be had everywhere. */
    public static final int MAX_DEPTH = 512;

    private final JsonDecoder json;
    private final ProtobufDecoder protobuf;
    private int errorOffset = -1;
    private Expected expected;

    /** With the default limit. */
    public OpenRtbReader() {
        this(DEFAULT_MAX_DEPTH);
    }

    /**
     * With a limit of its own.
     *
     * @param maxDepth how deep objects and arrays may be nested; 8..{@link #MAX_DEPTH}.
     * @throws IllegalArgumentException for a limit out of its range.
     */
    public OpenRtbReader(final int maxDepth) {
        if (maxDepth < 8 || maxDepth > MAX_DEPTH) {
            throw new IllegalArgumentException("maxDepth is " + maxDepth + ", allowed is 8.." + MAX_DEPTH);
        }
        json = new JsonDecoder(maxDepth);
        protobuf = new ProtobufDecoder(json, maxDepth);
    }

    /**
     * Reads a JSON body.
     *
     * @param request that has collected it.
     * @return the status, which the request keeps.
     */
    public ReadStatus readJson(final BidRequest request) {
        forgetError();
        if (!request.startReading()) {
            return request.status();
        }
        json.scanner().forgetFailure();
        final int found = json.read(request);
        if (found < 0) {
            final int offset = json.scanner().errorOffset();
            if (json.scanner().expected() == Expected.DEPTH && json.isJson()) {
                json.scanner().fail(offset, Expected.DEPTH);
            }
            return failed(request, json.scanner().errorOffset(), json.scanner().expected());
        }
        return found == 0 ? request.finishFailed(ReadStatus.NOT_AN_OBJECT) : request.finish();
    }

    /**
     * Reads a protobuf body.
     *
     * @param request that has collected it.
     * @return the status, which the request keeps.
     */
    public ReadStatus readProtobuf(final BidRequest request) {
        forgetError();
        if (!request.startReading()) {
            return request.status();
        }
        json.scanner().forgetFailure();
        return protobuf.read(request) ? request.finish()
            : failed(request, json.scanner().errorOffset(), json.scanner().expected());
    }

    private void forgetError() {
        errorOffset = -1;
        expected = null;
    }

    private ReadStatus failed(final BidRequest request, final int offset, final Expected right) {
        errorOffset = offset;
        expected = right;
        if (right == Expected.ROOM) {
            return request.finishFailed(ReadStatus.TOO_MANY_VALUES);
        } else if (right == Expected.DEPTH) {
            return request.finishFailed(ReadStatus.TOO_DEEP);
        } else if (right == Expected.BODY) {
            return request.finishFailed(ReadStatus.EMPTY_BODY);
        }
        return request.finishFailed(offset >= request.bodyLengthBytes() ? ReadStatus.TRUNCATED : ReadStatus.MALFORMED);
    }

    /**
     * Where the last body stopped to be what it should.
     *
     * @return offset in the body, at most its length, or -1 when all of it was read or none.
     */
    public int errorOffset() {
        return errorOffset;
    }

    /**
     * What was wrong with the last body, for people; allocates, so not for the hot path.
     *
     * @param request that was read last.
     * @return for example {@code malformed: at byte 17 found '}', allowed is a key in quotes}.
     */
    public String errorText(final BidRequest request) {
        final String text = request.status().text();
        if (expected == null) {
            return text;
        }
        return text + ": at byte " + errorOffset + " found " + found(request) + ", allowed is " + expected.text();
    }

    private String found(final BidRequest request) {
        if (errorOffset >= request.bodyLengthBytes()) {
            return "the end";
        }
        final int found = request.text()[errorOffset] & 0xFF;
        return found > 0x20 && found < 0x7F ? "'" + (char) found + "'" : String.format("the byte 0x%02X", found);
    }
}
