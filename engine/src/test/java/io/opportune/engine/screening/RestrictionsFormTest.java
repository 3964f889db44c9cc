package io.opportune.engine.screening;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.engine.catalogue.AuctionCatalogue;
import io.opportune.engine.catalogue.BlockKey;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Creative;
import io.opportune.engine.catalogue.Offer;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What an impression takes, as bytes and back. */
class RestrictionsFormTest {
    private static final String[] DOMAINS = {"dairy.example", "other.example"};
    private static final String[] CATEGORIES = {"IAB8-18", "IAB1"};
    private static final int ROOM = 64 * 1024;

    private final long seed = Long.getLong("seed", 20261122L);
    private final Random random = new Random(seed);
    private final ImpRestrictions imp = new ImpRestrictions(new RequestRestrictions());
    private final ImpRestrictions read = new ImpRestrictions(new RequestRestrictions());
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[ROOM]);

    private void fill() {
        RandomRestrictions.fill(random, imp, DOMAINS, CATEGORIES);
    }

    /** Every field of restrictions, sets by their keys; what is not offered is left out. */
    private static Map<String, String> fields(final ImpRestrictions imp) throws IllegalAccessException {
        final Map<String, String> fields = new TreeMap<>();
        fields.put("secure", Boolean.toString(imp.secure));
        fields.put("dealId", Integer.toString(imp.dealId()));
        fields.put("wadomain", keys(imp.wadomain));
        put(fields, "request", imp.request);
        if (imp.banner.present) {
            put(fields, "banner", imp.banner);
        }
        if (imp.video.present) {
            put(fields, "video", imp.video);
        }
        if (imp.audio.present) {
            put(fields, "audio", imp.audio);
        }
        if (imp.nativePresent) {
            put(fields, "native", imp.nativeAssets);
            put(fields, "nativeApi", imp.nativeApi);
            put(fields, "nativeBattr", imp.nativeBattr);
        }
        return fields;
    }

    private static void put(final Map<String, String> fields, final String path, final Object object)
        throws IllegalAccessException {
        int count = 0;
        for (final Field field : object.getClass().getDeclaredFields()) {
            if (field.getName().toLowerCase(java.util.Locale.ROOT).endsWith("count") && field.getType() == int.class) {
                field.setAccessible(true);
                count = field.getInt(object);
            }
        }
        for (final Field field : object.getClass().getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
                continue;
            }
            field.setAccessible(true);
            final Object value = field.get(object);
            final String name = path + "." + field.getName();
            switch (value) {
                case KeySet set -> fields.put(name, keys(set));
                case Codes codes -> put(fields, name, codes);
                case long[] mimes -> { }
                case Object array when array.getClass().isArray() -> {
                    // Of parallel arrays only what the count covers means something; of assets what their kind has,
                    // which the bytes that are written again and the filter's answers show.
                    for (int i = 0; i < count && !path.equals("native"); i++) {
                        fields.put(name + i, String.valueOf(Array.get(array, i)));
                    }
                }
                default -> fields.put(name, value.toString());
            }
        }
    }

    private static String keys(final KeySet set) {
        try {
            final Field keys = KeySet.class.getDeclaredField("keys");
            final Field rounds = KeySet.class.getDeclaredField("rounds");
            final Field round = KeySet.class.getDeclaredField("round");
            for (final Field field : new Field[] {keys, rounds, round}) {
                field.setAccessible(true);
            }
            final long[] all = (long[]) keys.get(set);
            final int[] inRound = (int[]) rounds.get(set);
            final int now = round.getInt(set);
            final long[] in = java.util.stream.IntStream.range(0, all.length).filter(i -> inRound[i] == now)
                .mapToLong(i -> all[i]).sorted().toArray();
            return Arrays.toString(in) + (set.isIncomplete() ? " and more" : "");
        } catch (final ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldReadWhatWasWritten() throws Exception {
        final Catalogue catalogue = AuctionCatalogue.of(AuctionCatalogue.example());
        final Offer offer = catalogue.offer(0);
        final CreativeFilter filter = new CreativeFilter();
        int fit = 0;
        for (int i = 0; i < 5_000; i++) {
            fill();
            final int offset = random.nextInt(9);
            final int length = imp.encode(bytes, offset);
            assertTrue(length > 1 && length <= ImpRestrictions.MAX_ENCODED_BYTES);
            assertEquals(ImpRestrictions.DECODED, read.decode(bytes, offset, length), "seed " + seed + ", round " + i);
            assertEquals(fields(imp), fields(read), "seed " + seed + ", round " + i);
            for (int j = 0; j < offer.auctionCreativeCount(); j++) {
                final Creative creative = offer.auctionCreative(j);
                final CreativeRejection expected = filter.check(creative.ad(), imp);
                assertEquals(expected, filter.check(creative.ad(), read), creative.id());
                fit += expected == CreativeRejection.NONE ? 1 : 0;
            }
            final byte[] first = new byte[length];
            bytes.getBytes(offset, first);
            final byte[] again = new byte[length];
            assertEquals(length, read.encode(bytes, 0));
            bytes.getBytes(0, again);
            assertArrayEquals(first, again, "seed " + seed + ", round " + i);
        }
        assertTrue(fit > 500, fit + " creatives fit: the test tells something");
    }

    @Test
    void shouldRefuseEveryLengthButTheWhole() {
        for (int i = 0; i < 100; i++) {
            fill();
            final int length = imp.encode(bytes, 0);
            for (int cut = 0; cut < length; cut++) {
                // Nothing lies behind: a read beyond the end would throw.
                final UnsafeBuffer part = new UnsafeBuffer(Arrays.copyOf(bytes.byteArray(), cut));
                assertEquals(ImpRestrictions.TRUNCATED, read.decode(part, 0, cut), "cut to " + cut);
                assertEmpty();
            }
            assertEquals(ImpRestrictions.MALFORMED, read.decode(bytes, 0, length + 1));
            assertEmpty();
        }
    }

    private void assertEmpty() {
        assertTrue(!read.banner.present && !read.video.present && !read.audio.present && !read.nativePresent
            && read.request.badv.isEmpty() && read.wadomain.isEmpty(), "nothing may be left of what was half read");
    }

    @Test
    void shouldRefuseOtherFormsAndNumbersOutOfRange() {
        fill();
        final int length = imp.encode(bytes, 0);
        for (final int other : new int[] {0, 1, 3}) {
            bytes.putByte(0, (byte) other);
            assertEquals(ImpRestrictions.UNKNOWN_FORM, read.decode(bytes, 0, length));
        }
        bytes.putByte(0, (byte) 2);
        bytes.putByte(1, (byte) 64);
        assertEquals(ImpRestrictions.MALFORMED, read.decode(bytes, 0, length));
        // 65 languages, where 64 are the most: 65 * 2, zigzag.
        bytes.putBytes(1, new byte[] {0, 0, 2, (byte) 0x84, 0x02});
        assertEquals(ImpRestrictions.MALFORMED, read.decode(bytes, 0, length));
        assertEmpty();
    }

    @Test
    void shouldBearAnyBytes() {
        int decoded = 0;
        for (int i = 0; i < 200_000; i++) {
            if (i % 100 == 0) {
                fill();
            }
            final int length = imp.encode(bytes, 0);
            final byte[] changed = Arrays.copyOf(bytes.byteArray(), Math.max(0, length + random.nextInt(-2, 3)));
            for (int change = random.nextInt(4); change > 0 && changed.length > 0; change--) {
                final int at = random.nextInt(3) == 0 ? random.nextInt(Math.min(8, changed.length))
                    : random.nextInt(changed.length);
                changed[at] = (byte) (random.nextBoolean() ? random.nextInt() : changed[at] + random.nextInt(-2, 3));
            }
            decoded += read.decode(new UnsafeBuffer(changed), 0, changed.length) == ImpRestrictions.DECODED ? 1 : 0;
        }
        assertTrue(decoded > 1_000, decoded + " decoded: the test tells something");
    }

    /** Whatever of a block list has no room is taken for blocked, and lists of what is allowed are never cut. */
    @Test
    void shouldCutBlockListsToTheRoomAndNothingElse() throws Exception {
        for (int i = 0; i < 3_000; i++) {
            imp.request().badv().add(BlockKey.ofDomain("d" + i + ".example"));
        }
        imp.banner().present().size(300, 250);
        final int length = imp.encode(bytes, 0);
        assertTrue(length > ImpRestrictions.MAX_ENCODED_BYTES - Long.BYTES - 10 && length
            <= ImpRestrictions.MAX_ENCODED_BYTES, "length " + length);
        assertEquals(ImpRestrictions.DECODED, read.decode(bytes, 0, length));
        assertTrue(read.request.badv.isIncomplete());
        assertTrue(read.request.badv.contains(BlockKey.ofDomain("d0.example")));
        final int whole = imp.encode(bytes, 0, ROOM);
        assertEquals(ImpRestrictions.DECODED, read.decode(bytes, 0, whole));
        assertEquals(fields(imp), fields(read));
        for (int i = 0; i < 2_000; i++) {
            imp.request().acat().add(i);
        }
        assertEquals(ImpRestrictions.TOO_LONG, imp.encode(bytes, 0));
        assertNotEquals(ImpRestrictions.TOO_LONG, imp.encode(bytes, 0, ROOM));
        for (int room = 0; room < 200; room++) {
            fill();
            final int fits = imp.encode(bytes, 0, room);
            assertTrue(fits <= room);
            if (fits != ImpRestrictions.TOO_LONG) {
                assertEquals(ImpRestrictions.DECODED, read.decode(bytes, 0, fits));
            }
        }
    }

    @Test
    void shouldAllocateNothing() {
        final UnsafeBuffer[] forms = new UnsafeBuffer[64];
        for (int i = 0; i < forms.length; i++) {
            fill();
            final int length = imp.encode(bytes, 0);
            forms[i] = new UnsafeBuffer(Arrays.copyOf(bytes.byteArray(), length));
        }
        final long least = AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 20_000; i++) {
                read.decode(forms[i & 63], 0, forms[i & 63].capacity());
                read.encode(bytes, 0);
            }
        });
        assertEquals(0, least, "bytes in 20,000 decodings and encodings");
    }
}
