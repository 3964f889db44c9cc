package io.opportune.bench;

import io.opportune.bench.fixture.Catalogues;
import io.opportune.bench.fixture.SteadySpending;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CountedCap;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.decision.CapCheck;
import io.opportune.engine.delivery.BudgetPlan;
import io.opportune.engine.delivery.BudgetSlots;
import io.opportune.engine.delivery.HoldTimes;
import io.opportune.engine.delivery.Pace;
import io.opportune.engine.delivery.ShardDelivery;
import io.opportune.engine.ledger.BudgetTerms;
import io.opportune.engine.ledger.Ledger;
import io.opportune.engine.ledger.LedgerAgent;
import io.opportune.engine.ledger.LedgerLink;
import io.opportune.engine.ledger.LedgerListener;
import io.opportune.engine.ledger.LedgerSettings;
import io.opportune.engine.ledger.ShardLeases;
import io.opportune.engine.pacing.Actuator;
import io.opportune.engine.pacing.DayParts;
import io.opportune.engine.pacing.PacingLoop;
import io.opportune.engine.pacing.PacingMode;
import io.opportune.engine.pacing.PacingTerms;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileUpdates;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What delivery costs a winner on its shard: its caps, its pace, whether its budgets cover it, taking from the leases,
 * and telling the ledger. 200 campaigns with a budget of money in all and one of counts per day, eight caps on each
 * offer, winners in an order that no branch predictor knows. A measurement fills the ring and nobody empties it
 * meanwhile, so that what the ledger's own thread does is not in it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 300)
@Measurement(iterations = 100)
public class DeliveryBench {
    private static final int WINNERS = 8_192;
    private static final int CAMPAIGNS = 200;
    private static final int ORDER = 4_096;
    /** As in a server. */
    private static final int RING_BYTES = 1 << 20;
    private static final long TIME_NS = 1_790_000_000_000_000_000L;

    private final CapCheck check = new CapCheck();
    private final ProfileFlyweight profile =
        new ProfileFlyweight().wrap(new UnsafeBuffer(new byte[ProfileFlyweight.LENGTH_BYTES]), 0);
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final Offer[] order = new Offer[ORDER];
    private Catalogue catalogue;
    private BudgetPlan plan;
    private PacingLoop pacing;
    private int[] campaignIds;
    private ShardDelivery delivery;
    private final long[] ids = new long[ORDER];
    private long records;

    /**
     * Loads the catalogue, and lets half an hour pass in which everybody keeps its pace.
     *
     * @throws IOException when the temporary catalogue cannot be written.
     */
    @Setup
    public void load() throws IOException {
        final StringBuilder text = new StringBuilder("""
            contact_policy:
              caps: [{count: impression, limit: 200, window: week}, {count: impression, limit: 50, window: day}]
            advertisers: [{id: a, category: c, caps: [{count: impression, limit: 90, window: month}]}]
            placements: [{id: all, channels: [app], offers: 3}]
            campaigns:
            """);
        for (int i = 0; i < CAMPAIGNS; i++) {
            text.append("  - {id: p").append(i)
                .append(", advertiser: a, flights: [{start: 2026-01-01, end: 2027-01-01}],")
                .append(" budget: {amount: \"9000000000\", currency: USD}, budgets: [{count: 900000000, per: [day]}],")
                .append(" pacing: {mode: even}, caps: [{count: impression, limit: 90, window: week},")
                .append(" {count: impression, limit: 30, window: hour}]}\n");
        }
        text.append("offers:\n");
        for (int i = 0; i < CAMPAIGNS; i++) {
            text.append("  - {id: o").append(i).append(", campaign: p").append(i).append(", value: \"1.00\",")
                .append(" propensity: 0.5, cost: \"0.25\", channels: [app],")
                .append(" caps: [{count: impression, limit: 30, window: day},")
                .append(" {count: redemption, limit: 10, window: lifetime}], creatives: [{id: t").append(i)
                .append(", title: T}]}\n");
        }
        catalogue = Catalogues.of(text);
        final SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < ORDER; i++) {
            order[i] = catalogue.offer(random.nextInt(catalogue.offerCount()));
        }
        for (int i = 0; i < 4; i++) {
            final Offer seen = order[random.nextInt(ORDER)];
            for (final CountedCap cap : seen.ownCaps()) {
                ProfileUpdates.count(profile, TIME_NS, cap.key(), cap.cap().window(), cap.days(), 0);
            }
        }
        plan = BudgetPlan.of(catalogue);
        encodeRequest();
        pace();
    }

    private void encodeRequest() {
        final UnsafeBuffer message = new UnsafeBuffer(new byte[512]);
        final DecisionRequestEncoder encoder =
            new DecisionRequestEncoder().wrapAndApplyHeader(message, 0, new MessageHeaderEncoder());
        encoder.channel(Channel.APP).moment(Moment.APP_OPEN).intent(Intent.UNKNOWN).flags().clear();
        encoder.storeId(0).basketLinesCount(0);
        encoder.attributesCount(0);
        encoder.attributeTextsCount(0);
        encoder.putCustomerId(new byte[0], 0, 0);
        encoder.putRestrictions(new byte[0], 0, 0);
        request.wrapAndApplyHeader(message, 0, new MessageHeaderDecoder());
    }

    private void pace() {
        campaignIds = catalogue.campaigns().stream().mapToInt(campaign -> campaign.campaignId()).toArray();
        final List<PacingTerms> terms = new ArrayList<>();
        for (int i = 0; i < campaignIds.length; i++) {
            terms.add(new PacingTerms(campaignIds[i], i, Actuator.PARTICIPATION, PacingMode.EVEN, 0,
                DayParts.always(), ZoneOffset.UTC, TIME_NS - 1, Long.MAX_VALUE, true, 1, 0.1, campaignIds[i]));
        }
        // Ten opportunities a second, of which the limit lets some third be taken.
        final SteadySpending spending = new SteadySpending(campaignIds.length, 120_000, 1);
        pacing = new PacingLoop(terms, spending);
        for (int second = 0; second < 3_600; second += 5) {
            spending.come(50, pacing.table());
            pacing.doWork(TIME_NS + TimeUnit.SECONDS.toNanos(second));
        }
        chooseDecisions();
    }

    /** Of each place in the order ids of decisions in which its campaign takes part: what is measured is a winner. */
    private void chooseDecisions() {
        long id = 0;
        for (int i = 0; i < ORDER; i++) {
            final int slot = pacing.table().slotOf(order[i].campaignId());
            do {
                id++;
            } while (!pacing.table().participates(slot, ShardDelivery.decisionHash(1, id), TIME_NS));
            ids[i] = id;
        }
        final double participation = pacing.table().participation(0);
        if (participation > 0.9) {
            throw new IllegalStateException("nobody is held back: participation " + participation);
        }
    }

    /** An empty ring, and leases of everything. */
    @Setup(Level.Iteration)
    public void lease() {
        final LedgerSettings settings =
            LedgerSettings.defaults().withBounds(1, 1_024, 1_000).withRings(RING_BYTES, 1 << 16);
        final Ledger ledger = new Ledger(settings, LedgerListener.NONE);
        ledger.declare(plan.entries().stream().map(BudgetPlan.Entry::terms).toList());
        final LedgerLink link = new LedgerLink(settings);
        final ShardLeases leases = new ShardLeases(link, settings, 0);
        delivery = new ShardDelivery(leases, new HoldTimes(60, 60), () -> TIME_NS);
        final BudgetSlots.Builder slots = new BudgetSlots.Builder();
        plan.entries().forEach(entry -> slots.add(entry.terms().budgetId(), entry.terms().scopeId(),
            ledger.slotOf(entry.terms().budgetId(), entry.terms().scopeId())));
        delivery.use(slots.build());
        delivery.follow(new Pace(pacing.table(), campaignIds));
        final LedgerAgent agent =
            new LedgerAgent(ledger, List.of(link), settings, () -> TIME_NS, System::nanoTime);
        for (int round = 0; round < 1_000; round++) {
            agent.doWork();
            delivery.poll();
        }
        for (final BudgetPlan.Entry entry : plan.entries()) {
            final BudgetTerms terms = entry.terms();
            for (int round = 0; round < 1_000; round++) {
                if (leases.covers(ledger.slotOf(terms.budgetId(), 0), TIME_NS, terms.maxLiability() * WINNERS)) {
                    break;
                }
                agent.doWork();
                delivery.poll();
            }
        }
    }

    /**
     * One winner after the other, each of a decision of its own.
     *
     * @return how many were made; all.
     */
    @Benchmark
    @OperationsPerInvocation(WINNERS)
    public long winner() {
        long made = 0;
        for (int i = 0; i < WINNERS; i++) {
            final Offer offer = order[i & ORDER - 1];
            check.begin(catalogue.contactPolicy(), profile, 0, TIME_NS);
            delivery.begin(request, TIME_NS, 1, ids[i & ORDER - 1]);
            if (check.reached(offer) == null && delivery.heldBack(offer, 0.5) == null && delivery.take(offer, 0.5)) {
                delivery.published(++records, TIME_NS, 1, ids[i & ORDER - 1]);
                made++;
            }
        }
        if (made < WINNERS) {
            throw new IllegalStateException("only " + made + " of " + WINNERS + " winners were made");
        }
        return made;
    }
}
