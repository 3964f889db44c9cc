package io.opportune.engine.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.context.Customer;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.decision.CapCounting;
import io.opportune.engine.decision.Deadline;
import io.opportune.engine.decision.DecisionEngine;
import io.opportune.engine.decision.DecisionOutcome;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.decision.OfferOrder;
import io.opportune.engine.decision.ResponseEncoder;
import io.opportune.engine.decision.ShardCatalogue;
import io.opportune.engine.delivery.HoldTimes;
import io.opportune.engine.delivery.Settlement;
import io.opportune.engine.delivery.ShardDelivery;
import io.opportune.engine.identity.EventIdHorizon;
import io.opportune.engine.journal.RecordWriter;
import io.opportune.engine.ledger.LedgerLink;
import io.opportune.engine.ledger.LedgerSettings;
import io.opportune.engine.ledger.LocalDay;
import io.opportune.engine.ledger.ShardLeases;
import io.opportune.engine.profile.CountsBlock;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.profile.ProfileStoreSettings;
import io.opportune.engine.profile.ProfileUpdates;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.Consent;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random decisions, bids, redemptions, notices, returns, merges and erasures of customers under budgets per customer,
 * through decision, record and state machine, against an oracle of maps and lists. In a third of the rounds caps share
 * the bytes with the budgets, and catalogues come that lack an offer or a campaign for a while.
 * {@code -Dbudgets.operations=N} and {@code -Dbudgets.seed=N} change how many and which.
 */
class CustomerBudgetOracleTest {
    private static final long OPERATIONS = Long.getLong("budgets.operations", 150_000L);
    private static final long SEED = Long.getLong("budgets.seed", 20_261_123L);
    private static final int OPERATIONS_OF_A_ROUND = 5_000;
    private static final int PARTITIONS = 4;
    private static final int CUSTOMERS = 24;
    private static final int OFFERS = 9;
    private static final int CAMPAIGNS = 3;
    private static final int HOLD_SECONDS = 600;
    private static final int AUCTION_SECONDS = 120;
    private static final int AREA = ProfileFlyweight.COUNTER_AREA_BYTES;
    /** Only offers of these campaigns have caps; those of the others may be missing for a while. */
    private static final int CAPPED_CAMPAIGNS = 2;
    private static final int RELOADS_IN = 150;
    /** A counter that is pushed out may be longer than the claim that it was pushed out for. */
    private static final int COUNTER_BYTES = 32;
    private static final String[] ZONES = {"Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Madrid", "UTC"};

    /** An offer that was made, so that something may become of it. */
    private record Made(long sequence, int partition, Offer offer, boolean auction, long second, long price) {
    }

    /** A cap on an offer. */
    private record Cap(boolean isOfRedemptions, String window, int limit) {
        private long firstSecond(final long now) {
            return switch (window) {
                case "hour" -> (now / 450 - 8) * 450;
                case "day" -> (now / 10_800 - 8) * 10_800;
                case "week" -> (now / 75_600 - 8) * 75_600;
                default -> 0;
            };
        }
    }

    /** Somebody, and all that was made to them. */
    private static final class Person {
        private final long high;
        private final long low;
        private CustomerBudgetOracle oracle;
        private Person mergedInto;
        private final List<Made> made = new ArrayList<>();

        Person(final long high, final long low) {
            this.high = high;
            this.low = low;
        }

        Person root() {
            return mergedInto == null ? this : mergedInto.root();
        }
    }

    @TempDir
    private Path folder;

    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    private final EventIdHorizon eventIds = new EventIdHorizon(1024);
    private final RecordWriter writer = new RecordWriter(0, 64 << 10).term(1);
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[4 << 10]);
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final DecisionRequestEncoder requestEncoder = new DecisionRequestEncoder();
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final EventReportEncoder eventEncoder = new EventReportEncoder();
    private final EventReportDecoder report = new EventReportDecoder();
    private final DecisionEngine engine = new DecisionEngine(() -> 0, new StageTimers(0));
    private final Deadline deadline = new Deadline(() -> 0);
    private final ResponseEncoder responses = new ResponseEncoder(() -> 0, () -> 0);
    private final DecisionOutcome outcome = new DecisionOutcome();
    private final CapCounting counting = new CapCounting();
    private final Settlement settlement = new Settlement();
    private final LedgerSettings settings =
        LedgerSettings.defaults().withBounds(1, 64, 1_024).withRings(1 << 16, 1 << 16);
    private final ShardDelivery delivery = new ShardDelivery(
        new ShardLeases(new LedgerLink(settings), settings, 0), new HoldTimes(AUCTION_SECONDS, HOLD_SECONDS), () -> 0);
    private final Customer customer = new Customer();
    private final ProfileFlyweight profile = new ProfileFlyweight();
    private final long[] sequences = new long[PARTITIONS];
    private final Map<Integer, CustomerBudgetOracle.Limit> limits = new HashMap<>();

    private IdentityIndex identities;
    private ProfileStore profiles;
    private ProfileStore replayed;
    private StateMachine machine;
    private StateMachine replay;
    private Catalogue catalogue;
    private final Map<String, Cap> caps = new HashMap<>();
    private final List<Catalogue> catalogues = new ArrayList<>();
    private long events;
    private String where;

    private long decisions;
    private long comparedSlates;
    private long comparedSums;
    private long held;
    private long late;
    private long refunds;
    private long refundsForgotten;
    private long merges;
    private long erasures;
    private long restarts;
    private long inexact;
    private long crowded;
    private long uncounted;
    private long reloads;
    private long gone;
    private long forgottenBudgets;
    private long capped;
    private long lackingCounters;

    @BeforeEach
    void open() {
        profiles = store("profiles");
        replayed = store("replayed");
        identities = IdentityIndex.open(folder.resolve("identities"), 10_000, "budgets");
    }

    private ProfileStore store(final String name) {
        return ProfileStore.open(folder.resolve(name), new ProfileStoreSettings(PARTITIONS, 50_000, 0, "budgets"));
    }

    @AfterEach
    void close() {
        profiles.close();
        replayed.close();
        identities.close();
        eventIds.close();
    }

    @Test
    void shouldAgreeWithAnOracleAndNeverOverspend() throws IOException {
        final long rounds = Math.max(3, OPERATIONS / OPERATIONS_OF_A_ROUND);
        for (int round = 0; round < rounds; round++) {
            round(new Random(SEED + round), round);
        }
        System.out.printf("budgets per customer: %,d operations, seed %d: %,d decisions, %,d slates equal, %,d offers "
            + "held back as used up, %,d for want of room, %,d sums equal, %,d redemptions after their hold, %,d "
            + "returns (%,d of claims forgotten), %,d merges (%,d crowded), %,d profiles that forgot a line, %,d "
            + "erasures, %,d restarts; %,d catalogues, %,d redemptions and returns of offers that were gone, %,d "
            + "budgets forgotten while they were, %,d offers under a cap that was reached, %,d decisions with "
            + "counters forgotten; 0 overspent%n",
            rounds * OPERATIONS_OF_A_ROUND, SEED, decisions, comparedSlates, held, uncounted, comparedSums, late,
            refunds, refundsForgotten, merges, inexact, crowded, erasures, restarts, reloads,
            gone, forgottenBudgets, capped, lackingCounters);
        assertTrue(gone > 0 && capped > 0 && lackingCounters > 0 && (forgottenBudgets > 0 || OPERATIONS < 150_000),
            "offers must have been missing, caps reached and profiles crowded by both");
        assertTrue(comparedSlates > decisions / 2, comparedSlates + " of " + decisions + " compared");
        assertTrue(held > decisions / 4 && late > 0 && merges > 0 && erasures > 0 && refunds > refundsForgotten,
            "each must have happened");
        assertTrue(uncounted > 0 && inexact > 0 && (crowded > 0 || OPERATIONS < 150_000),
            "some profiles must have been full");
    }

    /** In crowded rounds profiles are full of budgets, in others there is room for most of what is made. */
    private String yaml(final Random random, final boolean crowded, final boolean withCaps) {
        caps.clear();
        final StringBuilder text = new StringBuilder(
            "advertisers:\n  - {id: acme, name: A, category: other}\ncampaigns:\n");
        for (int i = 0; i < CAMPAIGNS; i++) {
            text.append("  - {id: campaign-").append(i).append(", advertiser: acme, zone: ")
                .append(ZONES[random.nextInt(ZONES.length)])
                .append(", flights: [{start: 2000-01-01, end: 2100-01-01}], budget: {currency: USD}, budgets: [")
                .append(budgets(random, crowded ? 1 + random.nextInt(2) : 1)).append("]}\n");
        }
        text.append("placements:\n  - {id: all, channels: [till, ad_exchange], offers: ")
            .append(1 + random.nextInt(crowded ? 4 : 3)).append("}\noffers:\n");
        for (int i = 0; i < OFFERS; i++) {
            final int dearest = 1 + random.nextInt(300);
            text.append("""
                  - id: offer-%d
                    campaign: campaign-%d
                    category: category-%d
                    value: "%d.00"
                    propensity: 0.5
                    cost: "%d.%02d"
                    valid_for: %s
                    channels: [till, ad_exchange]
                    caps: [%s]
                    budgets: [%s]
                    creatives: [{id: creative-%d, title: "Take it"}]
                """.formatted(i, i % CAMPAIGNS, i, OFFERS - i, dearest / 100, dearest % 100,
                    random.nextBoolean() ? "10m" : random.nextBoolean() ? "3d" : "1m",
                    withCaps && i % CAMPAIGNS < CAPPED_CAMPAIGNS && random.nextBoolean()
                        ? cap("offer-" + i, random) : "",
                    random.nextInt(crowded ? 3 : 9) == 0 ? budgets(random, 1) : "", i));
        }
        return text.toString().replaceAll(" +(budgets|caps): \\[]\n", "");
    }

    private String cap(final String offer, final Random random) {
        final String[] windows = {"hour", "day", "week", "lifetime"};
        final Cap cap = new Cap(random.nextInt(3) == 0, windows[random.nextInt(windows.length)],
            1 + random.nextInt(12));
        caps.put(offer, cap);
        return "{count: " + (cap.isOfRedemptions() ? "redemption" : "decision") + ", limit: " + cap.limit()
            + ", window: " + cap.window() + '}';
    }

    /** The same without some offers. */
    private static String without(final String yaml, final Predicate<String> offers) {
        final String[] parts = yaml.split("(?=  - id: offer-)");
        return Arrays.stream(parts).filter(part -> !part.startsWith("  - id: offer-") || !offers.test(part))
            .collect(Collectors.joining());
    }

    /** So many of the four kinds. */
    private static String budgets(final Random random, final int count) {
        final Set<String> kinds = new HashSet<>();
        while (kinds.size() < count) {
            final boolean daily = random.nextBoolean();
            final String per = daily ? "per: [customer, day]" : "per: [customer]";
            final boolean pieces = random.nextBoolean();
            final String kind = (pieces ? "count" : "amount") + ' ' + per;
            if (kinds.stream().noneMatch(each -> each.startsWith(kind))) {
                kinds.add(kind + '|' + (pieces ? 1 + random.nextInt(8) : 1 + random.nextInt(12)));
            }
        }
        final List<String> texts = new ArrayList<>();
        for (final String kind : kinds.stream().sorted().toList()) {
            final String limit = kind.substring(kind.indexOf('|') + 1);
            final String per = kind.substring(kind.indexOf(' ') + 1, kind.indexOf('|'));
            texts.add(kind.startsWith("count") ? "{count: " + limit + ", " + per + '}'
                : "{amount: \"" + limit + ".00\", " + per + '}');
        }
        return String.join(", ", texts);
    }

    private Catalogue load(final String yaml, final String name) throws IOException {
        final Path files = Files.createDirectories(folder.resolve("catalogue-" + name));
        Files.writeString(files.resolve("all.yaml"), yaml);
        final LoadResult result = CatalogueLoader.load(files, registry, CatalogueLoader.Previous.none());
        assertEquals(List.of(), result.errors(), yaml);
        return result.catalogue();
    }

    private void use(final Catalogue next) {
        catalogue = next;
        engine.use(ShardCatalogue.first(new FreeOffers(new OfferOrder(catalogue), Holds.NONE), 0));
    }

    private void begin(final String yaml, final int round) throws IOException {
        use(load(yaml, Integer.toString(round)));
        catalogues.clear();
        catalogues.add(catalogue);
        if (round % 3 == 1) {
            final String last = "campaign: campaign-" + (CAMPAIGNS - 1);
            catalogues.add(load(without(yaml, part -> part.startsWith("  - id: offer-2")), round + "-one"));
            final String rest = without(yaml, part -> part.contains(last));
            catalogues.add(load(rest, round + "-offers"));
            catalogues.add(load(rest.replaceAll("  - \\{id: campaign-" + (CAMPAIGNS - 1) + ".*\n", ""),
                round + "-campaign"));
        }
        limits.clear();
        for (int i = 0; i < catalogue.offerCount(); i++) {
            for (final Budget budget : catalogue.offer(i).customerBudgets()) {
                limits.put(budget.budgetId(), new CustomerBudgetOracle.Limit(
                    budget.budgetId(), budget.unit() == Budget.Unit.COUNT, budget.limit()));
            }
        }
        machine = new StateMachine(profiles, identities, eventIds, new PartitionTable(PARTITIONS));
        replay = new StateMachine(replayed, identities, eventIds, new PartitionTable(PARTITIONS));
    }

    private void round(final Random random, final int round) throws IOException {
        begin(yaml(random, round % 3 == 2 || round % 6 == 4, round % 3 == 1), round);
        final List<Person> persons = new ArrayList<>();
        for (int i = 0; i < CUSTOMERS; i++) {
            persons.add(person(round, i));
        }
        final int slow = 20 << random.nextInt(9);
        long second = 1_700_000_000L + random.nextInt(1_000_000);
        for (int operation = 0; operation < OPERATIONS_OF_A_ROUND; operation++) {
            if (random.nextInt(2_000) == 0) {
                restart();
            }
            if (catalogues.size() > 1 && random.nextInt(RELOADS_IN) == 0) {
                use(catalogues.get(random.nextInt(3) > 0 ? 0 : 1 + random.nextInt(catalogues.size() - 1)));
                reloads++;
            }
            where = "seed " + SEED + ", round " + round + ", operation " + operation;
            second += random.nextInt(slow);
            final Person person = persons.get(random.nextInt(persons.size()));
            final int dice = random.nextInt(1_000);
            if (dice < 4 && person.mergedInto == null) {
                final Person other = persons.get(random.nextInt(persons.size())).root();
                if (other != person) {
                    merge(person, other, second);
                }
            } else if (dice < 6 && person.mergedInto == null) {
                erase(person);
            } else if (dice < 500) {
                decide(random, person, second);
            } else if (!person.made.isEmpty()) {
                happen(random, person, person.made.get(person.made.size() - 1
                    - Math.min(person.made.size() - 1, random.nextInt(8))), second);
            }
            compareSums(person.root(), second);
        }
        for (final Person person : persons) {
            if (person.mergedInto == null) {
                assertArrayEquals(bytes(profiles, person), bytes(replayed, person),
                    "the journal makes the same profile; " + where);
            }
        }
    }

    /** From here on what the journal made is what decides. */
    private void restart() {
        final ProfileStore live = profiles;
        profiles = replayed;
        replayed = live;
        final StateMachine machineBefore = machine;
        machine = replay;
        replay = machineBefore;
        restarts++;
    }

    private Person person(final int round, final int index) {
        final Person person = new Person(Long.MIN_VALUE | round + 1, (long) (index + 1) << 32 | index * 7919L + 1);
        person.oracle = new CustomerBudgetOracle(limits);
        grant(person);
        return person;
    }

    private void grant(final Person person) {
        for (final ProfileStore store : List.of(profiles, replayed)) {
            assertTrue(store.findOrCreate(partition(person), person.high, person.low, profile));
            ProfileUpdates.grantConsent(profile, Consent.PERSONALISATION);
        }
    }

    private static int partition(final Person root) {
        return (int) (root.low & PARTITIONS - 1);
    }

    private byte[] bytes(final ProfileStore store, final Person person) {
        final byte[] bytes = new byte[ProfileFlyweight.LENGTH_BYTES];
        assertTrue(store.find(partition(person), person.high, person.low, profile));
        profile.buffer().getBytes(0, bytes);
        return bytes;
    }

    private RecordWriter begin(final Person root, final long second) {
        final int partition = partition(root);
        final long timeNs = second * 1_000_000_000L;
        return writer.at(partition, ++sequences[partition], timeNs, timeNs, root.high, root.low);
    }

    private void apply() {
        machine.apply(writer.buffer(), 0, writer.length());
        replay.apply(writer.buffer(), 0, writer.length());
    }

    private void merge(final Person person, final Person other, final long second) {
        // Times of both profiles, not the record's, say what is still open when they are merged.
        assertTrue(profiles.find(partition(other), other.high, other.low, profile));
        long updated = profile.updatedTimeNs() / 1_000_000_000L;
        final byte[] bytes = bytes(profiles, person);
        updated = Math.max(updated, profile.updatedTimeNs() / 1_000_000_000L);
        final var record = begin(other, second).mergeIn();
        record.eventIdHigh(0).eventIdLow(++events).source().high(person.high).low(person.low);
        record.person(0).putProfile(bytes, 0, bytes.length);
        apply();
        assertTrue(profiles.find(partition(other), other.high, other.low, profile));
        person.mergedInto = other;
        other.oracle.merge(person.oracle);
        // What finds no room counts as spent, and once more when it is.
        if (other.oracle.openBytes(updated, 0, 0) + profile.counterBytes() > AREA || other.oracle.lineCount() > 8) {
            other.oracle.exact = false;
            inexact++;
        }
        merges++;
    }

    private void erase(final Person person) {
        for (final ProfileStore store : List.of(profiles, replayed)) {
            store.remove(partition(person), person.high, person.low);
        }
        grant(person);
        person.oracle = new CustomerBudgetOracle(limits);
        erasures++;
    }

    private static int dayOf(final Offer offer, final Budget budget, final long second) {
        return budget.daily() ? LocalDay.of(offer.campaign().zone(), second * 1_000_000_000L) : 0;
    }

    private static List<CustomerBudgetOracle.Line> linesOf(final Offer offer, final long second) {
        final List<CustomerBudgetOracle.Line> lines = new ArrayList<>();
        for (final Budget budget : offer.customerBudgets()) {
            lines.add(new CustomerBudgetOracle.Line(budget.budgetId(), dayOf(offer, budget, second)));
        }
        return lines;
    }

    private static long amount(final Offer offer, final boolean auction) {
        return auction ? (long) (offer.valueMicros() * offer.propensity()) : offer.costMicros();
    }

    /** Whether an offer fits beside others by what the oracle knows, room left out. */
    private boolean fits(
        final CustomerBudgetOracle oracle, final List<Offer> others, final Offer offer, final boolean auction,
        final long second) {
        for (final Budget budget : offer.customerBudgets()) {
            final boolean pieces = budget.unit() == Budget.Unit.COUNT;
            long sum = oracle.used(budget.budgetId(), dayOf(offer, budget, second), second)
                + (pieces ? 1 : amount(offer, auction));
            for (final Offer other : others) {
                if (List.of(other.customerBudgets()).stream().anyMatch(of -> of.budgetId() == budget.budgetId())) {
                    sum += pieces ? 1 : amount(other, auction);
                }
            }
            if (sum > budget.limit()) {
                return false;
            }
        }
        return true;
    }

    private void decide(final Random random, final Person person, final long second) {
        final Person root = person.root();
        final boolean auction = random.nextInt(4) == 0;
        final boolean explain = random.nextInt(4) == 0;
        encodeRequest(auction ? Channel.AD_EXCHANGE : Channel.TILL, explain);
        assertTrue(profiles.find(partition(root), root.high, root.low, profile));
        final int counterBytes = profile.counterBytes();
        final boolean exactCaps =
            !profile.lifetimeCountersUnknown() && second >= profile.countersUnknownUntilSecond();
        lackingCounters += exactCaps ? 0 : 1;
        customer.identified(profile);
        customer.person(0);
        deadline.afterScoring(Integer.MAX_VALUE);
        engine.decide(request, customer, second * 1_000_000_000L, deadline, outcome);
        final List<Offer> chosen = new ArrayList<>();
        for (int place = 0; place < outcome.offerCount(); place++) {
            final Offer offer = catalogue.offer(outcome.offerIndex(place));
            assertTrue(!root.oracle.exact || fits(root.oracle, chosen, offer, auction, second),
                () -> where + ": " + offer.name() + " overspends");
            assertFalse(isCapped(root.oracle, offer, second), () -> where + ": " + offer.name() + " too often");
            chosen.add(offer);
        }
        for (int i = 0; explain && i < outcome.explanationCount(); i++) {
            held += outcome.explainedReason(i) == ReasonCode.CUSTOMER_BUDGET_USED ? 1 : 0;
            uncounted += outcome.explainedReason(i) == ReasonCode.CUSTOMER_BUDGET_UNCOUNTED ? 1 : 0;
        }
        decisions++;
        final int places = catalogue.placements().getFirst().offerCount();
        // With room for whatever may be chosen the slate is what the oracle says.
        if (root.oracle.exact && exactCaps && limits.size() <= 8
            && root.oracle.openBytes(second, places, limits.size() - root.oracle.lineCount())
                + counterBytes <= AREA) {
            comparedSlates++;
            final List<Offer> expected = new ArrayList<>();
            for (int i = 0; i < OFFERS && expected.size() < places; i++) {
                final Offer offer = find(registry.find(NameKind.OFFER, "offer-" + i));
                if (offer == null || isCapped(root.oracle, offer, second)) {
                    capped += offer == null ? 0 : 1;
                    continue;
                }
                final int answers = profile.findAnswers(offer.offerId());
                final boolean declined = answers >= 0 && profile.lastDeclineDay(answers) != 0
                    && second / 86_400 - profile.lastDeclineDay(answers) < ProfileFlyweight.DECLINE_DAYS;
                if (!declined && fits(root.oracle, expected, offer, auction, second)) {
                    expected.add(offer);
                }
            }
            assertEquals(expected.stream().map(Offer::name).toList(), chosen.stream().map(Offer::name).toList(),
                where);
        }
        record(person, chosen, auction, second);
    }

    private Offer find(final int offerId) {
        final int index = catalogue.offerIndexOf(offerId);
        return index < 0 ? null : catalogue.offer(index);
    }

    private boolean isCapped(final CustomerBudgetOracle oracle, final Offer offer, final long second) {
        final Cap cap = caps.get(offer.name());
        return cap != null && oracle.countedSince(offer.name(), cap.firstSecond(second)) >= cap.limit();
    }

    private void count(final CustomerBudgetOracle oracle, final Offer offer, final boolean redeems, final long second) {
        final Cap cap = caps.get(offer.name());
        if (cap != null && cap.isOfRedemptions() == redeems) {
            oracle.count(offer.name(), second);
        }
    }

    /** Applies what was written; the lines of budgets that the catalogue lacks may be forgotten where it is crowded. */
    private void applyTo(final Person root, final long second) {
        assertTrue(profiles.find(partition(root), root.high, root.low, profile));
        final int bytes = profile.counterBytes() + profile.customerSpendBytes();
        final List<Integer> orphans = new ArrayList<>();
        for (int line = 0; line < profile.customerLines(); line++) {
            if (!catalogue.hasCustomerBudget(profile.customerLineBudget(line))) {
                orphans.add(profile.customerLineBudget(line));
            }
        }
        apply();
        assertTrue(profiles.find(partition(root), root.high, root.low, profile));
        for (int line = 0; line < profile.customerLines(); line++) {
            orphans.remove((Integer) profile.customerLineBudget(line));
        }
        for (final int budgetId : orphans) {
            assertTrue(bytes >= AREA * 3 / 4, () -> where + ": forgot a budget at " + bytes + " bytes");
            assertFalse(root.oracle.exact && root.oracle.isOpen(budgetId, second), () -> where + ": still reserved of");
            root.oracle.forget(budgetId);
            forgottenBudgets++;
        }
    }

    private void encodeRequest(final Channel channel, final boolean explain) {
        requestEncoder.wrapAndApplyHeader(message, 0, headerEncoder).correlationId(1).clientSendTimeNs(0)
            .eventTimeNs(0).timeBudgetUs(0).placementId(catalogue.placements().getFirst().placementId())
            .customerNamespace(1).channel(channel).moment(Moment.TENDER).intent(Intent.BUYING).storeId(0)
            .currency(0).offersWanted((short) 0)
            .latitudeE7(DecisionRequestEncoder.latitudeE7NullValue())
            .longitudeE7(DecisionRequestEncoder.longitudeE7NullValue());
        requestEncoder.requestId().high(0).low(0);
        requestEncoder.flags().clear().explain(explain);
        requestEncoder.basketLinesCount(0);
        requestEncoder.attributesCount(0);
        requestEncoder.attributeTextsCount(0);
        requestEncoder.putCustomerId(new byte[0], 0, 0).putRestrictions(new byte[0], 0, 0);
        request.wrapAndApplyHeader(message, 0, headerDecoder);
    }

    private static long high(final int partition) {
        return (long) partition << 48 | 1;
    }

    private void record(final Person person, final List<Offer> chosen, final boolean auction, final long second) {
        final Person root = person.root();
        final int partition = partition(root);
        final long sequence = sequences[partition] + 1;
        final CountsBlock counts = counting.ofDecision(request, catalogue, outcome, customer);
        delivery.begin(request, second * 1_000_000_000L, high(partition), sequence);
        for (int place = 0; place < chosen.size(); place++) {
            final Offer offer = chosen.get(place);
            if (counts.length() == 0) {
                counts.begin(0, 0);
            }
            if (delivery.reserveOfCustomer(offer, outcome.score(place), counts)) {
                final long holdSeconds = auction ? AUCTION_SECONDS
                    : offer.validForNs() == 0 ? HOLD_SECONDS : offer.validForNs() / 1_000_000_000L;
                root.oracle.reserve(sequence << 16 | partition, offer.offerId(), second + 1 + holdSeconds,
                    amount(offer, auction), linesOf(offer, second));
            }
            person.made.add(new Made(sequence, partition, offer, auction, second, amount(offer, auction)));
            if (!auction) {
                count(root.oracle, offer, false, second);
            }
        }
        request.wrapAndApplyHeader(message, 0, headerDecoder);
        final int length = responses.encode(request, catalogue, outcome, 1, 1, second * 1_000_000_000L, 0);
        final int requestLength = MessageHeaderEncoder.ENCODED_LENGTH + requestEncoder.encodedLength();
        begin(root, second).decision()
            .requestIdHigh(0).requestIdLow(0).catalogueCounter(1).catalogueHash(1).modelEpoch(0).controlEpoch(0)
            .candidateCount(outcome.matched()).scoredCount(outcome.scored()).timeTakenNs(1).clientIndex(0)
            .affinityTable(0).putRequest(message, 0, requestLength)
            .putResponse(responses.buffer(), Sofh.HEADER_LENGTH_BYTES, length - Sofh.HEADER_LENGTH_BYTES)
            .putReservations(message, 0, 0)
            .putCounts(counts.buffer(), 0, counts.length())
            .putWithheld(message, 0, 0)
            .putChoice(message, 0, 0)
            .putFeatures(message, 0, 0);
        applyTo(root, second);
    }

    private void happen(final Random random, final Person person, final Made made, final long second) {
        final EventType[] types = made.auction()
            ? new EventType[] {EventType.WIN, EventType.LOSS, EventType.WIN}
            : new EventType[] {EventType.REDEMPTION, EventType.REDEMPTION, EventType.RETURN, EventType.DECLINE};
        EventType type = types[random.nextInt(types.length)];
        if (type == EventType.DECLINE && random.nextInt(6) > 0) {
            type = EventType.RETURN;
        }
        final Offer offer = made.offer();
        final Offer known = find(offer.offerId());
        final boolean decided = random.nextInt(20) > 0 || type != EventType.REDEMPTION;
        // Now and then a part, or more than it may cost.
        final long said = made.auction() ? made.price() - random.nextInt(1 + (int) made.price() / 2)
            : random.nextInt(3) > 0 ? EventReportEncoder.amountMicrosNullValue()
            : Math.max(1, made.price() * (1 + random.nextInt(12)) / 8);
        encodeEvent(type, offer, made, decided, said);
        final Person root = person.root();
        assertTrue(profiles.find(partition(root), root.high, root.low, profile));
        final CountsBlock counts = counting.ofEvent(type, offer.offerId(), catalogue, profile, 0);
        final long named;
        if (made.auction()) {
            settlement.ofNotice(report, known, made.price(), 0, EventType.WIN.value(), made.second() * 1_000_000_000L);
            named = made.second();
        } else {
            settlement.ofEvent(report, known, second * 1_000_000_000L);
            named = second;
        }
        settlement.countIn(counts, profile, 0, false);
        gone += known == null ? 1 : 0;
        if (known != null || profile.hasCustomerSpend()) {
            settle(root, made, known, type, decided, said, named, second);
        }
        if (known != null && type == EventType.REDEMPTION) {
            count(root.oracle, known, true, second);
        }
        begin(root, second).event().clientIndex(0)
            .putReport(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + eventEncoder.encodedLength())
            .putSettlement(message, 0, 0)
            .putCounts(counts.buffer(), 0, counts.length());
        applyTo(root, second);
    }

    private void encodeEvent(
        final EventType type, final Offer offer, final Made made, final boolean decided, final long said) {
        eventEncoder.wrapAndApplyHeader(message, 0, headerEncoder);
        eventEncoder.correlationId(1).clientSendTimeNs(0).eventTimeNs(0).amountMicros(said).offerId(offer.offerId())
            .creativeId(0).placementId(0).storeId(0).customerNamespace(1).currency(0)
            .channel(made.auction() ? Channel.AD_EXCHANGE : Channel.TILL).intent(Intent.UNKNOWN).eventType(type)
            .minToWinMicros(EventReportEncoder.minToWinMicrosNullValue())
            .lossReason(EventReportEncoder.lossReasonNullValue());
        eventEncoder.eventId().high(1).low(++events);
        eventEncoder.decisionId().high(decided ? high(made.partition()) : 0).low(decided ? made.sequence() : 0);
        eventEncoder.basketLinesCount(0);
        eventEncoder.customerId("");
        report.wrapAndApplyHeader(message, 0, headerDecoder);
    }

    /** The same for the oracle; the offer is null where the catalogue does not have it. */
    private void settle(
        final Person root, final Made made, final Offer known, final EventType type, final boolean decided,
        final long said, final long named, final long second) {
        final CustomerBudgetOracle oracle = root.oracle;
        final long id = decided ? made.sequence() << 16 | made.partition() : 0;
        final int offerId = made.offer().offerId();
        final int tag =
            CountsBlock.claimTag(decided ? high(made.partition()) : 0, decided ? made.sequence() : 0, offerId);
        if (oracle.isSpent(id, offerId) && !profile.isSpentClaim(tag)) {
            // Only where all of it does not fit may a claim have been forgotten.
            assertTrue(oracle.peakBytes > AREA - (caps.isEmpty() ? 0 : COUNTER_BYTES),
                () -> where + ": forgotten without need");
            oracle.forgetSpent(id, offerId);
            refundsForgotten += type == EventType.RETURN ? 1 : 0;
        }
        final boolean silent = said == EventReportEncoder.amountMicrosNullValue();
        final boolean isCostKnown = known != null || made.auction();
        final long amount = !silent ? said : isCostKnown ? made.price() : 0;
        switch (type) {
            case REDEMPTION, WIN -> {
                late += oracle.claims.stream().noneMatch(claim ->
                    claim.decision == id && claim.offerId == offerId && (claim.spent || claim.isOpen(second))) ? 1 : 0;
                oracle.commit(id, offerId, amount, isCostKnown,
                    known == null ? List.of() : linesOf(known, named), second);
            }
            case LOSS, DECLINE -> oracle.release(id, offerId, second);
            case RETURN -> {
                refunds++;
                if (known != null) {
                    oracle.reverse(id, offerId, amount, amount >= made.price(), second);
                }
            }
            default -> throw new IllegalStateException();
        }
    }

    @Test
    void shouldAllocateNothing() throws IOException {
        begin(yaml(new Random(SEED), true, false), 0);
        final Person person = person(0, 1);
        encodeRequest(Channel.TILL, false);
        assertTrue(profiles.find(partition(person), person.high, person.low, profile));
        final long[] second = {1_700_000_000L};
        final long[] reserved = {0};
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 5_000; i++) {
                second[0]++;
                final long timeNs = second[0] * 1_000_000_000L;
                customer.identified(profile);
                customer.person(0);
                request.sbeRewind();
                deadline.afterScoring(Integer.MAX_VALUE);
                engine.decide(request, customer, timeNs, deadline, outcome);
                final CountsBlock counts = counting.ofDecision(request, catalogue, outcome, customer);
                delivery.begin(request, timeNs, high(0), second[0]);
                for (int place = 0; place < outcome.offerCount(); place++) {
                    if (counts.length() == 0) {
                        counts.begin(0, 0);
                    }
                    delivery.reserveOfCustomer(
                        catalogue.offer(outcome.offerIndex(place)), outcome.score(place), counts);
                    reserved[0]++;
                }
                CountsBlock.apply(counts.buffer(), 0, counts.length(), profile, timeNs);
            }
        }), "bytes in 5,000 decisions under budgets per customer");
        assertTrue(reserved[0] > 0, "something must have been offered");
    }

    private void compareSums(final Person root, final long second) {
        assertTrue(profiles.find(partition(root), root.high, root.low, profile));
        root.oracle.peakBytes = Math.max(root.oracle.peakBytes, root.oracle.bytes() + profile.counterBytes());
        for (int i = 0; i < catalogue.offerCount(); i++) {
            final Offer offer = catalogue.offer(i);
            for (final Budget budget : offer.customerBudgets()) {
                final int day = dayOf(offer, budget, second);
                final long used = profile.customerUsed(budget.budgetId(), day, second * 1_000_000_000L);
                final long expected = root.oracle.used(budget.budgetId(), day, second);
                if (root.oracle.exact && used == ProfileFlyweight.UNKNOWN_SPEND) {
                    assertTrue(root.oracle.lineCount() > 8
                        || root.oracle.openBytes(second, 0, 0) + profile.counterBytes() > AREA,
                        () -> where + ": a line was forgotten without need");
                    root.oracle.exact = false;
                    crowded++;
                }
                if (root.oracle.exact) {
                    comparedSums++;
                    assertEquals(expected, used, () -> where + ": " + budget.words() + " of " + offer.name());
                } else {
                    assertTrue(used >= expected, () -> where + ": " + budget.words() + " of " + offer.name()
                        + " has " + used + " of " + expected);
                }
            }
        }
    }
}
