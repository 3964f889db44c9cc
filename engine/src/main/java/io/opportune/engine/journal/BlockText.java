package io.opportune.engine.journal;

import io.opportune.protocol.ReasonCode;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Writes the blocks of fixed entries that records carry, as the schema of the journal describes them, as JSON; nothing
 * for an empty one, hexadecimal for one of another length. Stateless.
 */
final class BlockText {
    private static final int WITHHELD_BYTES = 6;
    private static final String[] KINDS = {"none", "commit", "release", "reverse"};

    private BlockText() {
    }

    static void reservations(final JsonLine json, final DirectBuffer block) {
        if (!isWhole(json, "reservations", block, 0, ReservationBlock.ENTRY_LENGTH)) {
            return;
        }
        json.beginArray("reservations");
        for (int i = 0; i < block.capacity() / ReservationBlock.ENTRY_LENGTH; i++) {
            json.beginObject().number("offerId", ReservationBlock.offerId(block, 0, i))
                .number("budgetId", ReservationBlock.budgetId(block, 0, i))
                .number("scopeId", ReservationBlock.scopeId(block, 0, i))
                .number("period", ReservationBlock.period(block, 0, i))
                .number("amount", ReservationBlock.amount(block, 0, i))
                .number("holdSeconds", ReservationBlock.holdSeconds(block, 0, i)).endObject();
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
        if (!isWhole(json, "settlement", block, SettlementBlock.HEADER_LENGTH, SettlementBlock.ENTRY_LENGTH)) {
            return;
        }
        final int kind = block.getByte(0);
        json.beginObject("settlement")
            .string("kind", kind > 0 && kind < KINDS.length ? KINDS[kind] : Integer.toString(kind))
            .beginArray("budgets");
        final int entries = (block.capacity() - SettlementBlock.HEADER_LENGTH) / SettlementBlock.ENTRY_LENGTH;
        for (int i = 0; i < entries; i++) {
            json.beginObject().number("budgetId", SettlementBlock.budgetId(block, 0, i))
                .number("scopeId", SettlementBlock.scopeId(block, 0, i))
                .number("period", SettlementBlock.period(block, 0, i))
                .number("amount", SettlementBlock.amount(block, 0, i)).endObject();
        }
        json.endArray().endObject();
    }

    /** What only its owner can read. */
    static void bytes(final JsonLine json, final String name, final DirectBuffer block) {
        if (block.capacity() > 0) {
            json.hexBytes(name, block, 0, block.capacity());
        }
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
