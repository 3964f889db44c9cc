package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.affinity.AffinityBuilder;
import io.opportune.engine.affinity.AffinityJournal;
import io.opportune.engine.affinity.AffinitySettings;
import io.opportune.engine.affinity.AffinityWorld;
import io.opportune.engine.affinity.Basket;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.recovery.JournalTail;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.RegistryQueue;
import io.opportune.engine.uplift.Comparison;
import io.opportune.engine.uplift.Effect;
import io.opportune.engine.uplift.UpliftAnalysis;
import io.opportune.engine.uplift.UpliftOptions;
import io.opportune.engine.uplift.UpliftReport;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A made-up shop whose affinities are known, in a running server: two campaigns with the same offers, one of them in a
 * placement that uses affinities; the uplift report of the journal tells them apart.
 */
@Timeout(240)
class AffinityUpliftTest extends ServerFixture {
    private static final long WORLD_SEED = 31;
    private static final int ITEMS = 400;
    private static final int CUSTOMERS = 3_000;
    /** Baskets before there is a table, then while a model learns, then while two placements are compared. */
    private static final int HISTORY = 6_000;
    private static final int TRAINING = 8_000;
    private static final int COMPARED = 8_000;
    private static final int OFFERS = 200;
    private static final int USD = 840;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long MINUTE_NS = TimeUnit.MINUTES.toNanos(1);

    private final AffinityWorld world = new AffinityWorld(ITEMS, CUSTOMERS, WORLD_SEED);
    private final Set<Long> known = new HashSet<>();
    private TillClient client;

    private static String catalogue() {
        final StringBuilder yaml = new StringBuilder("""
            advertisers: [{id: shop, name: Shop, category: shop}]
            campaigns:
            """);
        for (final String use : List.of("training", "without", "with")) {
            yaml.append("  - {id: ").append(use)
                .append(", advertiser: shop, flights: [{start: 2000-01-01, end: 2100-01-01}], budget: {currency: USD}")
                .append(use.equals("training") ? "" : ", control: {percent: 40, salt: " + use + "}").append("}\n");
        }
        yaml.append("placements:\n");
        for (final String use : List.of("training", "without", "with")) {
            yaml.append("  - {id: ").append(use)
                .append(", channels: [till], offers: 1, choice: {learned: true, candidates: 40, affinity: ")
                .append(use.equals("without") ? "off" : "both")
                .append(use.equals("training") ? ", policy: thompson, floor: 0.1" : "").append("}}\n");
        }
        yaml.append("offers:\n");
        for (final String use : List.of("training", "without", "with")) {
            for (int item = 0; item < OFFERS; item++) {
                yaml.append("  - {id: ").append(use).append('-').append(item).append(", campaign: ").append(use)
                    .append(", category: c").append(AffinityWorld.categoryId(item))
                    .append(", value: \"1.00\", propensity: 0.05, channels: [till], placements: [").append(use)
                    .append("], promotes: {items: [").append(AffinityWorld.itemId(item))
                    .append("]}, creatives: [{id: t-").append(use).append('-').append(item).append(", title: T}]}\n");
            }
        }
        return yaml.toString();
    }

    @Test
    void shouldSellMoreWhereAffinitiesAreUsed() throws Exception {
        final Path file = folder.resolve("affinity.table");
        new AffinityBuilder(settings()).build(1).write(file);
        Files.writeString(folder.resolve("catalogue/all.yaml"), catalogue());
        threading("inline", 1).set("learning.model", "house:1 bayes offer-rows=12 campaign-rows=6 linear-bits=16")
            .set("learning.publish-interval", "20ms").set("affinity.table", file.toString());
        test.start();
        try (TillClient till = test.client()) {
            client = till;
            final int training = TestServer.id(till, NameKind.PLACEMENT, "training");
            final int[] compared = {TestServer.id(till, NameKind.PLACEMENT, "without"),
                TestServer.id(till, NameKind.PLACEMENT, "with")};
            for (int i = 0; i < HISTORY; i++) {
                buy();
            }
            buildTable(file);
            assertTrue(test.server().catalogues().reload().isGood());
            assertEquals(2, test.server().counters().total(CounterDescriptor.AFFINITY_VERSION));
            for (int i = 0; i < TRAINING; i++) {
                buy();
                if (world.customer() % 2 == 0) {
                    offer(training);
                }
            }
            final Set<Long> counted = new HashSet<>();
            for (int i = 0; i < COMPARED; i++) {
                // Who was compared buys nothing more that could be taken for an answer.
                final Basket basket = world.buy();
                if (world.customer() % 2 == 1 && counted.add(world.customer())) {
                    report(basket);
                    offer(compared[(int) (world.customer() / 2 % 2)]);
                }
            }
        }
        test.stop();
        final UpliftReport report = report();
        final Effect without = conversions(report, "without");
        final Effect with = conversions(report, "with");
        final String found = "without " + without.estimate() + " (" + without.standardError() + "), with "
            + with.estimate() + " (" + with.standardError() + ")";
        // Of offers that have nothing to do with the customer 2 % are accepted, of complements 25 %.
        assertTrue(without.estimate() < 0.06, found);
        assertTrue(with.estimate() - without.estimate()
            > 3 * Math.hypot(with.standardError(), without.standardError()), found);
        assertDecidedTheSameAgain();
    }

    private static AffinitySettings settings() {
        return AffinitySettings.defaults().withShrinkage(20, 20);
    }

    private Customer customer() {
        return new Customer(Namespaces.LOYALTY, "c-" + world.customer());
    }

    private void buy() throws Exception {
        report(world.buy());
    }

    private void report(final Basket basket) throws Exception {
        if (known.add(world.customer())) {
            client.updateContext(new ContextChange(customer(), null, world.timeNs(),
                List.of(new ContextChange.GrantConsent(Consent.ALL))), PATIENCE_NS).get();
        }
        final EventCall.Builder event = EventCall.of(EventType.PURCHASE, customer(), Channel.TILL)
            .eventTimeNs(world.timeNs()).amount(1_000_000, USD);
        for (int line = 0; line < basket.count(); line++) {
            event.line(new BasketLine(world.lastItemId(line), 0, 1000, 1_000_000, USD));
        }
        client.report(event.build(), PATIENCE_NS).get();
    }

    /** Makes the customer who bought last an offer, and takes it where the truth says so. */
    private void offer(final int placementId) throws Exception {
        final Customer customer = customer();
        final Decision decision = client.decide(DecisionCall.at(placementId, Channel.TILL, Moment.TENDER)
            .customer(customer.namespace(), customer.id()).eventTimeNs(world.timeNs() + MINUTE_NS).build(),
            PATIENCE_NS, Decision::none).get();
        if (decision.offers().isEmpty()) {
            return;
        }
        final Catalogue catalogue = test.server().catalogue();
        final long item = catalogue.offer(catalogue.offerIndexOf(decision.offers().getFirst().offerId()))
            .promotedItems()[0];
        if (world.accepts((int) (item - AffinityWorld.itemId(0)))) {
            client.report(EventCall.of(EventType.REDEMPTION, customer, Channel.TILL)
                .eventTimeNs(world.timeNs() + 2 * MINUTE_NS).about(decision, decision.offers().getFirst()).build(),
                PATIENCE_NS).get();
        }
    }

    private void buildTable(final Path file) throws IOException {
        final AffinityJournal journal = new AffinityJournal(new AffinityBuilder(settings()));
        final JournalDirectory journals = new JournalDirectory(folder.resolve("data/journal"));
        try (JournalTail tail = new JournalTail(
            journals.queues().stream().filter(queue -> !queue.equals(journals.registryQueue())).toList())) {
            tail.forEach((queue, reader) -> journal.onRecord(reader.buffer(), reader.offset()));
        }
        journal.builder().build(2).write(file);
    }

    private UpliftReport report() {
        final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
        RegistryQueue.restore(new JournalDirectory(folder.resolve("data/journal")).registryQueue(), registry);
        return UpliftAnalysis.of(folder.resolve("data"), registry, new UpliftOptions(UpliftOptions.ALL,
            UpliftOptions.Slicing.NONE, Long.MAX_VALUE, 10 * MINUTE_NS, UpliftOptions.DEFAULT_PLANNED_CUSTOMERS, false,
            false));
    }

    /** Nobody of the control groups buys within the window: too little for the intervals that the report draws. */
    private static Effect conversions(final UpliftReport report, final String campaign) {
        final Comparison comparison =
            report.comparisons().stream().filter(each -> each.campaign().equals(campaign)).findFirst().orElseThrow();
        assertTrue(comparison.whole().treatedDone() > 200 && comparison.whole().controlDone() > 100,
            comparison::toString);
        return comparison.whole().conversions().effect();
    }
}
