package io.opportune.bench.catalogue;

import io.opportune.engine.config.Config;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.server.OpportuneServer;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.Name;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.client.TillClientSettings;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Changes a large catalogue while a server in this process decides: single offers and pauses by the admin port, and
 * whole catalogues. Says how long each took from the call until a decision knows it, how long it kept the shard from
 * deciding, and how long decisions took meanwhile. Said on standard output.
 */
public final class LiveChangeRun {
    private static final long SEED = 20_261_122;
    private static final int CHANGES = 200;
    private static final int WARM_UP = 20;
    private static final int RELOADS = 3;
    private static final long BETWEEN_DECISIONS_NS = 500_000;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    private final LargeCatalogue large;
    private final Path folder;
    private final int offers;
    private final HttpClient http = HttpClient.newHttpClient();
    private OpportuneServer server;
    private int checkout;
    private volatile boolean running = true;
    private final AtomicLong longestDecisionNs = new AtomicLong();
    private final AtomicLong decisions = new AtomicLong();

    private LiveChangeRun(final int offers, final Path folder) {
        this.offers = offers;
        this.folder = folder;
        large = new LargeCatalogue(offers, SEED);
    }

    /**
     * Runs it.
     *
     * @param offers of the catalogue.
     * @throws IOException          when files or ports cannot be had.
     * @throws InterruptedException when interrupted.
     */
    public static void run(final int offers) throws IOException, InterruptedException {
        final Path folder = Files.createTempDirectory("opportune-live-");
        try {
            new LiveChangeRun(offers, folder).run();
        } finally {
            DurableFiles.deleteTree(folder);
        }
    }

    private void run() throws IOException, InterruptedException {
        large.write(folder.resolve("catalogue"));
        final Properties settings = new Properties();
        Map.of("server.data-dir", folder.resolve("data").toString(),
            "catalogue.dir", folder.resolve("catalogue").toString(), "catalogue.watch", "false", "gateway.port", "0",
            "admin.port", "0", "server.threading", "ring", "server.shards", "1", "journal.sync", "none",
            "store.max-profiles", "20000", "clients.till.key", "sesame-open")
            .forEach((key, value) -> settings.setProperty("opportune." + key, value));
        try (OpportuneServer started = OpportuneServer.start(Config.load(null, settings, Map.of()));
            TillClient client = TillClient.start(TillClientSettings.builder(
                "127.0.0.1", started.port(), "till", "sesame-open").build())) {
            server = started;
            client.firstLogon().get(10, TimeUnit.SECONDS);
            checkout = idOf(client, NameKind.PLACEMENT, "checkout");
            final Thread load = Thread.ofPlatform().start(() -> decide(client));
            quiet();
            change("one offer changed", CHANGES, i -> call("PUT", "/offers/offer-" + i * 7, large.offer(i * 7, 1 + i)));
            change("one offer added", CHANGES, i -> call("POST", "/offers", large.offer(offers + i, 1)));
            change("one offer paused", CHANGES, i -> call("POST", "/offers/offer-" + i * 11 + "/pause", ""));
            change("whole catalogue", RELOADS, i -> {
                large.change(folder.resolve("catalogue"), offers / 2 + i);
                call("POST", "/catalogue/reload", "");
            });
            running = false;
            load.join();
        } catch (final java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IOException(e);
        }
    }

    private static int idOf(final TillClient client, final NameKind kind, final String name) throws IOException {
        if (client.resolve(List.of(new Name(kind, name)), PATIENCE_NS).join()
            instanceof Outcome.Answered(var resolved)) {
            return resolved.ids().getFirst();
        }
        throw new IOException("no " + name);
    }

    private void decide(final TillClient client) {
        while (running) {
            final long startNs = System.nanoTime();
            client.decide(DecisionCall.at(checkout, Channel.TILL, Moment.TENDER).build(), PATIENCE_NS,
                Decision::none).join();
            longestDecisionNs.accumulateAndGet(System.nanoTime() - startNs, Math::max);
            decisions.incrementAndGet();
            LockSupport.parkNanos(BETWEEN_DECISIONS_NS);
        }
    }

    /** How long decisions take when nothing is changed, to compare with. */
    private void quiet() throws InterruptedException {
        Thread.sleep(5_000);
        longestDecisionNs.set(0);
        decisions.set(0);
        Thread.sleep(5_000);
        System.out.printf(Locale.ROOT, "nothing changed: longest of %,d decisions %.2f ms at the client%n",
            decisions.get(), longestDecisionNs.get() / 1e6);
    }

    private interface Change {
        void make(int i) throws IOException, InterruptedException;
    }

    private void change(final String what, final int times, final Change change)
        throws IOException, InterruptedException {
        final long[] tookNs = new long[times];
        final long[] heldNs = new long[times];
        longestDecisionNs.set(0);
        decisions.set(0);
        for (int i = 0; i < times; i++) {
            final long startNs = System.nanoTime();
            change.make(i);
            tookNs[i] = System.nanoTime() - startNs;
            heldNs[i] = server.counters().total(CounterDescriptor.CATALOGUE_SWITCH_DURATION);
        }
        final int from = times > WARM_UP ? WARM_UP : 0;
        Arrays.sort(tookNs, from, times);
        Arrays.sort(heldNs, from, times);
        System.out.printf(Locale.ROOT, "%s in %,d: from call to decisions p50 %.1f ms, p99 %.1f ms, longest %.1f ms; "
                + "the shard was held for p50 %.3f ms, longest %.3f ms; "
                + "longest of %,d decisions %.2f ms at the client%n",
            what, offers, at(tookNs, from, 0.5), at(tookNs, from, 0.99), at(tookNs, from, 1), at(heldNs, from, 0.5),
            at(heldNs, from, 1), decisions.get(), longestDecisionNs.get() / 1e6);
    }

    private static double at(final long[] sorted, final int from, final double share) {
        return sorted[from + (int) Math.round(share * (sorted.length - 1 - from))] / 1e6;
    }

    private void call(final String method, final String path, final String body)
        throws IOException, InterruptedException {
        final HttpResponse<String> response = http.send(HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.adminPort() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(method + " " + path + ": " + response.body());
        }
    }
}
