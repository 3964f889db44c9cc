package io.opportune.engine.server;

import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.Attribute;
import io.opportune.protocol.client.BasketLine;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.EventCall;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.Receipt;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.client.TillClientSettings;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tills that never stop asking and reporting, whatever happens to the server; they remember what was sent and what
 * was acknowledged. Reports are sent again by the client itself, decisions with the same request id when the server
 * is back.
 */
final class KillLoad implements AutoCloseable {
    static final int CUSTOMERS = 1_000;
    /** Customers that are linked with each other, the first of each group with the others. */
    static final int GROUP = 4;
    static final int CATEGORIES = 3;

    private static final int CLIENTS = 8;
    private static final int DECISIONS_IN_FLIGHT = 16;
    private static final int REPORTS_IN_FLIGHT = 24;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(120);
    private static final long BUDGET_NS = TimeUnit.SECONDS.toNanos(2);

    /** A report by its event id: what it does and for whom. */
    sealed interface Sent {
        int customer();
    }

    /** An event. */
    record SentEvent(int customer, EventCall call) implements Sent {
    }

    /** A context update. */
    record SentUpdate(int customer, ContextChange change) implements Sent {
    }

    /** Two customers that are one. */
    record Link(int first, int second) {
    }

    final Map<UUID, Sent> sent = new ConcurrentHashMap<>();
    final Map<UUID, Integer> requests = new ConcurrentHashMap<>();
    final Queue<UUID> acknowledged = new ConcurrentLinkedQueue<>();
    final Queue<UUID> decided = new ConcurrentLinkedQueue<>();
    final Queue<Link> linked = new ConcurrentLinkedQueue<>();
    final Queue<String> surprises = new ConcurrentLinkedQueue<>();
    final AtomicLong decisions = new AtomicLong();

    private final List<TillClient> clients = new ArrayList<>();
    private final List<SplittableRandom> randoms = new ArrayList<>();
    private final Queue<UUID> unanswered = new ConcurrentLinkedQueue<>();
    private final AtomicInteger reportsInFlight = new AtomicInteger();
    private final AtomicInteger decisionsInFlight = new AtomicInteger();
    private final AtomicLong ids = new AtomicLong();
    private final long idPrefix;
    private final int checkout;
    private final int tier;
    private final int[] offers;
    private volatile boolean running;

    KillLoad(final int port, final long seed) throws Exception {
        final SplittableRandom seeds = new SplittableRandom(seed);
        idPrefix = seeds.nextLong() | 1;
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(client(port));
            randoms.add(seeds.split());
        }
        final TillClient first = clients.getFirst();
        first.firstLogon().get(20, TimeUnit.SECONDS);
        checkout = TestServer.id(first, NameKind.PLACEMENT, "checkout");
        tier = TestServer.id(first, NameKind.ATTRIBUTE, "customer.tier");
        offers = new int[] {
            TestServer.id(first, NameKind.OFFER, "milk-10"), TestServer.id(first, NameKind.OFFER, "gold-beer")};
        introduce();
    }

    static TillClient client(final int port) {
        return TillClient.start(TillClientSettings.builder("127.0.0.1", port, "till", "sesame-open")
            .inFlightLimits(DECISIONS_IN_FLIGHT, REPORTS_IN_FLIGHT)
            .reportsPendingLimit(2_048)
            .backoff(Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofMillis(500))
            .build());
    }

    static Customer customer(final int index) {
        return new Customer(Namespaces.LOYALTY, "card-" + index);
    }

    private UUID nextId() {
        return new UUID(idPrefix, ids.incrementAndGet());
    }

    /** All customers agree to everything, so that everything counts. */
    private void introduce() throws Exception {
        final List<CompletableFuture<Outcome<Receipt>>> receipts = new ArrayList<>();
        for (int i = 0; i < CUSTOMERS; i++) {
            final ContextChange change = new ContextChange(customer(i), nextId(), Long.MIN_VALUE,
                List.of(new ContextChange.GrantConsent(Consent.ALL)));
            sent.put(change.eventId(), new SentUpdate(i, change));
            receipts.add(clients.getFirst().updateContext(change, PATIENCE_NS));
        }
        for (final CompletableFuture<Outcome<Receipt>> receipt : receipts) {
            onReceipt(receipt.get(30, TimeUnit.SECONDS));
        }
        if (acknowledged.size() != CUSTOMERS) {
            throw new AssertionError("introduced " + acknowledged.size() + " " + surprises);
        }
    }

    /** The server is there: everybody begins, or goes on where the kill left them. */
    void begin() {
        running = true;
        for (int i = 0; i < CLIENTS; i++) {
            final int client = i;
            while (reportsInFlight.get() < (client + 1) * REPORTS_IN_FLIGHT) {
                report(client);
            }
            clients.get(client).firstLogon().join();
        }
        while (decisionsInFlight.get() < CLIENTS * DECISIONS_IN_FLIGHT) {
            decide(decisionsInFlight.get() % CLIENTS);
        }
    }

    /** Nothing new from here on. */
    void pause() {
        running = false;
    }

    /** Waits until everything has been answered. */
    void finish() throws InterruptedException {
        pause();
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (reportsInFlight.get() > 0) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError(reportsInFlight.get() + " reports were never answered; " + surprises);
            }
            Thread.sleep(5);
        }
    }

    private void report(final int client) {
        reportsInFlight.incrementAndGet();
        final SplittableRandom random = randoms.get(client);
        final int dice;
        final int customer;
        final long amount;
        synchronized (random) {
            dice = random.nextInt(100);
            customer = random.nextInt(CUSTOMERS);
            amount = random.nextLong(50_000_000);
        }
        if (dice < 5) {
            final Link link = new Link(customer / GROUP * GROUP, customer);
            if (link.first != link.second) {
                final boolean turned = amount % 2 == 0;
                clients.get(client)
                    .link(customer(turned ? link.second : link.first), customer(turned ? link.first : link.second),
                        PATIENCE_NS)
                    .thenAccept(outcome -> onLinked(client, link, outcome));
                return;
            }
        }
        final CompletableFuture<Outcome<Receipt>> receipt;
        if (dice < 15) {
            final ContextChange change = new ContextChange(customer(customer), nextId(), Long.MIN_VALUE,
                List.of(new ContextChange.SetAttribute(Attribute.text(tier, amount % 2 == 0 ? "gold" : "plain"))));
            sent.put(change.eventId(), new SentUpdate(customer, change));
            receipt = clients.get(client).updateContext(change, PATIENCE_NS);
        } else {
            final EventCall call = event(dice, customer, amount);
            sent.put(call.eventId(), new SentEvent(customer, call));
            receipt = clients.get(client).report(call, PATIENCE_NS);
        }
        receipt.thenAccept(outcome -> {
            onReceipt(outcome);
            reportsInFlight.decrementAndGet();
            if (running) {
                report(client);
            }
        });
    }

    private EventCall event(final int dice, final int customer, final long amount) {
        if (dice < 60) {
            final EventCall.Builder purchase = EventCall.of(EventType.PURCHASE, customer(customer), Channel.TILL)
                .eventId(nextId()).amount(amount, 840);
            for (int line = 0; line <= dice % 3; line++) {
                purchase.line(new BasketLine(100 + line, 1 + (dice + line) % CATEGORIES, 1000, amount + line, 840));
            }
            return purchase.build();
        }
        return EventCall.of(dice < 90 ? EventType.IMPRESSION : EventType.REDEMPTION, customer(customer), Channel.TILL)
            .eventId(nextId()).offerId(offers[dice % offers.length]).build();
    }

    private void onReceipt(final Outcome<Receipt> outcome) {
        if (outcome instanceof Outcome.Answered(final Receipt receipt) && receipt.recorded()) {
            acknowledged.add(receipt.eventId());
        } else {
            surprises.add(outcome.toString());
        }
    }

    private void onLinked(final int client, final Link link, final Outcome<Receipt> outcome) {
        if (outcome instanceof Outcome.Answered(final Receipt receipt) && receipt.recorded()) {
            linked.add(link);
        } else {
            surprises.add("link: " + outcome);
        }
        reportsInFlight.decrementAndGet();
        if (running) {
            report(client);
        }
    }

    private void decide(final int client) {
        decisionsInFlight.incrementAndGet();
        final UUID retried = unanswered.poll();
        final UUID requestId = retried != null ? retried : nextId();
        final SplittableRandom random = randoms.get(client);
        final int customer;
        synchronized (random) {
            customer = random.nextInt(CUSTOMERS);
        }
        final int asked = requests.computeIfAbsent(requestId, id -> customer);
        final DecisionCall call = DecisionCall.at(checkout, Channel.TILL, Moment.BASKET_UPDATE)
            .customer(customer(asked).namespace(), customer(asked).id())
            .requestId(requestId).currency(840).line(7, 1, 1000, 2_000_000).line(8, 2, 2000, 3_000_000).build();
        clients.get(client).decide(call, BUDGET_NS, Decision::none).thenAccept(decision -> {
            decisionsInFlight.decrementAndGet();
            if (!decision.fromServer()) {
                // It rests until the server is back.
                unanswered.add(requestId);
                return;
            }
            decisions.incrementAndGet();
            if (decision.decisionId().getLeastSignificantBits() != 0) {
                decided.add(decision.decisionId());
            }
            if (running) {
                decide(client);
            }
        });
    }

    /** Sends everything that was acknowledged once more; all of it must be known. */
    static long demandDuplicates(final int port, final Map<UUID, Sent> sent, final List<UUID> ids) throws Exception {
        try (TillClient client = client(port)) {
            client.firstLogon().get(20, TimeUnit.SECONDS);
            final List<CompletableFuture<Outcome<Receipt>>> receipts = new ArrayList<>();
            long unknown = 0;
            for (final UUID id : ids) {
                receipts.add(switch (sent.get(id)) {
                    case SentEvent(var ignored, var call) -> client.report(call, PATIENCE_NS);
                    case SentUpdate(var ignored, var change) -> client.updateContext(change, PATIENCE_NS);
                });
                if (receipts.size() == 1_000 || receipts.size() == ids.size()) {
                    unknown += countNew(receipts);
                }
            }
            return unknown + countNew(receipts);
        }
    }

    private static long countNew(final List<CompletableFuture<Outcome<Receipt>>> receipts) throws Exception {
        long count = 0;
        for (final CompletableFuture<Outcome<Receipt>> receipt : receipts) {
            count += switch (receipt.get(30, TimeUnit.SECONDS)) {
                case Outcome.Answered(var answer) -> answer.status() == AckStatus.DUPLICATE ? 0 : 1;
                case Outcome.Failed(var failure) -> throw new AssertionError(failure);
            };
        }
        receipts.clear();
        return count;
    }

    /** The tills go home; nothing more is sent. */
    void end() {
        pause();
        clients.forEach(TillClient::close);
    }

    @Override
    public void close() {
        end();
    }
}
