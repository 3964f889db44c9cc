package io.opportune.engine.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
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
import io.opportune.engine.identity.EventIdHorizon;
import io.opportune.engine.journal.RecordWriter;
import io.opportune.engine.profile.CapKey;
import io.opportune.engine.profile.CountsBlock;
import io.opportune.engine.profile.ExposureKind;
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
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random decisions and events of households through decision, record and state machine, against an oracle that
 * remembers all that ever happened. {@code -Dcaps.operations=N} and {@code -Dcaps.seed=N} change how many and which.
 */
class CapOracleTest {
    private static final long OPERATIONS = Long.getLong("caps.operations", 1_000_000L);
    private static final long SEED = Long.getLong("caps.seed", 20_261_122L);
    private static final int OPERATIONS_OF_A_ROUND = 20_000;
    private static final int PARTITIONS = 4;
    private static final int HOUSEHOLDS = 8;
    private static final int PERSONS_OF_A_HOUSEHOLD = 3;
    private static final EventType[] EVENTS = {
        EventType.IMPRESSION, EventType.IMPRESSION, EventType.IMPRESSION, EventType.ACCEPT, EventType.REDEMPTION,
        EventType.CLICK, EventType.DECLINE};

    /** Somebody who asks, alone or as one of a household. */
    private static final class Person {
        private final long high;
        private final long low;
        private final int household;
        private CapOracle oracle;
        private boolean joined;
        private List<Integer> lastShown = List.of();

        Person(final long high, final long low, final int household) {
            this.high = high;
            this.low = low;
            this.household = household;
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
    private final EventReportEncoder eventEncoder = new EventReportEncoder();
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final DecisionEngine engine = new DecisionEngine(() -> 0, new StageTimers(0));
    private final Deadline deadline = new Deadline(() -> 0);
    private final ResponseEncoder responses = new ResponseEncoder(() -> 0, () -> 0);
    private final DecisionOutcome outcome = new DecisionOutcome();
    private final CapCounting counting = new CapCounting();
    private final Customer customer = new Customer();
    private final ProfileFlyweight profile = new ProfileFlyweight();
    private final long[] sequences = new long[PARTITIONS];

    private IdentityIndex identities;
    private ProfileStore profiles;
    private ProfileStore replayed;
    private StateMachine machine;
    private StateMachine replay;
    private Catalogue catalogue;
    private CapWorld world;
    private int[] offerByIndex;
    private long events;

    private long decisions;
    private long compared;
    private long differing;
    private long blocked;
    private long altered;
    private long capped;
    private long lacking;
    private long forgotten;
    private long overDelivered;
    private String firstDifference = "";

    @BeforeEach
    void open() {
        profiles = store("profiles");
        replayed = store("replayed");
        identities = IdentityIndex.open(folder.resolve("identities"), 10_000, "caps");
    }

    private ProfileStore store(final String name) {
        return ProfileStore.open(folder.resolve(name), new ProfileStoreSettings(PARTITIONS, 200_000, 0, "caps"));
    }

    @AfterEach
    void close() {
        profiles.close();
        replayed.close();
        identities.close();
        eventIds.close();
    }

    @Test
    void shouldAgreeWithAnOracleThatForgetsNothing() throws IOException {
        final long rounds = Math.max(3, OPERATIONS / OPERATIONS_OF_A_ROUND);
        for (int round = 0; round < rounds; round++) {
            final Random random = new Random(SEED + round);
            final boolean crowded = round % 3 == 2;
            world = crowded ? CapWorld.random(random, 60, 120, 12, true)
                : CapWorld.random(random, 8, 1 + random.nextInt(5), random.nextInt(5), false);
            round(random, round, crowded);
        }
        System.out.printf("caps: %,d operations, seed %d: %,d decisions, %,d compared exactly, %,d of them "
            + "with a cap reached, %,d different; %,d with counters forgotten, %,d of them with other offers, "
            + "%,d places lost, %,d made too often%n", rounds * OPERATIONS_OF_A_ROUND, SEED, decisions, compared,
            capped, differing, lacking, altered, blocked, overDelivered);
        assertEquals(0, differing, firstDifference);
        assertEquals(0, overDelivered, firstDifference);
        assertTrue(compared > decisions / 2, compared + " of " + decisions + " compared");
        assertTrue(capped > compared / 4, "caps were reached in " + capped + " of " + compared);
        assertTrue(lacking > 0, "crowded profiles must have forgotten something");
        assertTrue(forgotten > 0, "and that must have been counted");
    }

    private void load(final String yaml, final int round) throws IOException {
        final Path files = Files.createDirectories(folder.resolve("catalogue-" + round));
        Files.writeString(files.resolve("all.yaml"), yaml);
        final LoadResult result = CatalogueLoader.load(files, registry, CatalogueLoader.Previous.none());
        assertEquals(List.of(), result.errors(), yaml);
        catalogue = result.catalogue();
        engine.use(ShardCatalogue.first(new FreeOffers(new OfferOrder(catalogue), Holds.NONE), 0));
        offerByIndex = new int[catalogue.offerCount()];
        for (int i = 0; i < offerByIndex.length; i++) {
            offerByIndex[i] = Integer.parseInt(catalogue.offer(i).name().substring("offer-".length()));
        }
        final PartitionTable table = new PartitionTable(PARTITIONS);
        machine = new StateMachine(profiles, identities, eventIds, table);
        replay = new StateMachine(replayed, identities, eventIds, new PartitionTable(PARTITIONS));
    }

    private void round(final Random random, final int round, final boolean crowded) throws IOException {
        load(world.yaml(), round);
        final Person[] persons = new Person[HOUSEHOLDS * (1 + PERSONS_OF_A_HOUSEHOLD)];
        for (int i = 0; i < persons.length; i++) {
            // The first of each household is the household's own id, with the top bit clear.
            final boolean isHousehold = i % (1 + PERSONS_OF_A_HOUSEHOLD) == 0;
            persons[i] = new Person(isHousehold ? round + 1 : Long.MIN_VALUE | round + 1,
                (long) (i + 1) << 32 | i * 7919L + 1, i / (1 + PERSONS_OF_A_HOUSEHOLD) * (1 + PERSONS_OF_A_HOUSEHOLD));
            persons[i].oracle = new CapOracle(world);
            grant(profiles, persons[i]);
            grant(replayed, persons[i]);
        }
        // Some rounds last days and others months, so that every window is now empty and now full.
        final int slow = 20 << random.nextInt(7);
        long second = 1_700_000_000L + random.nextInt(100_000);
        for (int operation = 0; operation < OPERATIONS_OF_A_ROUND; operation++) {
            second += random.nextInt(100) == 0 ? random.nextInt(20_000) : random.nextInt(slow);
            final Person person = persons[random.nextInt(persons.length)];
            if (random.nextInt(500) == 0 && person.high < 0 && !person.joined) {
                join(person, persons[person.household], second);
            } else if (random.nextInt(100) < 60) {
                decide(random, person, persons, second,
                    "seed " + SEED + ", round " + round + ", operation " + operation);
            } else {
                happen(random, person, persons, second, crowded);
            }
        }
        for (final Person person : persons) {
            assertSameAfterReplay(person);
        }
        assertEquals(machine.forgotten(), replay.forgotten());
        forgotten += machine.forgotten();
    }

    private static int partition(final Person root) {
        return (int) (root.low & PARTITIONS - 1);
    }

    private void grant(final ProfileStore store, final Person person) {
        assertTrue(store.findOrCreate(partition(person), person.high, person.low, profile));
        ProfileUpdates.grantConsent(profile, Consent.PERSONALISATION);
    }

    private void assertSameAfterReplay(final Person person) {
        final byte[] live = bytes(profiles, person);
        assertArrayEquals(live, bytes(replayed, person), "the journal makes the same profile");
    }

    private byte[] bytes(final ProfileStore store, final Person person) {
        final byte[] bytes = new byte[ProfileFlyweight.LENGTH_BYTES];
        assertTrue(store.find(partition(person), person.high, person.low, profile));
        profile.buffer().getBytes(0, bytes);
        return bytes;
    }

    private RecordWriter begin(final Person root, final long second) {
        final int partition = partition(root);
        final long timeNs = second * 1_000_000_000L + 123;
        return writer.at(partition, ++sequences[partition], timeNs, timeNs, root.high, root.low);
    }

    private void apply() {
        machine.apply(writer.buffer(), 0, writer.length());
        replay.apply(writer.buffer(), 0, writer.length());
    }

    private void join(final Person person, final Person household, final long second) {
        final byte[] bytes = bytes(profiles, person);
        final var record = begin(household, second).mergeIn();
        record.eventIdHigh(0).eventIdLow(++events).source().high(person.high).low(person.low);
        record.person(0).putProfile(bytes, 0, bytes.length);
        apply();
        person.joined = true;
        household.oracle.join(person.oracle, CapKey.personTag(person.low));
    }

    private static Person rootOf(final Person person, final Person[] persons) {
        return person.joined ? persons[person.household] : person;
    }

    private static int tagOf(final Person person) {
        return person.joined ? CapKey.personTag(person.low) : 0;
    }

    private void happen(
        final Random random, final Person person, final Person[] persons, final long second, final boolean crowded) {
        final Person root = rootOf(person, persons);
        final EventType type = EVENTS[random.nextInt(crowded ? EVENTS.length - 1 : EVENTS.length)];
        // In crowded profiles counters may push a "no" out; elsewhere a few offers are declined now and then.
        if (type == EventType.DECLINE && random.nextInt(10) > 0) {
            return;
        }
        final int drawn = random.nextInt(type == EventType.DECLINE ? Math.min(4, world.offers) : world.offers);
        // Mostly about what was offered last, as in life; sometimes late or from elsewhere.
        final boolean isAboutLast =
            type != EventType.DECLINE && !person.lastShown.isEmpty() && random.nextInt(10) > 0;
        final int offer = isAboutLast ? person.lastShown.get(drawn % person.lastShown.size()) : drawn;
        final int offerId = registry.find(NameKind.OFFER, "offer-" + offer);
        eventEncoder.wrapAndApplyHeader(message, 0, headerEncoder);
        eventEncoder.correlationId(1).clientSendTimeNs(0).eventTimeNs(0).amountMicros(0).offerId(offerId).creativeId(0)
            .placementId(0).storeId(0).customerNamespace(1).currency(0).channel(Channel.APP).intent(Intent.UNKNOWN)
            .eventType(type).minToWinMicros(EventReportEncoder.minToWinMicrosNullValue())
            .lossReason(EventReportEncoder.lossReasonNullValue());
        eventEncoder.eventId().high(1).low(++events);
        eventEncoder.decisionId().high(0).low(0);
        eventEncoder.basketLinesCount(0);
        eventEncoder.customerId("");
        assertTrue(profiles.find(partition(root), root.high, root.low, profile));
        final CountsBlock counts = counting.ofEvent(type, offerId, catalogue, profile, tagOf(person));
        begin(root, second).event().clientIndex(0)
            .putReport(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + eventEncoder.encodedLength())
            .putSettlement(message, 0, 0)
            .putCounts(counts.buffer(), 0, counts.length());
        apply();
        root.oracle.active(second);
        switch (type) {
            case IMPRESSION -> root.oracle.count(offer, ExposureKind.IMPRESSION, tagOf(person), second);
            case ACCEPT -> root.oracle.count(offer, ExposureKind.ACCEPT, tagOf(person), second);
            case REDEMPTION -> root.oracle.count(offer, ExposureKind.REDEMPTION, tagOf(person), second);
            case DECLINE -> root.oracle.decline(offer, second);
            default -> {
                // A click is no contact.
            }
        }
    }

    private void decide(
        final Random random, final Person person, final Person[] persons, final long second, final String where) {
        final Person root = rootOf(person, persons);
        final boolean explain = random.nextInt(10) == 0;
        final Channel channel =
            random.nextInt(3) == 0 ? Channel.AD_EXCHANGE : random.nextBoolean() ? Channel.TILL : Channel.APP;
        encodeRequest(channel, explain);
        assertTrue(profiles.find(partition(root), root.high, root.low, profile));
        final long timeNs = second * 1_000_000_000L + 123;
        final boolean exact = !profile.lifetimeCountersUnknown() && !profile.sessionCountersUnknown()
            && second >= profile.countersUnknownUntilSecond();
        customer.identified(profile);
        customer.person(tagOf(person));
        deadline.afterScoring(Integer.MAX_VALUE);
        engine.decide(request, customer, timeNs, deadline, outcome);
        final List<Integer> chosen = IntStream.range(0, outcome.offerCount())
            .mapToObj(place -> offerByIndex[outcome.offerIndex(place)]).toList();
        compare(root.oracle, tagOf(person), second, chosen, exact, explain, where);
        person.lastShown = chosen;
        record(root, person, channel, second, chosen);
    }

    private void encodeRequest(final Channel channel, final boolean explain) {
        requestEncoder.wrapAndApplyHeader(message, 0, headerEncoder).correlationId(1).clientSendTimeNs(0)
            .eventTimeNs(0).timeBudgetUs(0).placementId(catalogue.placements().getFirst().placementId())
            .customerNamespace(1).channel(channel).moment(Moment.APP_OPEN).intent(Intent.BUYING).storeId(0)
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

    private void compare(
        final CapOracle oracle, final int person, final long second, final List<Integer> chosen, final boolean exact,
        final boolean explain, final String where) {
        final int[] left = oracle.left(person, second);
        final List<Integer> expected = oracle.slate(left, second);
        decisions++;
        if (exact) {
            compared++;
            capped += IntStream.range(0, world.offers).anyMatch(offer -> oracle.isCapped(offer, left)) ? 1 : 0;
            boolean same = expected.equals(chosen);
            for (int i = 0; explain && i < outcome.explanationCount(); i++) {
                final int offer = offerByIndex[outcome.explainedOffer(i)];
                same &= outcome.explainedReason(i) == ReasonCode.CAP_REACHED
                    || !oracle.isCapped(offer, left) || oracle.isDeclined(offer, second);
            }
            if (!same) {
                differing++;
                note(where + ": expected " + expected + ", made " + chosen);
            }
            return;
        }
        lacking++;
        altered += expected.equals(chosen) ? 0 : 1;
        blocked += Math.max(0, expected.size() - chosen.size());
        final int[] rest = left.clone();
        for (final int offer : chosen) {
            if (oracle.isCapped(offer, rest)) {
                overDelivered++;
                note(where + ": made " + offer + " too often");
            }
            for (int i = 0; i < rest.length; i++) {
                final CapWorld.Spec spec = world.specs.get(i);
                final boolean shown =
                    spec.kind() == ExposureKind.DECISION || spec.kind() == ExposureKind.IMPRESSION;
                rest[i] -= shown && world.isOn(spec, offer) ? 1 : 0;
            }
        }
    }

    private void note(final String what) {
        firstDifference = firstDifference.isEmpty() ? what : firstDifference;
    }

    private void record(
        final Person root, final Person person, final Channel channel, final long second,
        final List<Integer> chosen) {
        final CountsBlock counts = counting.ofDecision(request, catalogue, outcome, customer);
        assertFalse(channel == Channel.AD_EXCHANGE && counts.length() > 8, "a bid counts nothing");
        request.wrapAndApplyHeader(message, 0, headerDecoder);
        final int length = responses.encode(request, catalogue, outcome, 1, 1, second * 1_000_000_000L + 123, 0);
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
        apply();
        if (channel != Channel.AD_EXCHANGE) {
            root.oracle.active(second);
            chosen.forEach(offer ->
                root.oracle.count(offer, ExposureKind.DECISION, tagOf(person), second));
        }
    }

    @Test
    void shouldAllocateNothing() throws IOException {
        world = shop();
        load(world.yaml(), 0);
        final Person person = new Person(Long.MIN_VALUE | 77, 4, 0);
        grant(profiles, person);
        encodeRequest(Channel.APP, false);
        assertTrue(profiles.find(partition(person), person.high, person.low, profile));
        final int offerId = catalogue.offer(3).offerId();
        final long[] second = {1_700_000_000L};
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 5_000; i++) {
                second[0] += 3_000;
                final long timeNs = second[0] * 1_000_000_000L;
                customer.identified(profile);
                customer.person(i % 3);
                request.sbeRewind();
                deadline.afterScoring(Integer.MAX_VALUE);
                engine.decide(request, customer, timeNs, deadline, outcome);
                final CountsBlock decided = counting.ofDecision(request, catalogue, outcome, customer);
                CountsBlock.apply(decided.buffer(), 0, decided.length(), profile, timeNs);
                final CountsBlock told =
                    counting.ofEvent(EventType.IMPRESSION, offerId, catalogue, profile, i % 3);
                CountsBlock.apply(told.buffer(), 0, told.length(), profile, timeNs);
            }
        }), "bytes in 5,000 decisions and events with caps");
    }

    /** A customer of a shop: how often counters must go at settings as shops have them. */
    @Test
    void shouldSeldomForgetAtRealisticSettings() throws IOException {
        world = shop();
        load(world.yaml(), 0);
        final Random random = new Random(SEED);
        final List<Person> persons = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            final Person person = new Person(Long.MIN_VALUE | 77, (long) (i + 1) << 32 | i, i);
            person.oracle = new CapOracle(world);
            grant(profiles, person);
            grant(replayed, person);
            persons.add(person);
        }
        final Person[] all = persons.toArray(Person[]::new);
        // 60 days with 5 contacts a week each, of which every tenth redeems something.
        long second = 1_700_000_000L;
        final int contacts = 500 * 60 * 5 / 7;
        for (int i = 0; i < contacts; i++) {
            second += 60L * 86_400 / contacts;
            final Person person = all[random.nextInt(all.length)];
            decide(random, person, all, second, "seed " + SEED + ", contact " + i);
            final int shown = outcome.offerCount();
            for (int place = 0; place < shown; place++) {
                offerEvent(person, all, EventType.IMPRESSION, offerByIndex[outcome.offerIndex(place)], second + 1);
            }
            if (shown > 0 && random.nextInt(10) == 0) {
                offerEvent(person, all, EventType.REDEMPTION, offerByIndex[outcome.offerIndex(0)], second + 2);
            }
        }
        long bytes = 0;
        for (final Person person : persons) {
            assertTrue(profiles.find(partition(person), person.high, person.low, profile));
            bytes += profile.counterBytes();
        }
        System.out.printf("caps of a shop: %,d decisions, %,d with counters forgotten, %,d places lost to it, "
            + "%,d bytes of %,d used on average%n", decisions, lacking, blocked, bytes / persons.size(),
            ProfileFlyweight.COUNTER_AREA_BYTES);
        assertEquals(0, differing, firstDifference);
        assertEquals(0, overDelivered, firstDifference);
        assertTrue(lacking < decisions / 20, lacking + " of " + decisions + " decisions lacked counters");
    }

    private void offerEvent(
        final Person person, final Person[] persons, final EventType type, final int offer, final long second) {
        // The event of this one offer instead of a random one.
        happen(new FixedRandom(type, offer), person, persons, second, false);
    }

    /** Draws what makes {@link #happen} an event of one type about one offer. */
    private static final class FixedRandom extends Random {
        private static final long serialVersionUID = 1L;
        private final int type;
        private final int offer;
        private int draws;

        FixedRandom(final EventType type, final int offer) {
            super(0);
            this.type = List.of(EVENTS).indexOf(type);
            this.offer = offer;
        }

        @Override
        public int nextInt(final int bound) {
            return draws++ == 0 ? type : draws == 2 ? offer : 0;
        }
    }

    /** Forty offers of ten campaigns, three places: each offer up to 3 times a week, redeemed once, all 20 a week. */
    private static CapWorld shop() {
        final CapWorld shop = new CapWorld(40, 10, 5, 8, 3);
        for (int offer = 0; offer < shop.offers; offer++) {
            shop.specs.add(new CapWorld.Spec(
                CapWorld.On.OFFER, offer, ExposureKind.REDEMPTION, 1, "lifetime", false));
        }
        for (int campaign = 0; campaign < shop.campaigns; campaign++) {
            shop.specs.add(new CapWorld.Spec(
                CapWorld.On.CAMPAIGN, campaign, ExposureKind.IMPRESSION, 3, "week", false));
        }
        shop.specs.add(new CapWorld.Spec(CapWorld.On.ALL, 0, ExposureKind.IMPRESSION, 20, "week", false));
        shop.specs.add(new CapWorld.Spec(CapWorld.On.ALL, 0, ExposureKind.IMPRESSION, 6, "day", false));
        return shop;
    }
}
