package io.opportune.engine.journal;

import io.opportune.protocol.ReasonCode;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Writes the blocks of fixed entries that records carry, as the schema of the journal describes them, as JSON; nothing
 * for an empty one, hexadecimal for one of another length. Stateless.
 */
final class BlockText {
    private static final int RESERVATION_BYTES = 28;
    private static final int WITHHELD_BYTES = 6;
    private static final int SETTLEMENT_HEADER_BYTES = 4;
    private static final int SETTLEMENT_BYTES = 20;
    private static final String[] KINDS = {"none", "commit", "release", "reverse"};

    private BlockText() {
    }

    static void reservations(final JsonLine json, final DirectBuffer block) {
        if (!isWhole(json, "reservations", block, 0, RESERVATION_BYTES)) {
            return;
        }
        json.beginArray("reservations");
        for (int at = 0; at < block.capacity(); at += RESERVATION_BYTES) {
            json.beginObject().number("offerId", int32(block, at));
            line(json, block, at + 4);
            json.number("holdSeconds", int32(block, at + 24)).endObject();
        }
        json.endArray();
    }

    static void withheld(final JsonLine json, final DirectBuffer block) {
        if (!isWhole(json, "withheld", block, 0, WITHHELD_BYTES)) {
            return;
        }
        json.beginArray("withheld");
        for (int at = 0; at < block.capacity(); at += WITHHELD_BYTES) {
            final int code = block.getShort(at + 4, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            final ReasonCode reason = ReasonCode.of(code);
            json.beginObject().number("offerId", int32(block, at))
                .string("reason", reason == null ? Integer.toString(code) : reason.name()).endObject();
        }
        json.endArray();
    }

    static void settlement(final JsonLine json, final DirectBuffer block) {
        if (!isWhole(json, "settlement", block, SETTLEMENT_HEADER_BYTES, SETTLEMENT_BYTES)) {
            return;
        }
        final int kind = block.getByte(0);
        json.beginObject("settlement")
            .string("kind", kind > 0 && kind < KINDS.length ? KINDS[kind] : Integer.toString(kind))
            .beginArray("budgets");
        for (int at = SETTLEMENT_HEADER_BYTES; at < block.capacity(); at += SETTLEMENT_BYTES) {
            json.beginObject();
            line(json, block, at);
            json.endObject();
        }
        json.endArray().endObject();
    }

    /** What only its owner can read. */
    static void bytes(final JsonLine json, final String name, final DirectBuffer block) {
        if (block.capacity() > 0) {
            json.hexBytes(name, block, 0, block.capacity());
        }
    }

    private static void line(final JsonLine json, final DirectBuffer block, final int at) {
        json.number("budgetId", int32(block, at))
            .number("scopeId", int32(block, at + 4))
            .number("period", int32(block, at + 8))
            .number("amount", block.getLong(at + 12, ByteOrder.LITTLE_ENDIAN));
    }

    private static int int32(final DirectBuffer block, final int at) {
        return block.getInt(at, ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether there are entries, all of them whole. */
    private static boolean isWhole(
        final JsonLine json, final String name, final DirectBuffer block, final int headerBytes,
        final int entryBytes) {
        if (block.capacity() == 0) {
            return false;
        }
        final boolean whole = block.capacity() >= headerBytes && (block.capacity() - headerBytes) % entryBytes == 0;
        if (!whole) {
            json.hexBytes(name, block, 0, block.capacity());
        }
        return whole;
    }
}
