package io.opportune.engine.profile;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.io.IORuntimeException;
import net.openhft.chronicle.core.util.ReadResolvable;
import net.openhft.chronicle.hash.serialization.BytesReader;
import net.openhft.chronicle.hash.serialization.BytesWriter;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;

/**
 * What the identity index keeps of an id, copied out of the map under its lock: 52 bytes.
 *
 * <pre>
 *    0            8            16           24           32           40           48
 *   +------------+------------+------------+------------+------------+------------+--------+
 *   | root, high | root, low  | next, high | next, low  | head, high | head, low  | person |
 *   +------------+------------+------------+------------+------------+------------+--------+
 * </pre>
 *
 * Root: the key this id maps to. Next: the next member of its cluster, in a circle; (0,0) when the id is in no list.
 * Head: when this key is the root of others, a member of that cluster; (0,0) otherwise. Person: in a household the tag
 * of the person whose id it is, 0 for ids of the household itself.
 */
final class IdentityEntry {
    static final int LENGTH = 52;

    long rootHigh;
    long rootLow;
    long nextHigh;
    long nextLow;
    long headHigh;
    long headLow;
    int person;

    IdentityEntry root(final long high, final long low) {
        rootHigh = high;
        rootLow = low;
        return this;
    }

    IdentityEntry next(final long high, final long low) {
        nextHigh = high;
        nextLow = low;
        return this;
    }

    IdentityEntry head(final long high, final long low) {
        headHigh = high;
        headLow = low;
        return this;
    }

    boolean isListed() {
        return (nextHigh | nextLow) != 0;
    }

    boolean isHead() {
        return (headHigh | headLow) != 0;
    }

    /** Reads and writes the entry for Chronicle Map. */
    static final class Marshaller
        implements BytesReader<IdentityEntry>, BytesWriter<IdentityEntry>, ReadResolvable<Marshaller> {
        static final Marshaller INSTANCE = new Marshaller();

        @Override
        @SuppressWarnings("rawtypes")
        public IdentityEntry read(final Bytes in, final IdentityEntry using) {
            final IdentityEntry entry = using == null ? new IdentityEntry() : using;
            entry.root(in.readLong(), in.readLong());
            entry.next(in.readLong(), in.readLong());
            entry.head(in.readLong(), in.readLong());
            entry.person = in.readInt();
            return entry;
        }

        @Override
        @SuppressWarnings("rawtypes")
        public void write(final Bytes out, final IdentityEntry entry) {
            out.writeLong(entry.rootHigh);
            out.writeLong(entry.rootLow);
            out.writeLong(entry.nextHigh);
            out.writeLong(entry.nextLow);
            out.writeLong(entry.headHigh);
            out.writeLong(entry.headLow);
            out.writeInt(entry.person);
        }

        @Override
        public void readMarshallable(final WireIn in) throws IORuntimeException {
            // It has no state.
        }

        @Override
        public void writeMarshallable(final WireOut out) {
            // It has no state.
        }

        @Override
        public Marshaller readResolve() {
            return INSTANCE;
        }
    }
}
