package io.opportune.engine.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.opportune.protocol.ReasonCode;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The bytes of an entry, and how a record's text shows what was refused beside others. */
class WithheldBlockTest {
    private static final int OFFER = 0x01020304;
    private static final int QUESTION = 35;

    @Test
    void shouldKeepTheLayoutOfTheSchema() {
        final UnsafeBuffer block = new UnsafeBuffer(new byte[WithheldBlock.ENTRY_LENGTH]);
        assertEquals(6, WithheldBlock.put(block, 0, OFFER, QUESTION | WithheldBlock.BESIDE_OTHERS));
        assertArrayEquals(new byte[] {4, 3, 2, 1, QUESTION, (byte) 0x80}, block.byteArray());
        assertEquals(OFFER, WithheldBlock.offerId(block, 0));
        assertEquals(0x8000 + QUESTION, WithheldBlock.reason(block, 0));
    }

    @Test
    void shouldShowWhichWereRefusedBesideOthers() {
        final UnsafeBuffer block = new UnsafeBuffer(new byte[3 * WithheldBlock.ENTRY_LENGTH]);
        int at = WithheldBlock.put(block, 0, OFFER, ReasonCode.PACED.code());
        at = WithheldBlock.put(block, at, OFFER + 1, QUESTION | WithheldBlock.BESIDE_OTHERS);
        WithheldBlock.put(block, at, OFFER + 2, 0x7FFF);
        final JsonLine json = new JsonLine().clear().beginObject();
        BlockText.withheld(json, block);
        json.endObject();
        assertEquals("""
            {"withheld":[{"offerId":16909060,"reason":"PACED"},\
            {"offerId":16909061,"reason":"BUDGET_EXHAUSTED","besideOthers":true},\
            {"offerId":16909062,"reason":"32767"}]}""", json.toString());
    }
}
