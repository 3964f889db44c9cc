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
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A bit of everything that a client can ask for, by seed; some sixty messages are in flight at any moment. */
final class MixedTraffic {
    private static final int IN_FLIGHT = 60;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long DAY_NS = TimeUnit.DAYS.toNanos(1);
    private static final Channel[] CHANNELS = {Channel.TILL, Channel.APP, Channel.WEB};
    private static final String[] TIERS = {"gold", "silver", "none"};

    private final SplittableRandom random;
    private final int customers;
    private final TillClient client;
    private final int checkout;
    private final int tier;
    private final int weather;
    private final int[] offers;
    private final Deque<CompletableFuture<?>> inFlight = new ArrayDeque<>();
    private Decision last;
    private long nowNs = TimeUnit.DAYS.toNanos(20_000);

    MixedTraffic(final TillClient client, final long seed, final int customers) throws Exception {
        this.client = client;
        this.customers = customers;
        random = new SplittableRandom(seed);
        checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
        tier = TestServer.id(client, NameKind.ATTRIBUTE, "customer.tier");
        weather = TestServer.id(client, NameKind.ATTRIBUTE, "request.weather");
        offers = new int[] {TestServer.id(client, NameKind.OFFER, "milk-10"),
            TestServer.id(client, NameKind.OFFER, "gold-beer"), TestServer.id(client, NameKind.OFFER, "umbrella")};
    }

    private Customer customer() {
        final int index = random.nextInt(customers);
        // A few households, so that roots of both kinds meet.
        return new Customer(index % 10 == 0 ? Namespaces.HOUSEHOLD : Namespaces.LOYALTY, "c-" + index);
    }

    /** Everybody is known and has agreed to all or to less. */
    void introduce() throws Exception {
        for (int i = 0; i < customers; i++) {
            final Customer each = new Customer(i % 10 == 0 ? Namespaces.HOUSEHOLD : Namespaces.LOYALTY, "c-" + i);
            add(client.updateContext(change(each, new ContextChange.GrantConsent(i % 7 == 0
                ? Consent.PERSONALISATION : Consent.ALL)), PATIENCE_NS));
        }
        finish();
    }

    private ContextChange change(final Customer customer, final ContextChange.Operation operation) {
        return new ContextChange(customer, null, nowNs, java.util.List.of(operation));
    }

    /** Sends this many messages and waits for all answers. */
    void run(final int messages) throws Exception {
        for (int i = 0; i < messages; i++) {
            // Some three weeks pass in 10,000 messages, so that windows move.
            nowNs += random.nextLong(DAY_NS / 250);
            add(next());
        }
        finish();
    }

    private CompletableFuture<?> next() {
        final int dice = random.nextInt(100);
        if (dice < 50) {
            final CompletableFuture<Decision> decision = client.decide(decision(), PATIENCE_NS, Decision::none);
            decision.thenAccept(answer -> {
                if (!answer.offers().isEmpty() && answer.fromServer()) {
                    last = answer;
                }
            });
            return decision;
        }
        if (dice < 82) {
            return client.report(event(), PATIENCE_NS);
        }
        if (dice < 94) {
            return client.updateContext(change(customer(), operation()), PATIENCE_NS);
        }
        return dice < 98 ? client.link(customer(), customer(), PATIENCE_NS) : client.unlink(customer(), PATIENCE_NS);
    }

    private DecisionCall decision() {
        final DecisionCall.Builder call = DecisionCall.at(checkout, CHANNELS[random.nextInt(CHANNELS.length)],
            random.nextBoolean() ? Moment.BASKET_UPDATE : Moment.TENDER).currency(840);
        if (random.nextInt(8) > 0) {
            final Customer customer = customer();
            call.customer(customer.namespace(), customer.id());
        }
        for (int line = random.nextInt(4); line > 0; line--) {
            call.line(random.nextInt(9) == 0 ? 1029743 : random.nextInt(40), 1 + random.nextInt(9),
                1000 * (1 + random.nextInt(3)), random.nextLong(20_000_000));
        }
        if (random.nextInt(3) == 0) {
            call.attribute(Attribute.text(weather, random.nextBoolean() ? "rain" : "sun"));
        }
        if (random.nextInt(3) == 0) {
            call.explain();
        }
        if (random.nextInt(4) == 0) {
            call.withTexts();
        }
        return call.eventTimeNs(nowNs).build();
    }

    private EventCall event() {
        final EventType[] types = {EventType.PURCHASE, EventType.PURCHASE, EventType.PURCHASE, EventType.RETURN,
            EventType.IMPRESSION, EventType.IMPRESSION, EventType.CLICK, EventType.ACCEPT, EventType.DECLINE,
            EventType.REDEMPTION};
        final EventType type = types[random.nextInt(types.length)];
        final EventCall.Builder event = EventCall.of(type, customer(), CHANNELS[random.nextInt(CHANNELS.length)])
            .eventTimeNs(nowNs);
        if (type == EventType.PURCHASE || type == EventType.RETURN) {
            event.amount(1, 840);
            for (int line = random.nextInt(5); line >= 0; line--) {
                event.line(new BasketLine(random.nextInt(40), 1 + random.nextInt(9), 1000,
                    random.nextLong(30_000_000), 840));
            }
            return event.build();
        }
        final Decision about = last;
        if (about != null && random.nextBoolean()) {
            return event.about(about, about.offers().getFirst()).build();
        }
        return event.offerId(offers[random.nextInt(offers.length)]).build();
    }

    private ContextChange.Operation operation() {
        return switch (random.nextInt(8)) {
            case 0 -> new ContextChange.WithdrawConsent(1 << random.nextInt(4) & Consent.ALL);
            case 1, 2 -> new ContextChange.GrantConsent(Consent.ALL);
            case 3 -> new ContextChange.ClearAttribute(tier);
            case 4 -> random.nextInt(4) == 0 ? new ContextChange.Erase() : new ContextChange.GrantConsent(Consent.ALL);
            default -> new ContextChange.SetAttribute(Attribute.text(tier, TIERS[random.nextInt(TIERS.length)]));
        };
    }

    private void add(final CompletableFuture<?> answer) throws Exception {
        inFlight.add(answer);
        if (inFlight.size() >= IN_FLIGHT) {
            inFlight.poll().get(30, TimeUnit.SECONDS);
        }
    }

    private void finish() throws Exception {
        while (!inFlight.isEmpty()) {
            inFlight.poll().get(30, TimeUnit.SECONDS);
        }
    }
}
