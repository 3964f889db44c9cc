package io.opportune.bench;

import io.opportune.engine.catalogue.AdTraits;
import io.opportune.engine.catalogue.Advertiser;
import io.opportune.engine.catalogue.Campaign;
import io.opportune.engine.catalogue.ControlGroup;
import io.opportune.engine.catalogue.Pacing;
import io.opportune.engine.experiment.ControlGroups;
import io.opportune.engine.identity.PseudonymKey;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Asks whether random customers are in a control group: the global one, and those of 200 campaigns in turn. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class ControlGroupBench {
    private static final int CAMPAIGNS = 200;
    private static final int CUSTOMERS = 1 << 12;
    private static final int MASK = CUSTOMERS - 1;

    private final long[] high = new long[CUSTOMERS];
    private final long[] low = new long[CUSTOMERS];
    private ControlGroups groups;
    private int next;

    /** Half of the campaigns have a group. */
    @Setup
    public void make() {
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < CUSTOMERS; i++) {
            high[i] = random.nextLong();
            low[i] = random.nextLong();
        }
        final Advertiser advertiser = new Advertiser(1, "acme", "Acme", 0, AdTraits.NONE);
        final List<Campaign> campaigns = new ArrayList<>();
        for (int id = 1; id <= CAMPAIGNS; id++) {
            campaigns.add(new Campaign(id, "campaign-" + id, advertiser, Campaign.Objective.CONVERSIONS, null,
                ZoneOffset.UTC, List.of(new Campaign.Flight(0, 1)), List.of(), List.of(), Pacing.UNPACED, 840, false,
                AdTraits.NONE, id % 2 == 0 ? ControlGroup.NONE : new ControlGroup(1_000, "salt-" + id),
                Campaign.DEFAULT_ATTRIBUTION_WINDOW_NS));
        }
        groups = ControlGroups.of(PseudonymKey.of(new byte[PseudonymKey.LENGTH_BYTES]),
            new ControlGroup(200, "global"), campaigns);
    }

    /**
     * One customer, the global group.
     *
     * @return whether it is in it.
     */
    @Benchmark
    public boolean global() {
        final int i = next++ & MASK;
        return groups.inGlobal(high[i], low[i]);
    }

    /**
     * One customer, the group of one campaign.
     *
     * @return whether it is in it.
     */
    @Benchmark
    public boolean campaign() {
        final int i = next++ & MASK;
        return groups.inCampaign(high[i], low[i], i % CAMPAIGNS | 1);
    }
}
