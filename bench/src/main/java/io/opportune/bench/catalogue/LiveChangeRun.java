package io.opportune.bench.catalogue;

import io.opportune.bench.fixture.Percentiles;
import io.opportune.engine.config.Config;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.server.OpportuneServer;
import io.opportune.protocol.client.Attribute;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.Name;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.client.TillClientSettings;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * Changes a large catalogue while a server in this process decides: single offers and pauses by the admin port, and
 * whole catalogues. Each change decides what one made-up request is offered first, and this request is asked again and
 * again meanwhile. Says how long each change took from the call until a decision showed it, how long it kept the shard
 * from deciding, and how long decisions took. Said on standard output.
 */
public final class LiveChangeRun {
    private static final long SEED = 20_261_122;
    private static final int CHANGES = 200;
    private static final int WARM_UP = 20;
    private static final int RELOADS = 3;
    /** The offers that are changed lie apart, so that a fold meets many parts of the order. */
    private static final int STEP = 7;
    /** Those that are changed one by one, and those of the reloads behind them. */
    public static final int LEAST_OFFERS = CHANGES * STEP + RELOADS;
    private static final long QUIET_MS = 5_000;
    private static final long BETWEEN_DECISIONS_NS = 500_000;
    private static final long BETWEEN_LOOKS_NS = 100_000;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    private final LargeCatalogue large;
    private final Path folder;
    private final int offers;
    private final int changes;
    private final long quietMs;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Measured> measured = new ArrayList<>();
    private OpportuneServer server;
    private TillClient watcher;
    private int checkout;
    private int markAttribute;
    private volatile boolean running = true;
    private final AtomicReference<RuntimeException> loadFailure = new AtomicReference<>();
    private final AtomicLong longestDecisionNs = new AtomicLong();
    private final AtomicLong decisions = new AtomicLong();

    /**
     * One kind of change.
     *
     * @param what       it was.
     * @param shownNs    from the call until the first decision that showed it was there.
     * @param answeredNs from the call until the admin port had answered.
     */
    record Measured(String what, long[] shownNs, long[] answeredNs) {
    }

    private interface Preparation {
        void make(int i) throws IOException;
    }

    /**
     * Calls of the admin port, by number.
     *
     * @param call     of the admin port.
     * @param winner   offer that wins, or no longer wins, when it is in force.
     * @param makesWin whether it wins then.
     */
    private record Change(IntFunction<HttpRequest> call, IntUnaryOperator winner, boolean makesWin) {
    }

    private LiveChangeRun(final int offers, final int changes, final long quietMs, final Path folder) {
        this.offers = offers;
        this.changes = changes;
        this.quietMs = quietMs;
        this.folder = folder;
        large = new LargeCatalogue(offers, SEED);
    }

    /**
     * Runs it.
     *
     * @param offers of the catalogue, at least {@link #LEAST_OFFERS}.
     * @throws IOException              when files or ports cannot be had.
     * @throws InterruptedException     when interrupted.
     * @throws IllegalArgumentException when there are too few offers.
     * @throws IllegalStateException    when a decision fails, is a fallback, or does not know what it must know.
     */
    public static void run(final int offers) throws IOException, InterruptedException {
        run(offers, CHANGES, QUIET_MS);
    }

    static List<Measured> run(final int offers, final int changes, final long quietMs)
        throws IOException, InterruptedException {
        if (offers < changes * STEP + RELOADS) {
            throw new IllegalArgumentException("live-changes: found " + offers + " offers, allowed: "
                + (changes * STEP + RELOADS) + " or more");
        }
        final Path folder = Files.createTempDirectory("opportune-live-");
        try {
            return new LiveChangeRun(offers, changes, quietMs, folder).run();
        } finally {
            DurableFiles.deleteTree(folder);
        }
    }

    private List<Measured> run() throws IOException, InterruptedException {
        large.write(folder.resolve("catalogue"));
        final Properties settings = new Properties();
        // A budget that nothing here exceeds: a fallback would say nothing about the change.
        Map.of("server.data-dir", folder.resolve("data").toString(),
            "catalogue.dir", folder.resolve("catalogue").toString(), "catalogue.watch", "false", "gateway.port", "0",
            "admin.port", "0", "server.shards", "1", "journal.sync", "none", "decision.max-time-budget", "10s",
            "store.max-profiles", "20000", "clients.till.key", "sesame-open")
            .forEach((key, value) -> settings.setProperty("opportune." + key, value));
        settings.setProperty("opportune.server.threading", "ring");
        try (OpportuneServer started = OpportuneServer.start(Config.load(null, settings, Map.of()));
            TillClient client = client(started);
            TillClient watching = client(started)) {
            server = started;
            watcher = watching;
            checkout = idOf(client, NameKind.PLACEMENT, "checkout");
            markAttribute = idOf(client, NameKind.ATTRIBUTE, "request.number0");
            final Thread load = Thread.ofPlatform().daemon().start(() -> decideUntilTheEnd(client));
            try {
                changeEverything();
            } finally {
                running = false;
                load.join();
            }
        } catch (final ExecutionException | TimeoutException e) {
            throw new IOException(e);
        } finally {
            http.close();
        }
        return measured;
    }

    private static TillClient client(final OpportuneServer server)
        throws IOException, InterruptedException, ExecutionException, TimeoutException {
        final TillClient client = TillClient.start(
            TillClientSettings.builder("127.0.0.1", server.port(), "till", "sesame-open").build());
        client.firstLogon().get(10, TimeUnit.SECONDS);
        return client;
    }

    private void changeEverything() throws IOException, InterruptedException, ExecutionException {
        quiet();
        final Preparation none = i -> { };
        change("one offer changed", changes, none, new Change(
            i -> call("PUT", "/offers/offer-" + i * STEP, large.winner(i * STEP)), i -> i * STEP, true));
        change("one offer added", changes, none, new Change(
            i -> call("POST", "/offers", large.winner(offers + i)), i -> offers + i, true));
        change("one offer paused", changes, none, new Change(
            i -> call("POST", "/offers/offer-" + i * STEP + "/pause", ""), i -> i * STEP, false));
        change("whole catalogue", RELOADS, i -> large.changeToWinner(folder.resolve("catalogue"), offers - 1 - i),
            new Change(i -> call("POST", "/catalogue/reload", ""), i -> offers - 1 - i, true));
    }

    private static int idOf(final TillClient client, final NameKind kind, final String name) throws IOException {
        if (client.resolve(List.of(new Name(kind, name)), PATIENCE_NS).join()
            instanceof Outcome.Answered(var resolved)) {
            return resolved.ids().getFirst();
        }
        throw new IOException("no " + name);
    }

    private void decideUntilTheEnd(final TillClient client) {
        try {
            while (running) {
                final long startNs = System.nanoTime();
                ask(client, DecisionCall.at(checkout, Channel.TILL, Moment.TENDER));
                longestDecisionNs.accumulateAndGet(System.nanoTime() - startNs, Math::max);
                decisions.incrementAndGet();
                LockSupport.parkNanos(BETWEEN_DECISIONS_NS);
            }
        } catch (final RuntimeException e) {
            loadFailure.set(e);
        }
    }

    private static Decision ask(final TillClient client, final DecisionCall.Builder call) {
        final Decision decision = client.decide(call.build(), PATIENCE_NS, Decision::none).join();
        if (!decision.fromServer()
            || decision.status() != DecisionStatus.OFFERS && decision.status() != DecisionStatus.NO_OFFER) {
            throw new IllegalStateException("no decision: found " + decision.status() + ", " + decision.reason() + ", "
                + decision.failure() + "; wanted offers or none");
        }
        return decision;
    }

    /** Whether this offer comes first where it must when it is in force. */
    private boolean wins(final int offer) {
        final Decision decision = ask(watcher, DecisionCall.at(checkout, Channel.TILL, Moment.TENDER)
            .attribute(Attribute.integer(markAttribute, LargeCatalogue.mark(offer))));
        return !decision.offers().isEmpty()
            && decision.offers().getFirst().valueMicros() == LargeCatalogue.winnerValueMicros(offer);
    }

    /** How long decisions take when nothing is changed, to compare with. */
    private void quiet() throws InterruptedException {
        Thread.sleep(quietMs);
        longestDecisionNs.set(0);
        decisions.set(0);
        Thread.sleep(quietMs);
        System.out.printf(Locale.ROOT, "nothing changed: longest of %,d decisions %.2f ms at the client%n",
            decisions.get(), longestDecisionNs.get() / 1e6);
    }

    private void change(final String what, final int times, final Preparation preparation, final Change change)
        throws IOException, InterruptedException, ExecutionException {
        final long[] shownNs = new long[times];
        final long[] answeredNs = new long[times];
        final long[] heldNs = new long[times];
        longestDecisionNs.set(0);
        decisions.set(0);
        for (int i = 0; i < times; i++) {
            preparation.make(i);
            final int offer = change.winner().applyAsInt(i);
            if (wins(offer) == change.makesWin()) {
                throw new IllegalStateException(what + ": offer-" + offer + " is as wanted before the change");
            }
            final HttpRequest call = change.call().apply(i);
            final long startNs = System.nanoTime();
            final CompletableFuture<Long> answer = http.sendAsync(call, HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> answered(call, response));
            shownNs[i] = firstShownNs(what, offer, change.makesWin(), answer) - startNs;
            answeredNs[i] = answer.get() - startNs;
            heldNs[i] = server.counters().total(CounterDescriptor.CATALOGUE_SWITCH_DURATION_NS);
            if (loadFailure.get() != null) {
                throw new IllegalStateException("decisions failed during: " + what, loadFailure.get());
            }
        }
        say(what, afterWarmUp(shownNs), afterWarmUp(answeredNs), afterWarmUp(heldNs));
        measured.add(new Measured(what, shownNs, answeredNs));
    }

    private static long[] afterWarmUp(final long[] figures) {
        return Arrays.copyOfRange(figures, figures.length > WARM_UP ? WARM_UP : 0, figures.length);
    }

    private static long answered(final HttpRequest call, final HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            throw new IllegalStateException(call.method() + " " + call.uri().getPath() + ": " + response.body());
        }
        return System.nanoTime();
    }

    /** When the first decision was there that showed it; one that was asked after the answer must. */
    private long firstShownNs(
        final String what, final int offer, final boolean makesWin, final CompletableFuture<Long> answer)
        throws InterruptedException, ExecutionException {
        while (true) {
            final boolean answeredBefore = answer.isDone();
            if (wins(offer) == makesWin) {
                return System.nanoTime();
            }
            if (answeredBefore) {
                answer.get();
                throw new IllegalStateException(what + ": the admin port had answered, and a decision asked afterwards"
                    + " does not know offer-" + offer);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NS);
        }
    }

    private void say(final String what, final long[] shownNs, final long[] answeredNs, final long[] heldNs) {
        System.out.printf(Locale.ROOT, "%s in %,d: from the call until a decision showed it p50 %.1f ms, p99 %.1f ms,"
                + " longest %.1f ms; until the admin port had answered p50 %.1f ms, p99 %.1f ms; the shard was held"
                + " (by the last switch, a fold too) for p50 %.3f ms, longest %.3f ms;"
                + " longest of %,d decisions %.2f ms at the client%n",
            what, offers, ms(shownNs, 0.5), ms(shownNs, 0.99), ms(shownNs, 1), ms(answeredNs, 0.5),
            ms(answeredNs, 0.99), ms(heldNs, 0.5), ms(heldNs, 1), decisions.get(), longestDecisionNs.get() / 1e6);
    }

    private static double ms(final long[] figuresNs, final double share) {
        return Percentiles.of(figuresNs, share) / 1e6;
    }

    private HttpRequest call(final String method, final String path, final String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body)).build();
    }
}
