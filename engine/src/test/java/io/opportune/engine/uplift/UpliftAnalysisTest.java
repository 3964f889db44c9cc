package io.opportune.engine.uplift;

import static io.opportune.engine.uplift.ExperimentJournal.DAY_NS;
import static io.opportune.engine.uplift.ExperimentJournal.USD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.AdTraits;
import io.opportune.engine.catalogue.Advertiser;
import io.opportune.engine.catalogue.Campaign;
import io.opportune.engine.catalogue.ControlGroup;
import io.opportune.engine.catalogue.ExperimentSettings;
import io.opportune.engine.catalogue.Pacing;
import io.opportune.engine.experiment.ControlGroups;
import io.opportune.engine.identity.PseudonymKey;
import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.ContextOperation;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from journals: who counts in which arm, what is counted for whom, and who is left out. */
class UpliftAnalysisTest {
    private static final long SEED = 8;
    private static final int MILK = 1;
    private static final int BEER = 2;
    private static final int EUR = 978;
    private static final int PARENTS = 1;
    private static final long WINDOW_NS = 10 * DAY_NS;
    private static final ControlGroup TENTH = new ControlGroup(1_000, "a");
    private static final ControlGroup HALF = new ControlGroup(5_000, "milk");

    @TempDir
    private Path folder;

    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    private ExperimentSettings settings = settings(TENTH, HALF, ControlGroup.NONE);
    private ExperimentSettings laterSettings = settings;

    @BeforeEach
    void name() {
        assertEquals(MILK, registry.findOrAdd(NameKind.CAMPAIGN, "milk"));
        assertEquals(BEER, registry.findOrAdd(NameKind.CAMPAIGN, "beer"));
        assertEquals(PARENTS, registry.findOrAdd(NameKind.SEGMENT, "parents"));
    }

    private static ExperimentSettings settings(
        final ControlGroup global, final ControlGroup milk, final ControlGroup beer) {
        return new ExperimentSettings(global, List.of(campaign(MILK, "milk", milk), campaign(BEER, "beer", beer)));
    }

    private static Campaign campaign(final int id, final String name, final ControlGroup control) {
        return new Campaign(id, name, new Advertiser(1, "acme", "Acme", 0, AdTraits.NONE),
            Campaign.Objective.CONVERSIONS, null, ZoneOffset.UTC, List.of(new Campaign.Flight(0, 1)), List.of(),
            List.of(), Pacing.UNPACED, USD, false, AdTraits.NONE, control, WINDOW_NS);
    }

    private interface Story {
        void tell(ExperimentJournal journal);
    }

    private UpliftReport report(final UpliftOptions options, final Story story) {
        final Path queue = folder.resolve("shard-00");
        try (ExperimentJournal journal = new ExperimentJournal(queue)) {
            story.tell(journal);
        }
        return UpliftAnalysis.of(List.of(queue),
            hash -> hash == 1 ? settings : hash == 2 ? laterSettings : null, registry, options);
    }

    private static UpliftOptions by(final UpliftOptions.Slicing slicing) {
        return new UpliftOptions(UpliftOptions.ALL, slicing, Long.MAX_VALUE, WINDOW_NS, 1_000, false, false);
    }

    private static Comparison of(final UpliftReport report, final String campaign) {
        return report.comparisons().stream().filter(each -> each.campaign().equals(campaign)).findFirst()
            .orElseThrow();
    }

    private static String arms(final Slice slice) {
        return slice.treated() + "/" + slice.control() + " done " + slice.treatedDone() + "/" + slice.controlDone();
    }

    private static double treatedRevenue(final Comparison comparison) {
        return comparison.whole().revenue().effect().treatedMean();
    }

    private static double controlRevenue(final Comparison comparison) {
        return comparison.whole().revenue().effect().controlMean();
    }

    @Test
    void shouldPutEachCustomerIntoAnArmOnce() {
        final UpliftReport report = report(by(UpliftOptions.Slicing.NONE), journal -> {
            journal.at(DAY_NS).offered(1, MILK, BEER);
            journal.offered(1, MILK);
            journal.replaced(2, MILK, BEER);
            journal.replaced(3, MILK);
            journal.keptBack(4, MILK, BEER);
            journal.offered(5, BEER);
            journal.fallback(6, BEER);
            journal.tested(7, BEER);
            journal.offered(0, MILK);
            journal.keptBack(8, BEER);
            journal.at(100 * DAY_NS).bought(9, 1);
        });
        // All offers: 1, 2, 3 and 5 might have been offered anything; only 4 and 8 are in the control group.
        assertEquals("4/2 done 4/2", arms(of(report, "").whole()));
        // Milk has its own group: 4, who is offered nothing at all, is no part of it.
        assertEquals("1/2 done 1/2", arms(of(report, "milk").whole()));
        assertTrue(of(report, "milk").ownGroup());
        assertEquals(5_000, of(report, "milk").basisPoints());
        // Beer has none and is compared with the global one, where milk's group can have changed nothing.
        assertEquals("1/1 done 1/1", arms(of(report, "beer").whole()));
        assertEquals(3, of(report, "beer").overlapping());
        assertFalse(of(report, "beer").ownGroup());
        assertEquals(1_000, of(report, "beer").basisPoints());
        assertEquals(8, report.decisions());
        assertEquals(1, report.namelessDecisions());
        assertEquals(List.of("", "milk", "beer"), report.comparisons().stream().map(Comparison::campaign).toList());
    }

    /**
     * Two campaigns compete for one place, milk first, each with a group of its own. Beer is made where milk is kept
     * back, and would be counted for the treated arm alone: its control arm has no ghost where milk's ghost stands.
     */
    @Test
    void shouldNotCountWhatStandsInForAnotherCampaign() {
        settings = settings(ControlGroup.NONE, HALF, new ControlGroup(5_000, "beer"));
        final UpliftReport report = report(by(UpliftOptions.Slicing.NONE), journal -> {
            final SplittableRandom random = new SplittableRandom(SEED);
            for (int customer = 1; customer <= 4_000; customer++) {
                final boolean milk = random.nextBoolean();
                final boolean beer = random.nextBoolean();
                // A third of the customers like no milk.
                if (customer % 3 == 0) {
                    if (beer) {
                        journal.at(customer).replaced(customer, BEER);
                    } else {
                        journal.at(customer).offered(customer, BEER);
                    }
                } else if (!milk) {
                    journal.at(customer).offered(customer, MILK);
                } else if (beer) {
                    journal.at(customer).replaced(customer, MILK);
                } else {
                    journal.at(customer).replaced(customer, MILK, BEER);
                }
            }
        });
        final Slice beer = of(report, "beer").whole();
        assertEquals(4_000 / 3, beer.treated() + beer.control());
        assertFalse(beer.alarm(), "seed " + SEED + ": " + arms(beer));
        assertFalse(of(report, "milk").whole().alarm(), "seed " + SEED + ": " + arms(of(report, "milk").whole()));
        assertEquals(4_000 - 4_000 / 3, of(report, "milk").whole().treated() + of(report, "milk").whole().control());
        assertTrue(of(report, "beer").overlapping() > 500, "seed " + SEED);
    }

    /** Campaigns of one group are kept back together, and each counts all the same. */
    @Test
    void shouldJudgeCampaignsOfOneGroupTogether() {
        settings = settings(ControlGroup.NONE, HALF, HALF);
        final UpliftReport report = report(by(UpliftOptions.Slicing.NONE), journal -> {
            journal.at(DAY_NS).offered(1, MILK, BEER);
            journal.keptBackTogether(2, MILK, BEER);
            journal.replaced(3, BEER);
            journal.at(50 * DAY_NS).bought(9, 0);
        });
        assertEquals("1/1 done 1/1", arms(of(report, "milk").whole()));
        assertEquals("1/2 done 1/2", arms(of(report, "beer").whole()));
    }

    @Test
    void shouldCountWhatIsBoughtWithinTheWindow() {
        final UpliftReport report = report(by(UpliftOptions.Slicing.NONE), journal -> {
            journal.at(DAY_NS).bought(1, 64_000_000);
            journal.at(2 * DAY_NS).offered(1, MILK);
            journal.replaced(2, MILK);
            journal.bought(1, 1_000_000);
            journal.at(3 * DAY_NS).offered(1, MILK);
            journal.at(12 * DAY_NS - 1).bought(1, 2_000_000);
            journal.event(1, EventType.RETURN, -500_000, USD, 0);
            journal.event(1, EventType.REDEMPTION, 300_000, USD, MILK);
            journal.event(1, EventType.PURCHASE, 8_000_000, EUR, 0);
            journal.event(1, EventType.IMPRESSION, 0, USD, MILK);
            journal.event(2, EventType.REDEMPTION, 16_000_000, USD, BEER);
            journal.at(12 * DAY_NS).bought(1, 32_000_000);
            journal.bought(2, 32_000_000);
        });
        final Comparison milk = of(report, "milk");
        assertEquals("1/1 done 1/1", arms(milk.whole()));
        assertEquals(2.5, treatedRevenue(milk), 1e-12);
        assertEquals(0, controlRevenue(milk), 1e-12);
        assertEquals(1, milk.whole().conversions().effect().treatedMean(), 1e-12);
        assertEquals(1, milk.whole().conversions().effect().controlMean(), 1e-12);
        assertEquals(1, milk.otherCurrency());
        assertEquals(1, milk.redemptions());
        assertEquals(300_000, milk.redeemedMicros());
        assertEquals(1, milk.impressions());
        assertFalse(milk.whole().revenue().enough());
        assertSame(Interval.UNKNOWN, milk.whole().revenue().sequential());
    }

    @Test
    void shouldWaitForTheWindowToEnd() {
        final Story story = journal -> {
            journal.at(0).offered(1, MILK);
            journal.at(5 * DAY_NS).offered(2, MILK);
            journal.at(WINDOW_NS - 1).bought(1, 1_000_000);
        };
        assertEquals("2/0 done 1/0", arms(of(report(by(UpliftOptions.Slicing.NONE), story), "milk").whole()));
        // Looked at a moment earlier nobody's window is over and the purchase has not happened.
        final UpliftOptions earlier = new UpliftOptions(MILK, UpliftOptions.Slicing.NONE, WINDOW_NS - 1, 0, 1_000,
            false, false);
        final UpliftReport report = UpliftAnalysis.of(List.of(folder.resolve("shard-00")), hash -> settings, registry,
            earlier);
        assertEquals(1, report.comparisons().size());
        assertEquals("2/0 done 0/0", arms(of(report, "milk").whole()));
    }

    /** Leaving out only those who met both arms would take more from the smaller one. */
    @Test
    void shouldLeaveOutWhoseOffersStandUnderSeveralKeys() {
        final UpliftReport report = report(by(UpliftOptions.Slicing.NONE), journal -> {
            journal.at(DAY_NS).offered(1, MILK);
            journal.replaced(2, MILK);
            journal.merged(1, 2);
            journal.offered(3, MILK);
            journal.offered(4, MILK);
            journal.merged(3, 4);
            journal.at(2 * DAY_NS).offered(5, MILK);
            journal.bought(5, 1_000_000);
            journal.merged(5, 6);
            journal.bought(6, 2_000_000);
            // The key of 5 comes back as somebody else.
            journal.bought(5, 4_000_000);
            journal.at(3 * DAY_NS).offered(5, MILK);
            journal.at(50 * DAY_NS).bought(9, 0);
        });
        final Comparison milk = of(report, "milk");
        assertEquals("2/0 done 2/0", arms(milk.whole()));
        assertEquals(2, milk.severalRoots());
        assertEquals(1, milk.bothArms());
        // Who came back bought before being offered anything.
        assertEquals(1.5, treatedRevenue(milk), 1e-12);
    }

    @Test
    void shouldLeaveOutWhoWasErased() {
        final UpliftReport report = report(by(UpliftOptions.Slicing.NONE), journal -> {
            journal.at(DAY_NS).offered(1, MILK);
            journal.offered(2, MILK);
            journal.merged(2, 3);
            journal.replaced(4, MILK);
            journal.erased(1);
            journal.erased(3);
            journal.offered(1, MILK);
            journal.at(50 * DAY_NS).bought(9, 0);
        });
        final Comparison milk = of(report, "milk");
        assertEquals("1/1 done 1/1", arms(milk.whole()));
        assertEquals(2, milk.erased());
    }

    @Test
    void shouldBeginAnewWhenAGroupChanges() {
        laterSettings = settings(TENTH, new ControlGroup(2_000, "milk"), ControlGroup.NONE);
        final UpliftReport report = report(by(UpliftOptions.Slicing.NONE), journal -> {
            journal.at(DAY_NS).offered(1, MILK);
            journal.replaced(2, MILK);
            journal.catalogue(2, 2).at(2 * DAY_NS).offered(3, MILK);
            // Another shard still decides with the former catalogue.
            journal.catalogue(1, 1).offered(4, MILK);
            journal.catalogue(2, 2).offered(2, MILK);
            journal.catalogue(3, 3).offered(5, MILK);
            journal.at(50 * DAY_NS).bought(9, 0);
        });
        final Comparison milk = of(report, "milk");
        assertEquals("2/0 done 2/0", arms(milk.whole()));
        assertEquals(2 * DAY_NS, milk.sinceNs());
        assertEquals(2_000, milk.basisPoints());
        assertEquals(1, report.unknownSettings());
        // The global group has not changed.
        assertEquals("4/0 done 4/0", arms(of(report, "").whole()));
    }

    @Test
    void shouldKeepTheFiguresOfAnExperimentThatHasEnded() {
        laterSettings = settings(ControlGroup.NONE, ControlGroup.NONE, ControlGroup.NONE);
        final UpliftReport report = report(by(UpliftOptions.Slicing.NONE), journal -> {
            journal.at(DAY_NS).offered(1, MILK);
            journal.replaced(2, MILK);
            journal.catalogue(2, 2).at(2 * DAY_NS).offered(2, MILK);
            journal.offered(3, MILK);
            journal.at(50 * DAY_NS).bought(9, 0);
        });
        assertEquals("1/1 done 1/1", arms(of(report, "milk").whole()));
        assertFalse(of(report, "milk").running());
    }

    @Test
    void shouldCutByChannelAndSegment() {
        final Story story = journal -> {
            journal.at(DAY_NS).segment(1, ContextOperation.ADD_SEGMENT, PARENTS);
            journal.segment(2, ContextOperation.ADD_SEGMENT, PARENTS);
            journal.segment(2, ContextOperation.REMOVE_SEGMENT, PARENTS);
            journal.on(Channel.APP).offered(1, MILK);
            journal.on(Channel.TILL).offered(1, MILK);
            journal.replaced(2, MILK);
            journal.segment(3, ContextOperation.ADD_SEGMENT, PARENTS);
            journal.merged(3, 4);
            journal.offered(4, MILK);
            // What comes after the first offer changes nothing.
            journal.segment(2, ContextOperation.ADD_SEGMENT, PARENTS);
            journal.at(50 * DAY_NS).bought(9, 0);
        };
        final UpliftReport byChannel = report(by(UpliftOptions.Slicing.CHANNEL), story);
        final List<Slice> channels = of(byChannel, "milk").slices();
        assertEquals(List.of("app 1/0 done 1/0", "till 1/1 done 1/1"),
            channels.stream().map(slice -> slice.name() + " " + arms(slice)).toList());
        final List<Slice> segments = of(UpliftAnalysis.of(List.of(folder.resolve("shard-00")), hash -> settings,
            registry, by(UpliftOptions.Slicing.SEGMENT)), "milk").slices();
        assertEquals(List.of("(none) 0/1 done 0/1", "parents 2/0 done 2/0"),
            segments.stream().map(slice -> slice.name() + " " + arms(slice)).toList());
        // Two figures each of: all offers with two channels, milk with two channels.
        assertEquals(12, byChannel.intervals());
    }

    /** The journals of two shards: one customer was offered something on one and moved to the other. */
    @Test
    void shouldFollowCustomersFromShardToShard() {
        final List<Path> queues = List.of(folder.resolve("shard-00"), folder.resolve("shard-01"));
        try (ExperimentJournal first = new ExperimentJournal(queues.get(0));
            ExperimentJournal second = new ExperimentJournal(queues.get(1))) {
            first.at(DAY_NS).offered(1, MILK);
            second.startAt(100).at(2 * DAY_NS).merged(1, 2);
            second.bought(2, 3_000_000);
            first.startAt(200).at(3 * DAY_NS).bought(1, 8_000_000);
            second.startAt(300).at(50 * DAY_NS).bought(9, 0);
        }
        final Comparison milk = of(UpliftAnalysis.of(queues, hash -> settings, registry,
            by(UpliftOptions.Slicing.NONE)), "milk");
        assertEquals("1/0 done 1/0", arms(milk.whole()));
        assertEquals(3, treatedRevenue(milk), 1e-12, "what the key does after the merge is somebody else's");
    }

    /** Records of the versions before control groups were journalled have offers made, and nothing kept back. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldReadRecordsOfAllVersions(final int version) throws IOException {
        final Path queue = folder.resolve("shard-00");
        final String golden = "/golden/journal-v" + version + "/";
        try (JournalWriter writer = new JournalWriter(queue, JournalSettings.defaults().withMinFreeBytes(0),
            new SystemEpochNanoClock(), JournalCounters.detached())) {
            for (final String name : text(golden + "index.txt").lines().toList()) {
                final byte[] bytes =
                    HexFormat.of().parseHex(text(golden + name + ".hex").replaceAll("\\s", ""));
                writer.append(new UnsafeBuffer(bytes), 0, bytes.length);
            }
        }
        final UpliftReport report = UpliftAnalysis.of(List.of(queue), hash -> settings, registry,
            UpliftOptions.all());
        assertEquals(1, report.decisions());
        assertEquals(1, report.redacted());
        assertEquals(0, report.damaged());
        // The one customer of these records is erased by one of them.
        assertEquals(1, of(report, "").erased());
        assertEquals(version == 3, report.comparisons().stream().anyMatch(each -> each.campaign().equals("#11")),
            "a ghost of campaign 11 stands in version 3 only");
    }

    private static String text(final String resource) throws IOException {
        try (InputStream stream = UpliftAnalysisTest.class.getResourceAsStream(resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** From group to report: customers fall into groups by their keys, and the report finds what was put in. */
    @Test
    void shouldFindAKnownEffect() {
        final ControlGroups groups = ControlGroups.of(PseudonymKey.of(new byte[16]), TENTH, settings.campaigns());
        final SplittableRandom random = new SplittableRandom(SEED);
        final UpliftReport report = report(
            new UpliftOptions(MILK, UpliftOptions.Slicing.NONE, Long.MAX_VALUE, 0, 6_000, false, true), journal -> {
                for (int i = 1; i <= 6_000; i++) {
                    final long customer = random.nextLong() | 1;
                    journal.at(i * 1_000_000_000L);
                    final boolean control = groups.inCampaign(0x7000_0000_0000_0001L, customer, MILK);
                    if (control) {
                        journal.replaced(customer, MILK);
                    } else {
                        journal.offered(customer, MILK);
                    }
                    if (random.nextDouble() < (control ? 0.10 : 0.16)) {
                        journal.bought(customer, 5_000_000);
                    }
                }
                journal.at(50 * DAY_NS).bought(9, 0);
            });
        final Slice whole = of(report, "milk").whole();
        assertEquals(6_000, whole.treatedDone() + whole.controlDone(), "seed " + SEED);
        assertFalse(whole.alarm(), "seed " + SEED);
        assertFalse(report.hasAlarm());
        assertEquals(UpliftAnalysis.ALPHA / 2, report.alpha(), 1e-12);
        assertTrue(whole.conversions().fixed().contains(0.06), "seed " + SEED);
        assertTrue(whole.conversions().sequential().contains(0.06), "seed " + SEED);
        assertTrue(whole.conversions().sequential().low() > 0, "seed " + SEED);
        assertTrue(whole.revenue().sequential().contains(0.3), "seed " + SEED);
        assertTrue(whole.conversions().relative().contains(0.6), "seed " + SEED);
    }

    @Test
    void shouldRaiseTheAlarmWhenOneArmLosesCustomers() {
        final UpliftReport report = report(by(UpliftOptions.Slicing.NONE), journal -> {
            for (int i = 1; i <= 2_000; i++) {
                journal.at(i);
                if (i % 5 < 2) {
                    journal.replaced(i, MILK);
                } else {
                    journal.offered(i, MILK);
                }
            }
        });
        assertTrue(of(report, "milk").whole().alarm());
        assertTrue(of(report, "milk").whole().pValue() < 1e-6);
        assertTrue(report.hasAlarm());
    }

    @Test
    void shouldSayNothingWithoutGroups() {
        settings = settings(ControlGroup.NONE, ControlGroup.NONE, ControlGroup.NONE);
        final UpliftReport report = report(UpliftOptions.all(), journal -> journal.at(1).offered(1, MILK));
        assertEquals(List.of(), report.comparisons());
        assertEquals(1, report.decisions());
        assertEquals(0, UpliftAnalysis.of(List.of(folder.resolve("none")), hash -> null, registry,
            UpliftOptions.all()).decisions());
    }
}
