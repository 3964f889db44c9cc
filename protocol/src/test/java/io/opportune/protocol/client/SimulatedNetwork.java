package io.opportune.protocol.client;

import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.HeartbeatDecoder;
import io.opportune.protocol.codec.LogoffDecoder;
import io.opportune.protocol.codec.LogonDecoder;
import io.opportune.protocol.codec.RejectReason;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.agrona.DirectBuffer;

/** A network and a server in virtual time that do everything wrong that a seed can think of. */
final class SimulatedNetwork implements ClientTransport {
    static final int SERVER_LIMIT = 12;
    private static final long MS = 1_000_000L;

    private record Event(long timeNs, long order, Runnable action) {
    }

    private final Random random;
    private final Set<UUID> applied = new HashSet<>();
    private final PriorityQueue<Event> events =
        new PriorityQueue<>(Comparator.comparingLong(Event::timeNs).thenComparingLong(Event::order));
    private final ArrayDeque<byte[]> outbound = new ArrayDeque<>();
    private ClientConductor conductor;
    private long nowNs;
    private long order;
    private long connectionId;
    private boolean open;
    private long lastDeliveryNs;
    private int unanswered;
    private String violation;
    /** Once set, the server answers everything, at once. */
    private boolean healed;

    SimulatedNetwork(final Random random) {
        this.random = random;
    }

    void conductor(final ClientConductor value) {
        conductor = value;
    }

    long nowNs() {
        return nowNs;
    }

    void at(final long timeNs, final Runnable action) {
        events.add(new Event(Math.max(timeNs, nowNs), order++, action));
    }

    void heal() {
        healed = true;
    }

    /** What the client did that no server should have to bear; null for nothing. */
    String violation() {
        return violation;
    }

    int appliedCount() {
        return applied.size();
    }

    /** Goes on to the next thing that happens; returns false when nothing is left but the client's own timers. */
    boolean step() {
        final long dueNs = conductor.nextDueNs();
        final Event next = events.peek();
        if (next != null && next.timeNs <= dueNs) {
            events.poll();
            nowNs = Math.max(nowNs, next.timeNs);
            next.action.run();
        } else if (dueNs != Long.MAX_VALUE) {
            nowNs = Math.max(nowNs, dueNs);
            conductor.poll(nowNs);
        }
        return !events.isEmpty();
    }

    @Override
    public void connect(final long id) {
        connectionId = id;
        unanswered = 0;
        lastDeliveryNs = 0;
        final int dice = healed ? 99 : random.nextInt(100);
        if (dice < 10) {
            at(nowNs + delay(5), () -> conductor.onDisconnected(id, "refused", nowNs));
        } else if (dice >= 15) {
            // Between 10 and 15 the attempt is never heard of again.
            at(nowNs + delay(5), () -> {
                if (id == connectionId) {
                    open = true;
                    conductor.onConnected(id, nowNs);
                }
            });
        }
    }

    @Override
    public void send(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (open) {
            final byte[] frame = new byte[lengthBytes];
            buffer.getBytes(offset, frame);
            outbound.add(frame);
        }
    }

    @Override
    public void flush() {
        while (!outbound.isEmpty()) {
            final byte[] frame = outbound.poll();
            final long id = connectionId;
            at(nowNs + 1_000, () -> {
                if (id == connectionId && open) {
                    serve(id, frame);
                }
            });
        }
    }

    @Override
    public void close() {
        open = false;
        outbound.clear();
        connectionId = -1;
    }

    private void serve(final long id, final byte[] frame) {
        final int dice = healed ? 99 : random.nextInt(100);
        switch (Answers.templateId(frame)) {
            case LogonDecoder.TEMPLATE_ID -> {
                if (dice < 10) {
                    deliver(id, Answers.reject(0, RejectReason.TOO_MANY_SESSIONS), 2);
                } else if (dice < 15) {
                    deliver(id, garbage(), 2);
                } else if (dice >= 20) {
                    deliver(id, Answers.logonAck(SERVER_LIMIT, 60_000), 2);
                }
            }
            case HeartbeatDecoder.TEMPLATE_ID -> deliver(id, Answers.heartbeat(1, 2, 3), 2);
            case LogoffDecoder.TEMPLATE_ID -> at(nowNs, () -> disconnect(id));
            default -> answer(id, frame, dice);
        }
    }

    private void answer(final long id, final byte[] frame, final int dice) {
        if (++unanswered > SERVER_LIMIT) {
            violation = unanswered + " messages in flight, the server allows " + SERVER_LIMIT;
        }
        if (Answers.templateId(frame) == EventReportDecoder.TEMPLATE_ID && dice >= 4) {
            applied.add(Answers.eventId(frame));
        }
        final byte[] good = Answers.to(frame);
        final long correlationId = Answers.correlationId(frame);
        switch (dice) {
            case 0 -> deliver(id, garbage(), 10);
            case 1 -> at(nowNs + delay(5), () -> disconnect(id));
            case 2 -> deliver(id, Answers.reject(correlationId, RejectReason.OVERLOADED), 10);
            case 3 -> deliver(id, Answers.reject(correlationId, RejectReason.INVALID_FIELD), 10);
            case 4, 5 -> {
                // Never answered.
            }
            case 6 -> {
                deliver(id, good, 10);
                // So late that its slot serves another call by then.
                at(nowNs + delay(100), () -> deliver(id, good, 1));
            }
            case 7 -> {
                deliver(id, Answers.decision(random.nextLong(), 1), 10);
                deliver(id, Answers.eventAck(correlationId, new UUID(random.nextLong(), 1), AckStatus.ACCEPTED), 10);
                deliver(id, good, 10);
            }
            case 8 -> deliver(id, Arrays.copyOf(good, random.nextInt(good.length)), 10);
            case 9 -> deliver(id, flipped(good), 10);
            case 10 -> {
                deliver(id, good, 5);
                deliver(id, Answers.logoff(RejectReason.SHUTTING_DOWN), 5);
            }
            default -> deliver(id, good, dice < 30 ? 200 : 5);
        }
    }

    /** Bytes stay in order and come in pieces of any size. */
    private void deliver(final long id, final byte[] bytes, final int mostMs) {
        lastDeliveryNs = Math.max(lastDeliveryNs, nowNs + delay(mostMs));
        int from = 0;
        while (from < bytes.length) {
            final int start = from;
            final int end = random.nextInt(3) > 0 ? bytes.length : random.nextInt(from, bytes.length) + 1;
            final boolean last = end == bytes.length;
            at(lastDeliveryNs, () -> {
                if (id == connectionId && open) {
                    if (last) {
                        unanswered = Math.max(0, unanswered - 1);
                    }
                    conductor.assembler().reserve(end - start);
                    System.arraycopy(bytes, start, conductor.assembler().array(),
                        conductor.assembler().writeIndex(), end - start);
                    conductor.assembler().commit(end - start);
                    conductor.onRead(id, nowNs);
                }
            });
            from = end;
        }
    }

    private void disconnect(final long id) {
        if (id == connectionId) {
            conductor.onDisconnected(id, "closed by the server", nowNs);
        }
    }

    private byte[] garbage() {
        final byte[] bytes = new byte[random.nextInt(1, 60)];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] flipped(final byte[] frame) {
        final byte[] bytes = frame.clone();
        // The correlation id is left alone: a server that swaps two answers cannot be found out.
        final int offset = random.nextInt(Sofh.MIN_FRAME_LENGTH_BYTES);
        bytes[offset] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }

    private long delay(final int mostMs) {
        return (long) (random.nextDouble() * mostMs * MS);
    }
}
