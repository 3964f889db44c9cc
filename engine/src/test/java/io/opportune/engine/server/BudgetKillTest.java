package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.ledger.LedgerTotals;
import io.opportune.engine.ledger.LineTotals;
import io.opportune.protocol.client.Attribute;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.EventCall;
import io.opportune.protocol.client.Offer;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hundred campaigns with small budgets, four shards, and SIGKILL at random moments while tills decide, redeem and
 * decline at full speed. An oracle adds up the journal: no budget is ever exceeded by one micro, nothing acknowledged
 * is lost, and the ledger that recovery rebuilds says the same.
 */
class BudgetKillTest {
    private static final int CAMPAIGNS = 200;
    private static final int OFFERS_AT_ONCE = 5;
    private static final int KILLS = Integer.getInteger("opportune.test.budget-kills", 8);
    private static final int CLIENTS = 4;
    private static final int IN_FLIGHT = 24;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final KilledServer.Mode MODE = new KilledServer.Mode("ring", 4, "none");

    @TempDir
    private Path folder;

    private final Queue<UUID> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
    private final AtomicInteger reportsInFlight = new AtomicInteger();
    private final AtomicLong decisions = new AtomicLong();
    private final ExecutorService tills = Executors.newSingleThreadExecutor();
    private volatile boolean running;

    private static long costOf(final int campaign) {
        return 250_000L + campaign % 7 * 130_001L;
    }

    private static long limitOf(final int campaign) {
        return costOf(campaign) * (40 + campaign % 60) + campaign;
    }

    private static int countOf(final int campaign) {
        return 30 + campaign % 90;
    }

    private static String money(final long micros) {
        return "\"%d.%06d\"".formatted(micros / 1_000_000, micros % 1_000_000);
    }

    private static String catalogue() {
        final StringBuilder text = new StringBuilder("""
            attributes:
              - {name: request.weather, type: string}
            advertisers:
              - {id: acme}
            campaigns:
            """);
        for (int i = 0; i < CAMPAIGNS; i++) {
            text.append("""
                  - id: c%d
                    advertiser: acme
                    zone: America/New_York
                    flights: [{start: 2017-01-01, end: 2037-01-01}]
                    budget: {amount: %s, currency: USD}
                    budgets: [{count: %d, per: [day]}]
                """.formatted(i, money(limitOf(i)), countOf(i)));
        }
        text.append("offers:\n");
        for (int i = 0; i < CAMPAIGNS; i++) {
            text.append("""
                  - id: o%d
                    campaign: c%d
                    category: k%d
                    value: "%d.00"
                    propensity: 0.05
                    cost: %s
                    valid_for: 30d
                    targeting: 'request.weather == "w%d"'
                    channels: [till]
                    creatives: [{id: o%d-till, title: "Offer"}]
                """.formatted(i, i, i, 1 + i % 9, money(costOf(i)), i / OFFERS_AT_ONCE, i));
        }
        return text.append("placements:\n  - {id: checkout, channels: [till], offers: 3, time_budget: 50ms}\n")
            .toString();
    }

    @Test
    @Timeout(300)
    void shouldNeverSpendMoreThanThereIsAndLoseNothingWhenKilled() throws Exception {
        final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final int port = freePort(random);
        Files.createDirectories(folder.resolve("catalogue"));
        Files.writeString(folder.resolve("catalogue/all.yaml"), catalogue());
        KilledServer server = KilledServer.start(folder, port, MODE);
        final List<TillClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(KillLoad.client(port));
                clients.getLast().firstLogon().get(20, TimeUnit.SECONDS);
            }
            final int checkout = TestServer.id(clients.getFirst(), NameKind.PLACEMENT, "checkout");
            final int weather = TestServer.id(clients.getFirst(), NameKind.ATTRIBUTE, "request.weather");
            for (int kill = 0; kill <= KILLS; kill++) {
                running = true;
                for (final TillClient client : clients) {
                    client.firstLogon().join();
                    for (int i = 0; i < IN_FLIGHT; i++) {
                        decide(client, checkout, weather, random.split());
                    }
                }
                Thread.sleep(300 + random.nextInt(700));
                if (kill < KILLS) {
                    server.kill();
                    running = false;
                    server = KilledServer.start(folder, port, MODE);
                }
            }
            running = false;
            final long deadlineNs = System.nanoTime() + PATIENCE_NS;
            while (reportsInFlight.get() > 0) {
                assertTrue(System.nanoTime() - deadlineNs < 0, () -> reportsInFlight + " reports never answered");
                Thread.sleep(10);
            }
            server.kill();
        } finally {
            running = false;
            clients.forEach(TillClient::close);
            tills.shutdown();
            server.endNow();
        }
        assertEquals(List.of(), surprises.stream().limit(3).toList(), "seed " + seed);
        verify(new MoneyOracle().read(folder.resolve("data")), port, seed);
    }

    private void decide(final TillClient client, final int checkout, final int weather, final SplittableRandom random) {
        if (!running) {
            return;
        }
        final DecisionCall call = DecisionCall.at(checkout, Channel.TILL, Moment.TENDER).currency(840)
            .attribute(Attribute.text(weather, "w" + random.nextInt(CAMPAIGNS / OFFERS_AT_ONCE))).build();
        client.decide(call, TimeUnit.SECONDS.toNanos(2), Decision::none).thenAcceptAsync(decision -> {
            if (decision.fromServer()) {
                decisions.incrementAndGet();
                for (final Offer offer : decision.offers()) {
                    final int dice = random.nextInt(100);
                    if (dice < 55) {
                        report(client, EventType.REDEMPTION, decision, offer);
                    } else if (dice < 75) {
                        report(client, EventType.DECLINE, decision, offer);
                    }
                }
            }
            decide(client, checkout, weather, random);
        }, tills);
    }

    private void report(
        final TillClient client, final EventType type, final Decision decision, final Offer offer) {
        final EventCall call = EventCall.of(type, KillLoad.customer(7), Channel.TILL).about(decision, offer)
            .eventId(UUID.randomUUID()).build();
        reportsInFlight.incrementAndGet();
        client.report(call, PATIENCE_NS).thenAccept(outcome -> {
            reportsInFlight.decrementAndGet();
            if (outcome instanceof Outcome.Answered<?>) {
                acknowledged.add(call.eventId());
            } else {
                surprises.add(outcome.toString());
            }
        });
    }

    private void verify(final MoneyOracle oracle, final int port, final long seed) throws IOException {
        assertEquals(List.of(), oracle.problems(), "seed " + seed);
        final long lost = acknowledged.stream().filter(event -> !oracle.has(event)).count();
        assertEquals(0, lost, "acknowledged and not in the journal, seed " + seed);
        try (TestServer last = KilledServer.configured(folder, port)) {
            MODE.applyTo(last);
            last.start();
            final Map<Integer, Long> limits = new HashMap<>();
            for (int i = 0; i < CAMPAIGNS; i++) {
                final int campaign = last.server().control().registry().find(NameKind.CAMPAIGN, "c" + i);
                limits.put(Budget.id(false, campaign, Budget.Unit.MONEY, false, Budget.Scope.ALL), limitOf(i));
                limits.put(Budget.id(false, campaign, Budget.Unit.COUNT, true, Budget.Scope.ALL), (long) countOf(i));
            }
            final List<String> wrong = new ArrayList<>();
            final LedgerTotals totals = last.server().ledger().totalsNow();
            oracle.lines().forEach((line, sums) -> {
                final long limit = limits.get(line.budgetId());
                final LineTotals found = totals.line(line.budgetId(), line.scopeId(), line.period());
                if (sums.most > limit) {
                    wrong.add(line + " of " + limit + " was exceeded: " + sums);
                }
                if (found == null || found.spent() != sums.spent || found.reserved() != sums.reserved
                    || found.lateSpend() != sums.late || found.broken()) {
                    wrong.add(line + ": the journal says " + sums + ", the ledger " + found);
                }
            });
            assertEquals(List.of(), wrong.stream().limit(5).toList(), "seed " + seed);
            final long exhausted = oracle.lines().entrySet().stream()
                .filter(each -> limits.get(each.getKey().budgetId()) - each.getValue().most < 2_000_000).count();
            System.out.printf("seed %d, %d kills: %d decisions, %d reports acknowledged; %s; %d lines were all but used"
                + " up%n", seed, KILLS, decisions.get(), acknowledged.size(), oracle, exhausted);
            assertTrue(acknowledged.size() > 1_000, "next to nothing was reported");
            assertTrue(exhausted > CAMPAIGNS / 4, "the budgets were too large to show anything");
        }
    }

    private static int freePort(final SplittableRandom random) {
        while (true) {
            try (ServerSocket socket =
                new ServerSocket(20_000 + random.nextInt(10_000), 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (final IOException taken) {
                // The next one.
            }
        }
    }
}
