package io.opportune.engine.pacing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs the controllers of a set of campaigns and publishes what they decide. One control thread calls
 * {@link #doWork} every 1 to 10 seconds; reports and snapshots may be asked for by any thread and wait for it. Another
 * catalogue is another loop, which takes over what this one has learned by {@link #write} and {@link #read}, as a
 * restart does.
 */
public final class PacingLoop {
    private static final int MAGIC = 0x4f50504c;
    private static final int VERSION = 1;

    private final SpendSource source;
    private final PacingTable table;
    private final List<PacedLine> lines = new ArrayList<>();
    private final List<PacedCampaign> campaigns = new ArrayList<>();
    private final Map<Integer, TrafficCurve> curves = new TreeMap<>();
    private long lastNs = Long.MIN_VALUE;

    /** The budgets of one campaign; they hold it back together. */
    private static final class PacedCampaign {
        private final int id;
        private final int slot;
        private final TrafficCurve curve;
        private final List<PacedLine> lines = new ArrayList<>();
        private long opportunities;

        private PacedCampaign(final int id, final int slot, final TrafficCurve curve) {
            this.id = id;
            this.slot = slot;
            this.curve = curve;
        }
    }

    /**
     * A loop that has learned nothing, with flat curves.
     *
     * @param terms  of all budgets that are paced.
     * @param source of what was spent and of what came.
     * @throws IllegalArgumentException when a campaign's budgets differ in curve or actuator, or campaigns with the
     *     same curve differ in their zone.
     */
    public PacingLoop(final Collection<PacingTerms> terms, final SpendSource source) {
        this(terms, source, Map.of());
    }

    /**
     * A loop that has learned nothing, with a guess of the traffic.
     *
     * @param terms  of all budgets that are paced.
     * @param source of what was spent and of what came.
     * @param priors by number of the curve, 168 weights each; those that are missing are flat.
     * @throws IllegalArgumentException when a campaign's budgets differ in curve or actuator, campaigns with the same
     *     curve differ in their zone, or weights are none.
     */
    public PacingLoop(
        final Collection<PacingTerms> terms, final SpendSource source, final Map<Integer, double[]> priors) {
        this.source = source;
        final Map<Integer, PacedCampaign> byId = new LinkedHashMap<>();
        for (final PacingTerms one : terms) {
            final double[] prior = priors.get(one.curve());
            final TrafficCurve curve = curves.computeIfAbsent(one.curve(), key -> prior == null
                ? new TrafficCurve(one.zone()) : new TrafficCurve(one.zone(), prior, TrafficCurve.DEFAULT_KEEP));
            if (!curve.zone().equals(one.zone())) {
                throw new IllegalArgumentException(
                    "curve " + one.curve() + " is of " + curve.zone() + ", campaign " + one.campaignId() + " of "
                        + one.zone());
            }
            final PacedCampaign campaign =
                byId.computeIfAbsent(one.campaignId(), id -> new PacedCampaign(id, byId.size(), curve));
            if (campaign.curve != curve
                || !campaign.lines.isEmpty() && campaign.lines.getFirst().terms().actuator() != one.actuator()) {
                throw new IllegalArgumentException(
                    "budgets of campaign " + one.campaignId() + " differ in curve or actuator");
            }
            final PacedLine line = new PacedLine(one, curve, source);
            campaign.lines.add(line);
            lines.add(line);
        }
        campaigns.addAll(byId.values());
        table = new PacingTable(byId.keySet().stream().mapToInt(Integer::intValue).toArray());
    }

    /**
     * What shards and event loops read.
     *
     * @return the same for the life of this loop.
     */
    public PacingTable table() {
        return table;
    }

    /**
     * Decides anew for all campaigns and publishes it.
     *
     * @param nowNs business time, nanoseconds since 1970.
     */
    public synchronized void doWork(final long nowNs) {
        final long durationNs = lastNs == Long.MIN_VALUE ? 0 : nowNs - lastNs;
        lastNs = nowNs;
        for (int i = 0; i < campaigns.size(); i++) {
            work(campaigns.get(i), nowNs, durationNs);
        }
    }

    private void work(final PacedCampaign campaign, final long nowNs, final long durationNs) {
        final long opportunities = source.opportunities(campaign.id);
        if (durationNs > 0 && durationNs <= PacingController.MAX_INTERVAL_NS) {
            campaign.curve.observe(nowNs, durationNs, Math.max(0, opportunities - campaign.opportunities));
        }
        campaign.opportunities = opportunities;
        double participation = 1;
        double multiplier = 1;
        long closesNs = Long.MAX_VALUE;
        for (int i = 0; i < campaign.lines.size(); i++) {
            final PacedLine line = campaign.lines.get(i);
            line.update(nowNs, opportunities);
            if (!line.isInFlight()) {
                participation = 0;
                continue;
            }
            final PacingController controller = line.controller();
            participation = Math.min(participation, controller.participation());
            multiplier = Math.min(multiplier, controller.multiplier());
            closesNs = Math.min(closesNs, controller.plan().closesNs(nowNs));
        }
        for (int i = 0; i < campaign.lines.size(); i++) {
            if (campaign.lines.get(i).controller() != null) {
                campaign.lines.get(i).controller().applied(participation);
            }
        }
        table.set(campaign.slot, participation, multiplier, closesNs);
    }

    /**
     * How all budgets keep their plans.
     *
     * @return in the order of the terms, as of the last {@link #doWork}.
     */
    public synchronized List<PaceReport> reports() {
        final List<PaceReport> reports = new ArrayList<>();
        for (final PacedLine line : lines) {
            final PacingTerms terms = line.terms();
            final PacingController controller = line.controller();
            final int slot = table.slotOf(terms.campaignId());
            reports.add(controller == null || !line.isInFlight()
                ? new PaceReport(terms.campaignId(), terms.line(), line.limit(), 0, 0, 0, 0, 0,
                    table.multiplier(slot), LimitedBy.SCHEDULE)
                : new PaceReport(terms.campaignId(), terms.line(), controller.plan().limitMicros(),
                    Math.round(controller.plan().plannedMicros(lastNs)), controller.spentMicros(),
                    controller.reservedMicros(), controller.paceError(lastNs), table.participation(slot),
                    table.multiplier(slot), controller.limitedBy()));
        }
        return reports;
    }

    /**
     * Writes what was learned and where the plans stand.
     *
     * @param out stays open.
     * @throws IOException when it cannot be written.
     */
    public synchronized void write(final OutputStream out) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final DataOutputStream data = new DataOutputStream(bytes);
        data.writeInt(curves.size());
        for (final Map.Entry<Integer, TrafficCurve> curve : curves.entrySet()) {
            data.writeInt(curve.getKey());
            curve.getValue().write(data);
        }
        data.writeInt(lines.size());
        for (final PacedLine line : lines) {
            line.write(data, lastNs);
        }
        StateFrame.write(out, MAGIC, VERSION, bytes.toByteArray());
    }

    /**
     * Takes over what {@link #write} wrote, before the first {@link #doWork}. What is of campaigns and curves that are
     * no more is passed over, and what is new begins anew.
     *
     * @param in stays open; exactly what was written is read.
     * @throws IOException when it is cut off, damaged or of another format; begin with another loop then.
     */
    public synchronized void read(final InputStream in) throws IOException {
        final DataInputStream data =
            new DataInputStream(new ByteArrayInputStream(StateFrame.read(in, MAGIC, VERSION, "pacing")));
        final int curveCount = data.readInt();
        for (int i = 0; i < curveCount; i++) {
            final TrafficCurve curve = curves.get(data.readInt());
            (curve == null ? new TrafficCurve(ZoneOffset.UTC) : curve).read(data);
        }
        final Map<Long, PacedLine> byKey = new HashMap<>();
        for (final PacedLine line : lines) {
            byKey.put(key(line.terms().campaignId(), line.terms().line()), line);
        }
        final int lineCount = data.readInt();
        for (int i = 0; i < lineCount; i++) {
            final int campaignId = data.readInt();
            PacedLine.read(data, byKey.get(key(campaignId, data.readInt())));
        }
    }

    private static long key(final int campaignId, final int line) {
        return (long) campaignId << 32 | line & 0xffffffffL;
    }
}
