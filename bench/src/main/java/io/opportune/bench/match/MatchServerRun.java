package io.opportune.bench.match;

import io.opportune.bench.fixture.Percentiles;
import io.opportune.bench.fixture.RunningServer;
import io.opportune.bench.fixture.ServerStarter;
import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.Name;
import io.opportune.protocol.client.Offer;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.Receipt;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.client.TillClientSettings;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/**
 * A server with the matching workload as its catalogue, asked over a socket, beside a naive scan of the same
 * expressions: each event, as a customer of its own, must get the same offers in the same order. The expressions reach
 * the server as CEL text through the catalogue's compiler and the scan as trees that never were text. Said on standard
 * output.
 */
public final class MatchServerRun {
    /** Events when no number is asked for. */
    public static final int EVENTS = 200;
    private static final int WANTED = 10;
    /** The first finds cold code; the times of the others count. */
    private static final int PASSES = 5;
    private static final String CLIENT = "bench";
    private static final String KEY = "bench-match-key";
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    private final List<WireEvent> events;
    private final List<int[]> expected;
    private final NaiveWinners winners;
    private final int ruleCount;
    private final RegistryIds ids = new RegistryIds();
    private final Map<Integer, Integer> numbers = new HashMap<>();
    private int placementId;

    /**
     * What was found equal.
     *
     * @param events  whose winners were compared, each in several passes.
     * @param matches of offers and events by the scan.
     * @param winners in all events.
     * @param ties    winners that stand behind one of the same score, by the catalogue's order.
     */
    public record Result(int events, long matches, int winners, int ties) {
    }

    private MatchServerRun(final List<WireEvent> events, final List<int[]> expected, final NaiveWinners winners,
        final int ruleCount) {
        this.events = events;
        this.expected = expected;
        this.winners = winners;
        this.ruleCount = ruleCount;
    }

    /**
     * Runs one folder.
     *
     * @param directory  of the workload.
     * @param eventCount how many of its events are asked, 1 or more.
     * @param starter    of the server.
     * @return what was found equal.
     * @throws IOException           when files or ports cannot be had, or the server refuses what it is told.
     * @throws IllegalStateException when an event's winners differ; it names the event, what was expected, what was
     *                               found and, by the server's own explanation, why.
     */
    public static Result run(final Path directory, final int eventCount, final ServerStarter starter)
        throws IOException {
        if (eventCount < 1) {
            throw new IllegalArgumentException("match-server: found " + eventCount + " events, allowed: 1 or more");
        }
        final Path folder = Files.createTempDirectory("opportune-match-");
        try {
            final WorkloadFiles files = new WorkloadFiles(directory);
            final List<WireEvent> events = new ArrayList<>();
            files.readEvents(eventCount, event -> events.add(new WireEvent(events.size(), event)));
            final Set<String> segments = new LinkedHashSet<>();
            events.forEach(event -> segments.addAll(event.segments()));
            final MatchWorkload workload = new MatchWorkload(files, true);
            final OfferPrices prices = new OfferPrices(workload.rules().size());
            new WorkloadCatalogue(files, folder.resolve("catalogue"), prices, WANTED).write(segments);
            final NaiveWinners winners = new NaiveWinners(workload.rules(), prices, WANTED);
            final List<int[]> expected = new ArrayList<>();
            for (final Situation situation : workload.situations().subList(0, events.size())) {
                expected.add(winners.of(situation));
            }
            return new MatchServerRun(events, expected, winners, workload.rules().size()).compare(folder, starter);
        } finally {
            DurableFiles.deleteTree(folder);
        }
    }

    private Result compare(final Path folder, final ServerStarter starter) throws IOException {
        final Path config = folder.resolve("server.conf");
        Files.writeString(config, String.join("\n",
            "server.data-dir = " + folder.resolve("data"),
            "catalogue.dir = " + folder.resolve("catalogue"),
            "catalogue.watch = false",
            "gateway.port = 0",
            "admin.port = 0",
            "decision.max-time-budget = 10s",
            "store.max-profiles = 20000",
            "store.max-identities = 20000",
            "journal.sync = none",
            "snapshot.interval = 1d",
            "clients." + CLIENT + ".key = " + KEY,
            ""));
        final long startNs = System.nanoTime();
        try (RunningServer server = starter.start(config);
            TillClient client = TillClient.start(TillClientSettings.builder("127.0.0.1", server.port(), CLIENT, KEY)
                .answerTimeout(Duration.ofSeconds(30)).build())) {
            client.firstLogon().get(30, TimeUnit.SECONDS);
            System.out.printf(Locale.ROOT, "%,d rules: server started and catalogue loaded in %.1f s%n", ruleCount,
                Timing.secondsSince(startNs));
            resolve(client);
            introduce(client);
            return askAll(client);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (final ExecutionException | TimeoutException e) {
            throw new IOException("no logon", e);
        }
    }

    private void resolve(final TillClient client) throws IOException {
        final Name placement = new Name(NameKind.PLACEMENT, WorkloadCatalogue.PLACEMENT);
        ids.resolve(client, List.of(placement), PATIENCE_NS);
        placementId = ids.of(placement);
        for (final WireEvent event : events) {
            ids.resolve(client, event.names(), PATIENCE_NS);
        }
        final List<Name> offers = IntStream.range(0, ruleCount).mapToObj(MatchServerRun::offerName).toList();
        ids.resolve(client, offers, PATIENCE_NS);
        for (int number = 0; number < ruleCount; number++) {
            numbers.put(ids.of(offers.get(number)), number);
        }
        if (numbers.size() != ruleCount || numbers.containsKey(0)) {
            throw new IOException("the server knows " + numbers.size() + " of " + ruleCount + " offers");
        }
    }

    private static Name offerName(final int number) {
        return new Name(NameKind.OFFER, WorkloadCatalogue.offerId(number));
    }

    private void introduce(final TillClient client) throws IOException {
        for (final WireEvent event : events) {
            final Outcome<?> outcome = client.updateContext(event.introduction(ids::of), PATIENCE_NS).join();
            if (!(outcome instanceof Outcome.Answered(Receipt receipt))
                || !receipt.recorded()) {
                throw new IOException("a customer is not taken: " + outcome);
            }
        }
    }

    private Result askAll(final TillClient client) throws IOException {
        final long[] tookNs = new long[(PASSES - 1) * events.size()];
        for (int i = 0; i < events.size(); i++) {
            ask(client, i);
        }
        for (int i = 0; i < tookNs.length; i++) {
            tookNs[i] = ask(client, i % events.size());
        }
        int places = 0;
        int ties = 0;
        for (final int[] best : expected) {
            places += best.length;
            for (int place = 1; place < best.length; place++) {
                ties += winners.score(best[place - 1]) == winners.score(best[place]) ? 1 : 0;
            }
        }
        final Result result = new Result(expected.size(), winners.matches(), places, ties);
        if (places == 0) {
            throw new IllegalStateException("no rule matches any of " + events.size() + " events: nothing is shown");
        }
        System.out.printf(Locale.ROOT, "%,d events, %d offers wanted: %,d matches by the scan, %,d winners, of them %,d"
            + " placed by the catalogue's order because scores are equal%n", events.size(), WANTED, winners.matches(),
            places, ties);
        System.out.printf(Locale.ROOT, "server, from request read to answer encoded, passes 2 to %d: p50"
            + " %,.1f us, p99 %,.1f us%n", PASSES, Percentiles.of(tookNs, 0.5) / 1e3,
            Percentiles.of(tookNs, 0.99) / 1e3);
        System.out.printf(Locale.ROOT, "%,d of %,d events: the same winners%n", expected.size(), events.size());
        return result;
    }

    /** How long the server took, nanoseconds. */
    private long ask(final TillClient client, final int event) throws IOException {
        final Decision decision = decide(client, events.get(event).question(placementId, ids::of));
        final int[] found = decision.offers().stream().mapToInt(offer -> numbers.getOrDefault(offer.offerId(), -1))
            .toArray();
        if (!Arrays.equals(found, expected.get(event))) {
            throw new IllegalStateException("event " + event + ": expected " + words(expected.get(event)) + ", found "
                + words(found) + " (" + decision.status() + ", " + decision.reason() + "): "
                + why(client, event, found));
        }
        for (int place = 0; place < found.length; place++) {
            final Offer offer = decision.offers().get(place);
            if (offer.score() != winners.score(found[place])) {
                throw new IllegalStateException("event " + event + ", " + WorkloadCatalogue.offerId(found[place])
                    + ": expected the score " + winners.score(found[place]) + ", found " + offer.score());
            }
        }
        return decision.timeTakenNs();
    }

    private static Decision decide(final TillClient client, final DecisionCall.Builder call) throws IOException {
        final Decision decision = client.decide(call.build(), PATIENCE_NS, Decision::none).join();
        if (!decision.fromServer()) {
            throw new IOException("the server does not answer: " + decision.failure());
        }
        return decision;
    }

    private String words(final int[] offers) {
        return Arrays.toString(Arrays.stream(offers).mapToObj(offer ->
            offer < 0 ? "an offer that nobody knows" : WorkloadCatalogue.offerId(offer)).toArray());
    }

    /** The first place at which they differ, and what the server says of the offer expected there. */
    private String why(final TillClient client, final int event, final int[] found) throws IOException {
        final int[] wanted = expected.get(event);
        final int place = Math.max(0, Arrays.mismatch(wanted, found));
        if (place >= wanted.length) {
            return "no rule holds of what stands at place " + (place + 1);
        }
        final String expectedHere = "at place " + (place + 1) + " " + WorkloadCatalogue.offerId(wanted[place])
            + " with the score " + winners.score(wanted[place]);
        for (int other = 0; other < found.length; other++) {
            if (found[other] == wanted[place]) {
                return expectedHere + ", which the server puts at place " + (other + 1);
            }
        }
        final int offerId = ids.of(offerName(wanted[place]));
        final Decision explained = decide(client, events.get(event).question(placementId, ids::of).explain());
        return expectedHere + ", of which the server says " + explained.explanations().stream()
            .filter(one -> one.offerId() == offerId).map(one -> String.valueOf(one.reason())).findFirst()
            .orElse("nothing");
    }
}
