package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.Field;
import io.opportune.protocol.openrtb.schema.Kind;
import io.opportune.protocol.openrtb.schema.ObjectType;
import io.opportune.protocol.openrtb.schema.OpenRtbSchema;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A bid request that is filled again and again: collect its body with {@link #begin} and {@link #append}, in as many
 * pieces as it comes in, let an {@code OpenRtbReader} read it, then ask. The body is copied once, into this object's
 * own array: so the piece it came in can be given back at once, where it was cut plays no part, and all texts are
 * slices of one buffer that the request takes along wherever it goes.
 *
 * <pre>
 *  text:  | body, as it came | 0 ... 0 (16) | texts that had escapes, without them, each followed by a 0 |
 * </pre>
 *
 * After some requests it has grown to the size that the traffic needs and allocates no more; it never grows beyond
 * {@code 3 * maxBodyBytes + 64} bytes and {@code 8 * maxWords} bytes, and shrinks by {@link #shrink} only.
 */
public final class BidRequest extends BidRequestFields {
    /** Four hundred times the median of real requests. */
    public static final int DEFAULT_MAX_BODY_BYTES = 256 * 1024;
    /** Some 1,500 imps with a banner each; half a megabyte. */
    public static final int DEFAULT_MAX_WORDS = 64 * 1024;
    /** Readers may look this far behind the body and find zeros. */
    public static final int PADDING_BYTES = 16;

    private static final VarHandle WORD =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int INITIAL_BODY_BYTES = 2048;
    /** Up to so many imps each is compared with each. */
    private static final int FEW_IMPS = 16;
    private static final int[] NO_IMPS = {};
    private static final long HASH_SEED = new SecureRandom().nextLong();
    private static final int ROOT = 0;
    private static final int IMP = OpenRtbSchema.BID_REQUEST.slot("imp");
    private static final int IMP_ID = OpenRtbSchema.IMP.slot("id");
    private static final int IMP_STATUS = OpenRtbSchema.IMP.slot("status");
    private static final int[] MEDIA = {
        OpenRtbSchema.IMP.slot("banner"), OpenRtbSchema.IMP.slot("video"), OpenRtbSchema.IMP.slot("audio"),
        OpenRtbSchema.IMP.slot("native"),
    };

    private final int maxBodyBytes;
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private byte[] text;
    private int bodyLengthBytes;
    private int textEnd;
    private boolean tooLarge;
    private int ignoredCount;
    private int firstIgnoredOffset;
    private ReadStatus status;
    /** Index of an imp and 1, at the place that its id's hash gives or behind it; 0 is free. */
    private int[] impsById = NO_IMPS;

    /** With the default limits. */
    public BidRequest() {
        this(DEFAULT_MAX_BODY_BYTES, DEFAULT_MAX_WORDS);
    }

    /**
     * With limits of its own.
     *
     * @param maxBodyBytes a longer body is refused; 1..2^28.
     * @param maxWords     how many words all records and items may take; 64 or more.
     * @throws IllegalArgumentException for a limit out of its range.
     */
    public BidRequest(final int maxBodyBytes, final int maxWords) {
        if (maxBodyBytes < 1 || maxBodyBytes > 1 << 28) {
            throw new IllegalArgumentException("maxBodyBytes is " + maxBodyBytes + ", allowed is 1..2^28");
        }
        if (maxWords < OpenRtbSchema.BID_REQUEST.slotCount() * 2) {
            throw new IllegalArgumentException("maxWords is " + maxWords + ", at least 64 are needed");
        }
        this.maxBodyBytes = maxBodyBytes;
        text = new byte[capacity(Math.min(maxBodyBytes, INITIAL_BODY_BYTES))];
        buffer.wrap(text);
        wrap(new RequestArena(maxWords), ROOT);
        begin();
    }

    /**
     * What it holds, full or not.
     *
     * @return bytes of its arrays.
     */
    public long sizeBytes() {
        return text.length + (long) Integer.BYTES * impsById.length + arena.sizeBytes();
    }

    /** Goes back to the size of a new one; what was read is gone. */
    public void shrink() {
        text = new byte[capacity(Math.min(maxBodyBytes, INITIAL_BODY_BYTES))];
        buffer.wrap(text);
        impsById = NO_IMPS;
        arena.shrink();
        begin();
    }

    private static int capacity(final int bodyBytes) {
        // What escapes are taken out of is at most the body, and in a native request once more.
        return 3 * bodyBytes + 4 * PADDING_BYTES;
    }

    /** Begins a new body; what was read before is gone. */
    public void begin() {
        bodyLengthBytes = 0;
        tooLarge = false;
        forget(ReadStatus.EMPTY_BODY);
    }

    private void forget(final ReadStatus newStatus) {
        arena.clear();
        arena.allocate(OpenRtbSchema.BID_REQUEST);
        ignoredCount = 0;
        firstIgnoredOffset = -1;
        status = newStatus;
    }

    /**
     * Adds the next piece of the body.
     *
     * @param piece       to copy from.
     * @param offset      where it begins.
     * @param lengthBytes of it; may be 0.
     * @return false once the body is longer than allowed: it will not be read, the rest need not be collected.
     */
    public boolean append(final DirectBuffer piece, final int offset, final int lengthBytes) {
        final int to = extend(lengthBytes);
        if (to < 0) {
            return false;
        }
        piece.getBytes(offset, text, to, lengthBytes);
        return true;
    }

    /**
     * Adds the next piece of the body.
     *
     * @param piece       to copy from.
     * @param offset      where it begins.
     * @param lengthBytes of it; may be 0.
     * @return see {@link #append(DirectBuffer, int, int)}.
     */
    public boolean append(final byte[] piece, final int offset, final int lengthBytes) {
        final int to = extend(lengthBytes);
        if (to < 0) {
            return false;
        }
        System.arraycopy(piece, offset, text, to, lengthBytes);
        return true;
    }

    /**
     * Makes the body longer, for a caller that writes the piece itself, for example out of a Netty buffer.
     *
     * @param lengthBytes of the piece; may be 0.
     * @return where in {@link #text()} it has to be written at once, or -1, see
     *     {@link #append(DirectBuffer, int, int)}.
     */
    public int extend(final int lengthBytes) {
        if (tooLarge || lengthBytes > maxBodyBytes - bodyLengthBytes) {
            tooLarge = true;
            return -1;
        }
        final int offset = bodyLengthBytes;
        final int needed = offset + lengthBytes;
        if (capacity(needed) > text.length) {
            final int bodyBytes = (int) Math.min(maxBodyBytes, Math.max(needed, 2L * (text.length / 3)));
            text = Arrays.copyOf(text, capacity(bodyBytes));
            buffer.wrap(text);
        }
        bodyLengthBytes = needed;
        return offset;
    }

    /**
     * The text that slices are of.
     *
     * @return the same buffer until the next {@link #append}; not to be written to.
     */
    public DirectBuffer buffer() {
        return buffer;
    }

    /**
     * A slice as a string; allocates, so not for the hot path.
     *
     * @param slice as a getter gave it.
     * @return null for {@link Slice#NONE}; bytes that are no UTF-8 become U+FFFD.
     */
    public String string(final long slice) {
        return slice == Slice.NONE ? null
            : new String(text, Slice.offset(slice), Slice.lengthBytes(slice), StandardCharsets.UTF_8);
    }

    /**
     * Compares a slice with a text.
     *
     * @param slice    as a getter gave it.
     * @param expected the text's bytes.
     * @return true when a text was given and has exactly these bytes.
     */
    public boolean textEquals(final long slice, final byte[] expected) {
        final int offset = Slice.offset(slice);
        return slice != Slice.NONE && Slice.lengthBytes(slice) == expected.length
            && Arrays.equals(text, offset, offset + expected.length, expected, 0, expected.length);
    }

    /**
     * The supply chain, wherever it was given: {@code source.schain}, else {@code ext.schain} as in OpenRTB 2.4 and
     * before.
     *
     * @return a view, or null.
     */
    public SupplyChain supplyChain() {
        final Source source = source();
        final SupplyChain chain = source == null ? null : source.schain();
        return chain == null ? extSchain() : chain;
    }

    /**
     * What came of reading.
     *
     * @return {@link ReadStatus#EMPTY_BODY} before.
     */
    public ReadStatus status() {
        return status;
    }

    /**
     * How many values of known fields could not be used and were passed over: a text that is no number, an object in
     * place of a text, a number beyond 32 bits. Null and unknown fields do not count.
     *
     * @return 0 or more.
     */
    public int ignoredCount() {
        return ignoredCount;
    }

    /**
     * Where the first of {@link #ignoredCount()} stands.
     *
     * @return offset in the body, the body's length for one in the text of a native request, or -1.
     */
    public int firstIgnoredOffset() {
        return firstIgnoredOffset;
    }

    /**
     * How long the body is.
     *
     * @return length in bytes of what was collected.
     */
    public int bodyLengthBytes() {
        return bodyLengthBytes;
    }

    /**
     * Takes over a request that has been read, body and all.
     *
     * @param other to copy; of the same limits or smaller ones.
     */
    public void copyFrom(final BidRequest other) {
        if (text.length < other.textEnd) {
            text = new byte[other.text.length];
            buffer.wrap(text);
        }
        System.arraycopy(other.text, 0, text, 0, other.textEnd);
        bodyLengthBytes = other.bodyLengthBytes;
        textEnd = other.textEnd;
        tooLarge = other.tooLarge;
        ignoredCount = other.ignoredCount;
        firstIgnoredOffset = other.firstIgnoredOffset;
        status = other.status;
        arena.copyFrom(other.arena);
    }

    /**
     * For a reader: readies the body for reading.
     *
     * @return false when the body is too large or empty, see {@link #status()}.
     */
    public boolean startReading() {
        forget(tooLarge ? ReadStatus.BODY_TOO_LARGE : ReadStatus.EMPTY_BODY);
        Arrays.fill(text, bodyLengthBytes, bodyLengthBytes + PADDING_BYTES, (byte) 0);
        textEnd = bodyLengthBytes + PADDING_BYTES;
        return !tooLarge && bodyLengthBytes > 0;
    }

    /**
     * For a reader, and after {@link #extend}: the array that holds the text.
     *
     * @return see the diagram of this class; the same until the body is made longer.
     */
    public byte[] text() {
        return text;
    }

    /**
     * For a reader: where the next text without its escapes goes.
     *
     * @return offset in {@link #text()}.
     */
    public int textEnd() {
        return textEnd;
    }

    /**
     * For a reader: a text without its escapes was written.
     *
     * @param end offset behind it and its 0.
     */
    public void textEnd(final int end) {
        textEnd = end;
    }

    /**
     * For a reader: the records.
     *
     * @return always the same; the request's record is its first.
     */
    public RequestArena arena() {
        return arena;
    }

    /**
     * For a reader: the type of the first record.
     *
     * @return the request's.
     */
    public static ObjectType type() {
        return OpenRtbSchema.BID_REQUEST;
    }

    /**
     * For a reader: a value of a known field was passed over.
     *
     * @param offset in {@link #text()}.
     */
    public void onIgnored(final int offset) {
        if (ignoredCount++ == 0) {
            firstIgnoredOffset = Math.min(offset, bodyLengthBytes);
        }
    }

    /**
     * For a reader: puts a value that may have been given before, at the same place or another; where the two differ
     * it is not clear what was meant.
     *
     * @param record of the object.
     * @param field  that holds it.
     * @param value  see {@link io.opportune.protocol.openrtb.schema.Kind}.
     */
    public void put(final int record, final Field field, final long value) {
        if (arena.has(record, field.slot()) && !sameValue(field.kind(), arena.value(record, field.slot()), value)) {
            arena.blur(record, field);
        }
        arena.put(record, field, value);
    }

    private boolean sameValue(final Kind kind, final long one, final long other) {
        return switch (kind) {
            case INTEGER, DECIMAL -> one == other;
            case TEXT -> sameText(one, other);
            case INTEGERS -> sameItems(one, other);
            default -> false;
        };
    }

    private boolean sameItems(final long one, final long other) {
        boolean same = (int) one == (int) other;
        for (int i = 0; same && i < (int) one; i++) {
            same = arena.item((int) (one >>> Integer.SIZE) + i) == arena.item((int) (other >>> Integer.SIZE) + i);
        }
        return same;
    }

    /**
     * For a reader: reading failed; nothing of the request is left.
     *
     * @param failure any but {@link ReadStatus#OK}.
     * @return the failure.
     */
    public ReadStatus finishFailed(final ReadStatus failure) {
        forget(failure);
        return failure;
    }

    /**
     * For a reader: all has been read; finds out what is usable.
     *
     * @return the status.
     */
    public ReadStatus finish() {
        int usableCount = 0;
        final int count = impCount();
        final int first = count == 0 ? 0 : (int) (arena.value(ROOT, IMP) >>> Integer.SIZE);
        final boolean many = count > FEW_IMPS;
        if (many) {
            clearImpsById(count);
        }
        for (int i = 0; i < count; i++) {
            final int imp = (int) arena.item(first + i);
            final ImpStatus impStatus = impStatus(first, i, imp, many);
            arena.derive(imp, IMP_STATUS, impStatus.ordinal());
            usableCount += impStatus == ImpStatus.USABLE ? 1 : 0;
        }
        if (Slice.lengthBytes(id()) == 0) {
            status = ReadStatus.MISSING_ID;
        } else if (count == 0) {
            status = ReadStatus.NO_IMP;
        } else {
            status = usableCount == 0 ? ReadStatus.NO_USABLE_IMP : ReadStatus.OK;
        }
        return status;
    }

    private ImpStatus impStatus(final int first, final int index, final int imp, final boolean many) {
        final long id = arena.has(imp, IMP_ID) ? arena.value(imp, IMP_ID) : Slice.NONE;
        if (Slice.lengthBytes(id) == 0) {
            return ImpStatus.MISSING_ID;
        }
        final boolean repeated = many ? isKnown(first, index, id) : isRepeated(first, index, id);
        boolean media = false;
        for (final int slot : MEDIA) {
            media |= arena.has(imp, slot);
        }
        if (!media) {
            return ImpStatus.NO_MEDIA;
        }
        return repeated ? ImpStatus.DUPLICATE_ID : ImpStatus.USABLE;
    }

    private boolean isRepeated(final int first, final int index, final long id) {
        for (int i = 0; i < index; i++) {
            if (hasId((int) arena.item(first + i), id)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasId(final int imp, final long id) {
        return arena.has(imp, IMP_ID) && sameText(id, arena.value(imp, IMP_ID));
    }

    private void clearImpsById(final int count) {
        final int size = Integer.highestOneBit(count) << 2;
        if (impsById.length < size) {
            impsById = new int[size];
        } else {
            Arrays.fill(impsById, 0);
        }
    }

    /** Whether an earlier imp has this id; if none has, this one is kept in a table that is at most half full. */
    private boolean isKnown(final int first, final int index, final long id) {
        final int mask = impsById.length - 1;
        int place = hash(id) & mask;
        while (impsById[place] != 0) {
            if (hasId((int) arena.item(first + impsById[place] - 1), id)) {
                return true;
            }
            place = place + 1 & mask;
        }
        impsById[place] = index + 1;
        return false;
    }

    /** Differs from process to process, so that nobody can make up ids that meet in one place of the table. */
    private int hash(final long slice) {
        int offset = Slice.offset(slice);
        final int end = offset + Slice.lengthBytes(slice);
        long hash = HASH_SEED;
        for (; end - offset >= Long.BYTES; offset += Long.BYTES) {
            hash = mixed(hash ^ (long) WORD.get(text, offset));
        }
        for (; offset < end; offset++) {
            hash = mixed(hash ^ text[offset]);
        }
        return (int) (hash >>> Integer.SIZE);
    }

    /** The last steps of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mixed(final long bits) {
        long mixed = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    private boolean sameText(final long one, final long other) {
        final int lengthBytes = Slice.lengthBytes(one);
        final int offset = Slice.offset(one);
        final int otherOffset = Slice.offset(other);
        // The first eight bytes first, which tell most texts apart.
        return lengthBytes == Slice.lengthBytes(other)
            && (lengthBytes < Long.BYTES || (long) WORD.get(text, offset) == (long) WORD.get(text, otherOffset))
            && Arrays.equals(text, offset, offset + lengthBytes, text, otherOffset, otherOffset + lengthBytes);
    }
}
