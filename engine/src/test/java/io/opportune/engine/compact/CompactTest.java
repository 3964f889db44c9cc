package io.opportune.engine.compact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was written is read again, what breaks off or makes no sense is said to. */
class CompactTest {
    private static final int BEFORE = 3;
    private static final long SEED = 20261122L;

    private final byte[] bytes = new byte[256];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final CompactWriter writer = new CompactWriter();
    private final CompactReader reader = new CompactReader();

    private byte[] written(final int value) {
        writer.wrap(buffer, BEFORE, 5).putInt(value);
        assertFalse(writer.overflowed());
        return Arrays.copyOfRange(bytes, BEFORE, writer.end());
    }

    private CompactReader read(final String hex) {
        final byte[] content = HexFormat.of().parseHex(hex);
        return reader.wrap(new UnsafeBuffer(content), 0, content.length);
    }

    /** As protobuf's documentation has sint32: zigzag, then seven bits a byte. */
    @ParameterizedTest
    @CsvSource({"0,00", "-1,01", "1,02", "-2,03", "63,7e", "-64,7f", "64,8001", "-65,8101", "8191,fe7f", "8192,808001",
        "2147483647,feffffff0f", "-2147483648,ffffffff0f"})
    void shouldWriteANumberAsProtobufDoes(final int value, final String hex) {
        assertArrayEquals(HexFormat.of().parseHex(hex), written(value));
        assertEquals(value, read(hex).getInt());
        assertTrue(reader.isGood());
        assertEquals(0, reader.remaining());
    }

    @Test
    void shouldReadWhatWasWritten() {
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 2_000; round++) {
            final int[] kinds = new int[1 + random.nextInt(20)];
            final long[] values = new long[kinds.length];
            writer.wrap(buffer, BEFORE, bytes.length - BEFORE);
            for (int i = 0; i < kinds.length; i++) {
                kinds[i] = random.nextInt(3);
                values[i] = random.nextLong() >> random.nextInt(64);
                switch (kinds[i]) {
                    case 0 -> writer.putByte((int) values[i]);
                    case 1 -> writer.putInt((int) values[i]);
                    default -> writer.putLong(values[i]);
                }
            }
            assertFalse(writer.overflowed());
            final int end = writer.end();
            reader.wrap(buffer, BEFORE, end - BEFORE);
            for (int i = 0; i < kinds.length; i++) {
                final long expected = kinds[i] == 0 ? values[i] & 0xFF : kinds[i] == 1 ? (int) values[i] : values[i];
                final long found =
                    kinds[i] == 0 ? reader.getByte() : kinds[i] == 1 ? reader.getInt() : reader.getLong();
                assertEquals(expected, found, "seed " + SEED + ", round " + round + ", value " + i);
            }
            assertTrue(reader.isGood());
            assertEquals(0, reader.remaining());
        }
    }

    @Test
    void shouldSayThatTheBytesBreakOffWhereverTheyDo() {
        writer.wrap(buffer, 0, bytes.length);
        writer.putByte(7);
        writer.putInt(Integer.MIN_VALUE);
        writer.putLong(-2);
        writer.putInt(-65);
        final int end = writer.end();
        for (int length = 0; length < end; length++) {
            // Bytes that follow are not read.
            reader.wrap(buffer, 0, length);
            assertEquals(length >= 1 ? 7 : 0, reader.getByte());
            assertEquals(length >= 6 ? Integer.MIN_VALUE : 0, reader.getInt());
            assertEquals(length >= 14 ? -2 : 0, reader.getLong());
            assertEquals(0, reader.getInt());
            assertTrue(reader.truncated(), length + " bytes");
            assertFalse(reader.isGood());
            assertEquals(0, reader.getByte(), "0 from there on");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffffffff10", "ffffffff7f", "8080808080", "ffffffffff01"})
    void shouldRefuseANumberOfMoreThan32Bits(final String hex) {
        assertEquals(0, read(hex + "00000000").getInt());
        assertTrue(reader.malformed());
        assertFalse(reader.truncated());
        assertEquals(0, reader.getLong());
    }

    @ParameterizedTest
    @CsvSource({
        // bytes, most, bytes of each, count, malformed, truncated
        "00,10,4,0,false,false", "04aabb,2,1,2,false,false", "06aabbcc,2,1,0,true,false", "01,10,1,0,true,false",
        "04aa,10,1,0,false,true", "04aabbcc,10,2,0,false,true", "feffffff0f,2147483647,8,0,false,true",
        "feffffff0f,2147483647,0,2147483647,false,false", "'',10,1,0,false,true"})
    void shouldCountNoMoreThanThereCanBe(
        final String hex, final int most, final int each, final int count, final boolean malformed,
        final boolean truncated) {
        assertEquals(count, read(hex).getCount(most, each));
        assertEquals(malformed, reader.malformed());
        assertEquals(truncated, reader.truncated());
    }

    @Test
    void shouldWriteNothingThatDoesNotFit() {
        for (int room = 0; room < 5; room++) {
            Arrays.fill(bytes, (byte) 0x55);
            writer.wrap(buffer, BEFORE, room);
            assertEquals(room, writer.remaining());
            writer.putInt(Integer.MIN_VALUE);
            assertTrue(writer.overflowed());
            // What would fit is not written behind a gap.
            writer.putByte(1);
            writer.putLong(1);
            assertEquals(BEFORE, writer.end());
            for (final byte untouched : bytes) {
                assertEquals(0x55, untouched);
            }
        }
        writer.wrap(buffer, BEFORE, 7).putLong(1);
        assertTrue(writer.overflowed());
        writer.wrap(buffer, BEFORE, 8).putLong(1);
        assertFalse(writer.overflowed());
        assertEquals(BEFORE + 8, writer.end());
    }
}
