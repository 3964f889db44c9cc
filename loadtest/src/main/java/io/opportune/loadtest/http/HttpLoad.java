package io.opportune.loadtest.http;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.function.Consumer;

/**
 * One run. The calling thread sends what is due, reads what has come, and never sleeps: a core is wanted for it. In an
 * open loop request {@code i} is due at start + i / rate whatever the server does; when no connection has room it is
 * sent as soon as one has, and counted as held back. Each answer is timed from the moment at which its request was
 * written to the socket, and from the moment at which it was due. The thread notes when it did not get round for
 * {@link #PAUSE_NS}. Allocates nothing for a request.
 */
public final class HttpLoad {
    /** A round takes some 100 us; longer ones are pauses, whether of the machine or of the thread. */
    public static final long PAUSE_NS = 1_000_000;
    /** Requests sent before sockets are read again. */
    private static final int MAX_BURST = 64;
    /** Requests that are due at the same time go to one connection together, as far as these. */
    private static final int MAX_TOGETHER = 4;

    private final HttpLoadSettings settings;
    private final HttpLoadSource source;
    private final HttpTally tally = new HttpTally();
    private final HttpTally.ByTime[] byTime;
    private final HttpConnection[] connections;
    private final HttpConnection[] dirty;
    private int dirtyCount;
    private int nextConnection;
    private int nextRequest;
    private long sentTotal;
    private boolean blocked;
    private long blockedUntilNs;
    private long measureFromNs;
    private final HttpConnection.Answers onAnswer = this::onAnswer;
    private IOException failure;

    /**
     * Prepares a run.
     *
     * @param settings how to drive it.
     * @param source   of the requests.
     */
    public HttpLoad(final HttpLoadSettings settings, final HttpLoadSource source) {
        this.settings = settings;
        this.source = source;
        connections = new HttpConnection[settings.connections()];
        dirty = new HttpConnection[settings.connections()];
        byTime = new HttpTally.ByTime[source.count()];
        for (int i = 0; i < byTime.length; i++) {
            byTime[i] = tally.ofTime(source.timeNs(i));
        }
    }

    /**
     * Runs to the end.
     *
     * @return what was measured.
     * @throws IOException when a connection cannot be had or is lost, or an answer cannot be read.
     */
    public HttpTally run() throws IOException {
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections.length; i++) {
                connections[i] = new HttpConnection(settings.port(), settings.depth(), selector);
            }
            loop(selector);
        } finally {
            for (final HttpConnection connection : connections) {
                if (connection != null) {
                    connection.close();
                }
            }
        }
        return tally;
    }

    private void loop(final Selector selector) throws IOException {
        final Consumer<SelectionKey> onReady = this::onReady;
        final long startNs = System.nanoTime();
        measureFromNs = startNs + settings.warmupNs();
        blockedUntilNs = startNs;
        final long endNs = measureFromNs + settings.durationNs();
        final double intervalNs = settings.rate() > 0 ? 1e9 / settings.rate() : 0;
        final long planned = intervalNs > 0 ? (long) ((endNs - startNs) / intervalNs) : Long.MAX_VALUE;
        long lastNs = startNs;
        long nowNs = startNs;
        while (sentTotal < planned && nowNs - endNs < 0) {
            send(startNs, intervalNs, planned);
            selector.selectNow(onReady);
            rethrow();
            nowNs = System.nanoTime();
            notePause(lastNs, nowNs);
            lastNs = nowNs;
        }
        if (planned != Long.MAX_VALUE) {
            tally.onUnsent(planned - sentTotal);
        }
        final long drainUntilNs = nowNs + settings.drainNs();
        while (inFlight() > 0 && System.nanoTime() - drainUntilNs < 0) {
            flushRest();
            selector.selectNow(onReady);
            rethrow();
            nowNs = System.nanoTime();
            notePause(lastNs, nowNs);
            lastNs = nowNs;
        }
        tally.onUnanswered(inFlight());
    }

    private void notePause(final long lastNs, final long nowNs) {
        if (nowNs - lastNs >= PAUSE_NS) {
            tally.pauses().add(lastNs, nowNs);
        }
    }

    private void rethrow() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    private int inFlight() {
        int sum = 0;
        for (final HttpConnection connection : connections) {
            sum += connection.inFlight();
        }
        return sum;
    }

    private void flushRest() throws IOException {
        for (final HttpConnection connection : connections) {
            if (connection.wantsWrite()) {
                connection.flush(System.nanoTime());
            }
        }
    }

    private void send(final long startNs, final double intervalNs, final long planned) throws IOException {
        final long nowNs = System.nanoTime();
        HttpConnection current = null;
        int together = 0;
        for (int burst = 0; burst < MAX_BURST && sentTotal < planned; burst++) {
            final long dueNs = intervalNs > 0 ? startNs + (long) (sentTotal * intervalNs) : nowNs;
            if (dueNs - nowNs > 0) {
                break;
            }
            final byte[] bytes = source.request(nextRequest);
            if (current == null || together == MAX_TOGETHER || !current.hasRoom(bytes.length)) {
                current = pick(bytes.length);
                together = 0;
                if (current == null) {
                    blocked = true;
                    break;
                }
            }
            if (!current.wantsWrite()) {
                dirty[dirtyCount++] = current;
            }
            if (blocked) {
                blocked = false;
                blockedUntilNs = nowNs;
            }
            final boolean isMeasured = dueNs - measureFromNs >= 0;
            current.append(nextRequest, bytes, dueNs, isMeasured);
            together++;
            if (isMeasured) {
                tally.onSend(dueNs, blockedUntilNs, nowNs, intervalNs > 0);
            }
            nextRequest = nextRequest + 1 == byTime.length ? 0 : nextRequest + 1;
            sentTotal++;
        }
        flushDirty();
    }

    private void flushDirty() throws IOException {
        int kept = 0;
        for (int i = 0; i < dirtyCount; i++) {
            final HttpConnection connection = dirty[i];
            connection.flush(System.nanoTime());
            if (connection.wantsWrite()) {
                dirty[kept++] = connection;
            }
        }
        dirtyCount = kept;
    }

    private HttpConnection pick(final int bytes) {
        for (int i = 0; i < connections.length; i++) {
            final HttpConnection candidate = connections[nextConnection];
            nextConnection = nextConnection + 1 == connections.length ? 0 : nextConnection + 1;
            if (candidate.hasRoom(bytes)) {
                return candidate;
            }
        }
        return null;
    }

    private void onReady(final SelectionKey key) {
        try {
            ((HttpConnection) key.attachment()).read(onAnswer);
        } catch (final IOException e) {
            failure = e;
        }
    }

    private void onAnswer(
        final HttpConnection connection, final int slot, final int status, final int bodyBytes, final long nowNs) {
        if (connection.measured(slot)) {
            tally.onAnswer(status, bodyBytes, connection.intendedNs(slot), connection.sentNs(slot), nowNs,
                byTime[connection.request(slot)]);
        }
    }
}
