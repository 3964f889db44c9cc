package io.opportune.engine.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The ledger's state as a file: little endian, one checksum over all of it. Leases are not in it: what was lent counts
 * as returned, because no lease outlives its process.
 *
 * <pre>
 *  magic i64 | version i32 | complete, expiry i64
 *  streams i32 | of each: shard i32, position i64, time i64
 *  closed i32  | of each: budget, scope, period i32 (up to which its days are closed)
 *  lines i32   | of each: budget, scope, period i32, 11 x i64 (limit to duplicates)
 *  claims i32  | of each: decision 2 x i64, offer, flags i32, expires, touched i64, amounts, events of it
 *  CRC-32C i32 of all before
 *
 *  amounts: count i32 | of each: line i32, amount i64
 *  events:  count i32 | of each: kind, shard i32, decisive i32, index, time, id 2 x i64, amounts
 * </pre>
 */
final class LedgerSnapshot {
    private static final long MAGIC = 0x5245_4744_454c_504fL;
    private static final int VERSION = 1;
    private static final int CHUNK = 1 << 16;
    private static final int CRC_LENGTH = 4;

    private final Ledger ledger;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer buffer;
    private OutputStream out;

    LedgerSnapshot(final Ledger ledger) {
        this.ledger = ledger;
    }

    void write(final OutputStream target) throws IOException {
        out = target;
        buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        put(MAGIC);
        put(VERSION);
        put(ledger.completeNs());
        put(ledger.expiryNs());
        writeStreams();
        writeClosed();
        writeLines();
        writeClaims();
        flush();
        buffer.putInt((int) crc.getValue());
        out.write(buffer.array(), 0, buffer.position());
        out.flush();
    }

    private void writeStreams() throws IOException {
        int count = 0;
        for (int shard = 0; shard < ledger.settings.maxShards(); shard++) {
            count += ledger.position(shard) == Long.MIN_VALUE ? 0 : 1;
        }
        put(count);
        for (int shard = 0; shard < ledger.settings.maxShards(); shard++) {
            if (ledger.position(shard) != Long.MIN_VALUE) {
                put(shard);
                put(ledger.position(shard));
                put(ledger.streamNs(shard));
            }
        }
    }

    private void writeClosed() throws IOException {
        int count = 0;
        for (final Slot slot : ledger.slots()) {
            count += slot.closedPeriod == Integer.MIN_VALUE ? 0 : 1;
        }
        put(count);
        for (final Slot slot : ledger.slots()) {
            if (slot.closedPeriod != Integer.MIN_VALUE) {
                put(slot.budgetId);
                put(slot.scopeId);
                put(slot.closedPeriod);
            }
        }
    }

    private void writeLines() throws IOException {
        put(ledger.lines().size());
        for (final Line line : ledger.lines()) {
            put(line == null ? 0 : line.slot.budgetId);
            put(line == null ? 0 : line.slot.scopeId);
            put(line == null ? Integer.MIN_VALUE : line.period);
            if (line != null) {
                put(line.limit);
                put(line.granted);
                put(line.returned + line.outstanding);
                put(line.spent);
                put(line.reserved);
                put(line.lateSpend);
                put(line.refunds);
                put(line.reservations);
                put(line.commits);
                put(line.releases);
                put(line.expiries);
                put(line.duplicates);
            }
        }
    }

    private void writeClaims() throws IOException {
        final ClaimTable claims = ledger.claims();
        put(claims.count());
        for (int i = 0; i < claims.count(); i++) {
            final int claim = claims.at(i);
            put(claims.decisionHigh(claim));
            put(claims.decisionLow(claim));
            put(claims.offerId(claim));
            put(claims.flags(claim));
            put(claims.expiresNs(claim));
            put(claims.touchedNs(claim));
            writeAmounts(claims, claims.amounts(claim));
            int count = 0;
            for (int event = claims.events(claim); event != ClaimTable.NONE; event = claims.nextEvent(event)) {
                count++;
            }
            put(count);
            for (int event = claims.events(claim); event != ClaimTable.NONE; event = claims.nextEvent(event)) {
                put(claims.kind(event));
                put(claims.shard(event));
                put(claims.isDecisive(event) ? 1 : 0);
                put(claims.journalIndex(event));
                put(claims.timeNs(event));
                put(claims.eventIdHigh(event));
                put(claims.eventIdLow(event));
                writeAmounts(claims, claims.eventAmounts(event));
            }
        }
    }

    private void writeAmounts(final ClaimTable claims, final int first) throws IOException {
        int count = 0;
        for (int part = first; part != ClaimTable.NONE; part = claims.nextAmount(part)) {
            count++;
        }
        put(count);
        for (int part = first; part != ClaimTable.NONE; part = claims.nextAmount(part)) {
            put(claims.line(part));
            put(claims.amount(part));
        }
    }

    private void put(final int value) throws IOException {
        if (buffer.remaining() < Integer.BYTES) {
            flush();
        }
        buffer.putInt(value);
    }

    private void put(final long value) throws IOException {
        if (buffer.remaining() < Long.BYTES) {
            flush();
        }
        buffer.putLong(value);
    }

    private void flush() throws IOException {
        crc.update(buffer.array(), 0, buffer.position());
        out.write(buffer.array(), 0, buffer.position());
        buffer.clear();
    }

    void read(final InputStream in) throws IOException {
        final byte[] bytes = in.readAllBytes();
        if (bytes.length < Long.BYTES + Integer.BYTES + CRC_LENGTH) {
            throw new IOException("the ledger's snapshot is torn: it has " + bytes.length + " bytes");
        }
        buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (buffer.getLong() != MAGIC) {
            throw new IOException("this is no snapshot of a ledger");
        }
        final int version = buffer.getInt();
        if (version != VERSION) {
            throw new IOException("the ledger's snapshot has version " + version + ", known is " + VERSION);
        }
        crc.update(bytes, 0, bytes.length - CRC_LENGTH);
        if (buffer.getInt(bytes.length - CRC_LENGTH) != (int) crc.getValue()) {
            throw new IOException("the ledger's snapshot of " + bytes.length + " bytes is torn or damaged: its "
                + "CRC-32C is not " + Integer.toHexString((int) crc.getValue()));
        }
        ledger.restoreClocks(buffer.getLong(), buffer.getLong());
        readStreams();
        for (int left = buffer.getInt(); left > 0; left--) {
            ledger.slot(buffer.getInt(), buffer.getInt()).closedPeriod = buffer.getInt();
        }
        readLines();
        readClaims();
    }

    private void readStreams() throws IOException {
        for (int left = buffer.getInt(); left > 0; left--) {
            final int shard = buffer.getInt();
            if (shard >= ledger.settings.maxShards()) {
                throw new IOException("the ledger's snapshot knows shard " + shard + ", allowed are "
                    + ledger.settings.maxShards());
            }
            ledger.restoreStream(shard, buffer.getLong(), buffer.getLong());
        }
    }

    private int[] places = {};

    private void readLines() {
        places = new int[buffer.getInt()];
        for (int i = 0; i < places.length; i++) {
            final int budgetId = buffer.getInt();
            final int scopeId = buffer.getInt();
            final int period = buffer.getInt();
            if (period == Integer.MIN_VALUE) {
                continue;
            }
            final Line line = ledger.line(budgetId, scopeId, period);
            places[i] = line.index;
            line.limit = buffer.getLong();
            line.granted = buffer.getLong();
            line.returned = buffer.getLong();
            line.spent = buffer.getLong();
            line.reserved = buffer.getLong();
            line.lateSpend = buffer.getLong();
            line.refunds = buffer.getLong();
            line.reservations = buffer.getLong();
            line.commits = buffer.getLong();
            line.releases = buffer.getLong();
            line.expiries = buffer.getLong();
            line.duplicates = buffer.getLong();
            line.ceiling = Math.max(line.limit, line.used());
        }
    }

    private void readClaims() {
        final ClaimTable claims = ledger.claims();
        for (int left = buffer.getInt(); left > 0; left--) {
            final long high = buffer.getLong();
            final long low = buffer.getLong();
            final int offerId = buffer.getInt();
            final int flags = buffer.getInt();
            final long expiresNs = buffer.getLong();
            final int claim = claims.add(high, low, offerId, buffer.getLong());
            claims.flag(claim, flags);
            claims.expiresNs(claim, expiresNs);
            claims.amounts(claim, readAmounts(claims));
            for (int events = buffer.getInt(); events > 0; events--) {
                final int kind = buffer.getInt();
                final int shard = buffer.getInt();
                final boolean isDecisive = buffer.getInt() != 0;
                final long journalIndex = buffer.getLong();
                final long timeNs = buffer.getLong();
                final long idHigh = buffer.getLong();
                final long idLow = buffer.getLong();
                final int event = claims.addEvent(claim, kind, shard, journalIndex, timeNs, idHigh, idLow,
                    readAmounts(claims));
                if (isDecisive) {
                    claims.decisive(event);
                }
            }
            ledger.restoreClaim(claim);
        }
    }

    /** Keeps their order: a part of a commit that several lines could take goes by it. */
    private int readAmounts(final ClaimTable claims) {
        final int count = buffer.getInt();
        final int start = buffer.position();
        int first = ClaimTable.NONE;
        for (int i = count - 1; i >= 0; i--) {
            final int at = start + i * (Integer.BYTES + Long.BYTES);
            final Line line = ledger.lines().get(places[buffer.getInt(at)]);
            line.references++;
            first = claims.addAmount(line.index, buffer.getLong(at + Integer.BYTES), first);
        }
        buffer.position(start + count * (Integer.BYTES + Long.BYTES));
        return first;
    }
}
