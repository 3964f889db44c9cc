package io.opportune.engine.uplift;

import io.opportune.engine.catalogue.Campaign;
import io.opportune.engine.catalogue.ControlGroup;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.recovery.DataFolders;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.CatalogueArchive;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.NameKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.collections.Int2IntHashMap;

/**
 * Makes the report from the journal. Each customer counts once, at the first offer that was or would have been made
 * (intention to treat): with what was bought within the window after it. One thread.
 */
public final class UpliftAnalysis {
    /** Of each interval. */
    public static final double ALPHA = 0.05;
    /** Of the alarm about the sizes of the arms. */
    public static final double ALARM_ALPHA = 0.001;

    private static final double MICROS = 1e6;
    private static final int FIGURES = 2;
    private static final int NO_ROW = -1;
    private static final String NO_SEGMENT = "(none)";

    private final ExperimentLog log;
    private final NameRegistry registry;
    private final UpliftOptions options;
    private final long endNs;

    private UpliftAnalysis(final ExperimentLog log, final NameRegistry registry, final UpliftOptions options) {
        this.log = log;
        this.registry = registry;
        this.options = options;
        endNs = Math.min(options.untilNs(), log.lastNs() == Long.MAX_VALUE ? log.lastNs() : log.lastNs() + 1);
    }

    /**
     * Reads a server's data folder; may run beside the server.
     *
     * @param dataDir  of the server.
     * @param registry with all names, as the control journal of the folder tells them.
     * @param options  what is wanted.
     * @return the report.
     */
    public static UpliftReport of(final Path dataDir, final NameRegistry registry, final UpliftOptions options) {
        final JournalDirectory journals = new JournalDirectory(DataFolders.journal(dataDir));
        final List<Path> queues =
            journals.queues().stream().filter(queue -> !queue.equals(journals.registryQueue())).toList();
        return of(queues,
            SettingsSource.of(new CatalogueArchive(DataFolders.catalogues(dataDir)), registry), registry, options);
    }

    /**
     * Reads the journals of shards.
     *
     * @param queues   of all shards.
     * @param source   of control groups.
     * @param registry with all names.
     * @param options  what is wanted.
     * @return the report.
     */
    public static UpliftReport of(
        final List<Path> queues, final SettingsSource source, final NameRegistry registry,
        final UpliftOptions options) {
        return new UpliftAnalysis(ExperimentLog.read(queues, source, options.untilNs()), registry, options).report();
    }

    private UpliftReport report() {
        final List<Part> parts = new ArrayList<>();
        for (final Contrast contrast : log.contrasts().values()) {
            if (contrast.group().exists()
                && (options.campaignId() == UpliftOptions.ALL || options.campaignId() == contrast.campaignId())) {
                parts.add(new Part(contrast));
            }
        }
        final int intervals = FIGURES * parts.stream().mapToInt(part -> 1 + part.slices.size()).sum();
        final double alpha = options.simultaneous() && intervals > 0 ? ALPHA / intervals : ALPHA;
        final ConfidenceSequence sequence = new ConfidenceSequence(alpha, options.plannedCustomers());
        return new UpliftReport(parts.stream().map(part -> part.comparison(alpha, sequence)).toList(), alpha, intervals,
            options.plannedCustomers(), options.adjusted(), log.firstNs(), endNs, log.decisions(),
            log.namelessDecisions(), log.unknownSettings(), log.redacted(), log.damaged());
    }

    /** Sums of one slice. */
    private static final class Sums {
        private final ArmSums[] conversions = {new ArmSums(), new ArmSums()};
        private final ArmSums[] revenue = {new ArmSums(), new ArmSums()};
        private final long[] customers = new long[2];

        Slice slice(
            final String name, final double expected, final boolean adjusted, final double alpha,
            final ConfidenceSequence sequence) {
            final long treated = customers[Contrast.TREATED];
            final long control = customers[Contrast.CONTROL];
            final boolean comparable = expected > 0 && expected < 1;
            final SampleRatio ratio = comparable ? new SampleRatio(expected) : null;
            return new Slice(name, treated, control, conversions[Contrast.TREATED].count(),
                conversions[Contrast.CONTROL].count(), expected, comparable ? ratio.pValue(treated, control) : 1,
                comparable && ratio.alarm(treated, control, ALARM_ALPHA),
                figure(conversions, adjusted, alpha, sequence), figure(revenue, adjusted, alpha, sequence));
        }

        private static Figure figure(
            final ArmSums[] arms, final boolean adjusted, final double alpha, final ConfidenceSequence sequence) {
            final ArmSums treated = arms[Contrast.TREATED];
            final ArmSums control = arms[Contrast.CONTROL];
            return Figure.of(adjusted ? Effect.adjusted(treated, control) : Effect.of(treated, control), alpha,
                sequence);
        }
    }

    /** One comparison while it is made. */
    private final class Part {
        private final Contrast contrast;
        private final Campaign campaign;
        private final long windowNs;
        private final int currency;
        private final Sums whole = new Sums();
        private final Map<String, Sums> slices = new TreeMap<>();
        private long severalRoots;
        private long bothArms;
        private long erased;
        private long otherCurrency;
        private long redemptions;
        private long redeemedMicros;

        private boolean converted;
        private boolean convertedBefore;
        private long revenueMicros;
        private long revenueBeforeMicros;

        Part(final Contrast contrast) {
            this.contrast = contrast;
            campaign = log.campaign(contrast.campaignId());
            windowNs = options.windowNs() != 0 ? options.windowNs()
                : campaign == null ? Campaign.DEFAULT_ATTRIBUTION_WINDOW_NS : campaign.attributionWindowNs();
            currency = campaign == null || campaign.currency() == 0 ? log.firstCurrency() : campaign.currency();
            addCustomers();
        }

        private void addCustomers() {
            // How many rows each customer has, merged ones together, and whether their arms differ.
            final Int2IntHashMap firstRow = new Int2IntHashMap(NO_ROW);
            final boolean[] several = new boolean[contrast.count()];
            final boolean[] both = new boolean[contrast.count()];
            for (int row = 0; row < contrast.count(); row++) {
                final int owner = log.customers().find(contrast.customer(row));
                final int first = firstRow.get(owner);
                both[row] = contrast.arm(row) == Contrast.BOTH;
                if (first == NO_ROW) {
                    firstRow.put(owner, row);
                } else {
                    several[first] = true;
                    both[first] |= contrast.arm(row) != contrast.arm(first);
                }
            }
            for (int row = 0; row < contrast.count(); row++) {
                final int owner = log.customers().find(contrast.customer(row));
                if (firstRow.get(owner) != row) {
                    continue;
                }
                if (log.customers().isErased(owner)) {
                    erased++;
                } else if (several[row] || both[row]) {
                    severalRoots += several[row] ? 1 : 0;
                    bothArms += both[row] ? 1 : 0;
                } else {
                    addCustomer(row, owner);
                }
            }
        }

        private void addCustomer(final int row, final int owner) {
            final int arm = contrast.arm(row);
            final boolean done = contrast.firstNs(row) <= endNs - windowNs;
            if (done) {
                sum(owner, contrast.firstNs(row), arm == Contrast.TREATED);
            }
            add(whole, arm, done);
            switch (options.slicing()) {
                case CHANNEL -> add(slice(channelName(contrast.channel(row))), arm, done);
                case SEGMENT -> {
                    final int[] segments = log.segmentSets().of(contrast.segmentSet(row));
                    for (final int segmentId : segments) {
                        add(slice(segmentName(segmentId)), arm, done);
                    }
                    if (segments.length == 0) {
                        add(slice(NO_SEGMENT), arm, done);
                    }
                }
                case NONE -> {
                    // The whole is all there is.
                }
            }
        }

        private Sums slice(final String name) {
            return slices.computeIfAbsent(name, key -> new Sums());
        }

        private void add(final Sums sums, final int arm, final boolean done) {
            sums.customers[arm]++;
            if (done) {
                sums.conversions[arm].add(converted ? 1 : 0, convertedBefore ? 1 : 0);
                sums.revenue[arm].add(revenueMicros / MICROS, revenueBeforeMicros / MICROS);
            }
        }

        /** What a customer did in the window from the first offer on, and in one as long before it. */
        private void sum(final int owner, final long fromNs, final boolean treated) {
            converted = false;
            convertedBefore = false;
            revenueMicros = 0;
            revenueBeforeMicros = 0;
            final OutcomeLog outcomes = log.outcomes();
            for (int entry = outcomes.first(owner); entry >= 0; entry = outcomes.next(entry)) {
                final long sinceNs = outcomes.timeNs(entry) - fromNs;
                if (sinceNs < -windowNs || sinceNs >= windowNs) {
                    continue;
                }
                final byte kind = outcomes.kind(entry);
                final boolean counts = kind != OutcomeLog.REDEMPTION && outcomes.currency(entry) == currency;
                final long amount = counts ? outcomes.amountMicros(entry) : 0;
                if (sinceNs < 0) {
                    convertedBefore |= kind != OutcomeLog.RETURN;
                    revenueBeforeMicros += amount;
                } else {
                    converted |= kind != OutcomeLog.RETURN;
                    revenueMicros += amount;
                    otherCurrency += counts || kind == OutcomeLog.REDEMPTION ? 0 : 1;
                    if (kind == OutcomeLog.REDEMPTION && treated) {
                        redemptions++;
                        redeemedMicros += outcomes.amountMicros(entry);
                    }
                }
            }
        }

        Comparison comparison(final double alpha, final ConfidenceSequence sequence) {
            final double expected = contrast.group().basisPoints() / (double) ControlGroup.ALL;
            final List<Slice> cut = new ArrayList<>();
            slices.forEach((name, sums) ->
                cut.add(sums.slice(name, expected, options.adjusted(), alpha, sequence)));
            return new Comparison(
                contrast.campaignId() == ExperimentLog.ALL_CAMPAIGNS ? "" : campaignName(contrast.campaignId()),
                contrast.basis() == Contrast.Basis.CAMPAIGN, contrast.group().basisPoints(), contrast.sinceNs(),
                contrast.isRunning(), windowNs, currency,
                whole.slice("", expected, options.adjusted(), alpha, sequence), cut, severalRoots, bothArms, erased,
                contrast.overlapping(), otherCurrency, contrast.impressions(), redemptions, redeemedMicros);
        }
    }

    private String campaignName(final int campaignId) {
        final String name = registry.name(NameKind.CAMPAIGN, campaignId);
        return name == null ? "#" + campaignId : name;
    }

    private String segmentName(final int segmentId) {
        final String name = registry.name(NameKind.SEGMENT, segmentId);
        return name == null ? "#" + segmentId : name;
    }

    private static String channelName(final int channel) {
        return Channel.get((short) channel).name().toLowerCase(Locale.ROOT);
    }
}
