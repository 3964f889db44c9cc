package io.opportune.engine.evaluation;

import io.opportune.engine.evaluation.WhatIfReport.CampaignChange;
import io.opportune.engine.evaluation.WhatIfReport.LeftOut;
import io.opportune.engine.identity.RootKey;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.DecisionReplay;
import io.opportune.engine.replay.JournalVisitor;
import io.opportune.engine.replay.VisitedDecision;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Makes the decisions of a journal again with a candidate, joins them with the events that follow from them, and
 * estimates what the candidate would have brought. An event belongs to the decision that it names; else to the last
 * decision of its customer that made the offer that it names; else, naming neither, to the customer's last decision. A
 * row is a decision with its whole answer: its weight is 1 over the probability with which the answer was chosen where
 * the candidate gives the same answer, else 0. Settings fluent; for one thread and one use.
 */
public final class WhatIf implements JournalVisitor {
    private static final int MAX_LEFT_OUT = 20;
    private static final int FOLDS = RewardModel.DEFAULT_FOLDS;
    private static final long NO_ROW = -1;
    private static final int NAMED = 0;
    private static final int BY_OFFER = 1;
    private static final int BY_CUSTOMER = 2;

    private final RewardKind rewardKind;
    private final long windowNs;
    private long sinceNs = Long.MIN_VALUE;
    private long untilNs = Long.MAX_VALUE;
    private double clip = Double.POSITIVE_INFINITY;
    private String model;

    private final LoggedChoice choice = new LoggedChoice();
    private final Answer recorded = new Answer();
    private final Answer candidate = new Answer();
    private final DecisionRows rows = new DecisionRows();
    /** Row by the halves of a decision's id. */
    private final Long2ObjectHashMap<Long2LongHashMap> rowOfDecision = new Long2ObjectHashMap<>();
    private final Map<RootKey, Integer> clusterOfRoot = new HashMap<>();
    /** The last row of a customer, and of a customer and an offer. */
    private final Long2LongHashMap rowOfCustomer = new Long2LongHashMap(NO_ROW);
    private final Long2LongHashMap rowOfOffer = new Long2LongHashMap(NO_ROW);
    private final Map<Integer, long[]> offersByCampaign = new TreeMap<>();
    private final Map<Integer, double[]> valueByCampaign = new TreeMap<>();
    private final Map<LeftOut, Long> leftOut = new EnumMap<>(LeftOut.class);
    private final List<String> firstLeftOut = new ArrayList<>();
    private NameRegistry registry;
    private int unknownTexts;
    private int clusterCount;
    private int currency;
    private long lastTimeNs = Long.MIN_VALUE;
    private long decisions;
    private long compared;
    private long predicted;
    private long changed;
    private long changedForever;
    private long emptied;
    private long filled;
    private long differing;
    private String firstDifference;
    /** By how the event found its decision. */
    private final long[] countedEvents = new long[3];
    private long lateEvents;
    private long strayEvents;
    private long otherCurrencies;
    private long redacted;

    /**
     * With a reward.
     *
     * @param rewardKind what counts.
     * @param windowNs   for how long after a decision its events count, nanoseconds, 1 or more. A decision younger than
     *     this at the end of the journal is not used, because its reward may still come.
     */
    public WhatIf(final RewardKind rewardKind, final long windowNs) {
        this.rewardKind = rewardKind;
        this.windowNs = windowNs;
    }

    /**
     * Looks at some decisions only.
     *
     * @param sinceTimeNs business time of the first, nanoseconds since 1970.
     * @param untilTimeNs first business time that is not looked at any more.
     * @return this.
     */
    public WhatIf between(final long sinceTimeNs, final long untilTimeNs) {
        sinceNs = sinceTimeNs;
        untilNs = untilTimeNs;
        return this;
    }

    /**
     * Clips weights.
     *
     * @param greatest weight to use, above 0.
     * @return this.
     */
    public WhatIf clip(final double greatest) {
        clip = greatest;
        return this;
    }

    /**
     * Lets another model predict for the candidate, in placements that learn. At each decision it knows what the
     * server's own model knew then, and no more.
     *
     * @param candidate name and version of a model that decided or learned in the shadow, such as {@code fast:2}; or
     *     the line of one with other settings, such as {@code fast:3 ftrl alpha=0.05}, which learns from the journal.
     * @return this.
     */
    public WhatIf model(final String candidate) {
        model = candidate;
        return this;
    }

    /**
     * Reads the journal.
     *
     * @param dataDir   of a server; is only read.
     * @param workDir   for a temporary store.
     * @param catalogue directory of the candidate; null: the catalogue of each decision, without exploring.
     * @return what would change and what can be said of it.
     * @throws IOException when the journal cannot be read or the candidate has mistakes.
     */
    public WhatIfReport of(final Path dataDir, final Path workDir, final Path catalogue) throws IOException {
        DecisionReplay.visit(dataDir, workDir, catalogue, model, this);
        return report();
    }

    @Override
    public void begin(final NameRegistry names, final int textsUnknown) {
        registry = names;
        unknownTexts = textsUnknown;
    }

    @Override
    public void onDecision(final VisitedDecision decision) {
        final RecordHeaderFlyweight header = decision.header();
        lastTimeNs = Math.max(lastTimeNs, header.businessTimeNs());
        if (header.businessTimeNs() < sinceNs || header.businessTimeNs() >= untilNs) {
            return;
        }
        decisions++;
        if (decision.obstacle() != null) {
            leaveOut(LeftOut.NOT_MADE_AGAIN, header, decision.obstacle());
            return;
        }
        final String badChoice = choice.read(decision.choice());
        if (badChoice != null) {
            leaveOut(LeftOut.BAD_CHOICE, header, badChoice);
        } else if (choice.isOfControl()) {
            leaveOut(LeftOut.CONTROL, header, "");
        } else if (decision.isTruncated()) {
            leaveOut(LeftOut.TRUNCATED, header, "");
        } else {
            compare(decision);
        }
    }

    private void leaveOut(final LeftOut reason, final RecordHeaderFlyweight header, final String why) {
        leftOut.merge(reason, 1L, Long::sum);
        if (!why.isEmpty() && firstLeftOut.size() < MAX_LEFT_OUT) {
            firstLeftOut.add("partition %d, term %d, sequence %d: %s".formatted(
                header.partition(), header.term(), header.sequence(), why));
        }
    }

    private void compare(final VisitedDecision decision) {
        compared++;
        predicted += decision.isPredicted() ? 1 : 0;
        recorded.read(decision.recordedAnswer());
        candidate.read(decision.candidateAnswer());
        final boolean explored = decision.choice().capacity() > 0;
        if (!explored && decision.difference() != null) {
            differing++;
            firstDifference = firstDifference == null ? decision.difference() : firstDifference;
        }
        final boolean same = candidate.isSeenAs(recorded);
        if (!same) {
            changed++;
            changedForever += choice.probability() < 1 ? 0 : 1;
            emptied += candidate.count() == 0 ? 1 : 0;
            filled += recorded.count() == 0 ? 1 : 0;
        }
        byCampaign(recorded, 0);
        byCampaign(candidate, 1);
        final RecordHeaderFlyweight header = decision.header();
        rowOfDecision.computeIfAbsent(DecisionIds.high(header.partition(), header.term()),
            high -> new Long2LongHashMap(NO_ROW)).put(header.sequence(), rows.count());
        final int cluster = cluster(header);
        if (isIdentified(header)) {
            rowOfCustomer.put(cluster, rows.count());
            for (int place = 0; place < recorded.count(); place++) {
                rowOfOffer.put(offerKey(cluster, recorded.offerId(place)), rows.count());
            }
        }
        rows.add(header.businessTimeNs(), same, choice.probability(), cluster, recorded, candidate);
    }

    private static boolean isIdentified(final RecordHeaderFlyweight header) {
        return (header.rootKeyHigh() | header.rootKeyLow()) != 0;
    }

    private static long offerKey(final int cluster, final int offerId) {
        return (long) cluster << Integer.SIZE | offerId;
    }

    private void byCampaign(final Answer answer, final int side) {
        for (int place = 0; place < answer.count(); place++) {
            offersByCampaign.computeIfAbsent(answer.campaignId(place), id -> new long[2])[side]++;
            valueByCampaign.computeIfAbsent(answer.campaignId(place), id -> new double[2])[side] +=
                answer.expectedValue(place);
        }
    }

    /** Who is not identified stands alone. */
    private int cluster(final RecordHeaderFlyweight header) {
        if (!isIdentified(header)) {
            return clusterCount++;
        }
        return clusterOfRoot.computeIfAbsent(
            new RootKey(header.rootKeyHigh(), header.rootKeyLow()), root -> clusterCount++);
    }

    @Override
    public void onEvent(final RecordHeaderFlyweight header, final EventReportDecoder report) {
        lastTimeNs = Math.max(lastTimeNs, header.businessTimeNs());
        if (!rewardKind.counts(report.eventType())) {
            return;
        }
        final int way;
        final long row;
        if ((report.decisionId().high() | report.decisionId().low()) != 0) {
            way = NAMED;
            final Long2LongHashMap byLow = rowOfDecision.get(report.decisionId().high());
            row = byLow == null ? NO_ROW : byLow.get(report.decisionId().low());
        } else {
            final Integer cluster = clusterOfRoot.get(new RootKey(header.rootKeyHigh(), header.rootKeyLow()));
            final boolean offered = report.offerId() != EventReportDecoder.offerIdNullValue() && report.offerId() != 0;
            way = offered ? BY_OFFER : BY_CUSTOMER;
            row = cluster == null ? NO_ROW
                : offered ? rowOfOffer.get(offerKey(cluster, report.offerId()))
                : rowOfCustomer.get(cluster.longValue());
        }
        if (row == NO_ROW) {
            strayEvents++;
        } else if (header.businessTimeNs() - rows.timeNs((int) row) > windowNs) {
            lateEvents++;
        } else if (rewardKind != RewardKind.AMOUNT) {
            countedEvents[way]++;
            rows.reward((int) row, 1);
        } else if (report.amountMicros() != EventReportDecoder.amountMicrosNullValue()) {
            addAmount((int) row, way, report);
        }
    }

    private void addAmount(final int row, final int way, final EventReportDecoder report) {
        currency = currency == 0 ? report.currency() : currency;
        if (report.currency() != currency) {
            otherCurrencies++;
            return;
        }
        countedEvents[way]++;
        rows.reward(row, rows.reward(row) + report.amountMicros() / 1e6);
    }

    @Override
    public void onRedacted() {
        redacted++;
    }

    private WhatIfReport report() {
        final long lastClosedNs = lastTimeNs == Long.MIN_VALUE ? lastTimeNs : lastTimeNs - windowNs;
        final DecisionRows.Used used = rows.used(lastClosedNs);
        if (used.count() < rows.count()) {
            leftOut.put(LeftOut.WINDOW_OPEN, (long) rows.count() - used.count());
        }
        return new WhatIfReport(decisions, compared, predicted, changed, changedForever, emptied, filled, campaigns(),
            Collections.unmodifiableMap(leftOut), List.copyOf(firstLeftOut),
            new WhatIfReport.EventCounts(countedEvents[NAMED], countedEvents[BY_OFFER], countedEvents[BY_CUSTOMER],
                lateEvents, strayEvents), redacted, used.meanReward(true), used.meanReward(false),
            used.count() < 2 ? null : estimate(used));
    }

    private EvaluationReport estimate(final DecisionRows.Used used) {
        final Evaluation evaluation =
            new Evaluation(used.rewards(), Weights.of(used.weights(), clip), used.clusters());
        used.predict(evaluation, FOLDS);
        final long unsupported = used.changedForever();
        if (unsupported > LogEvaluation.MAX_UNSUPPORTED_SHARE * used.changed()) {
            evaluation.beware(Caution.Kind.NO_SUPPORT, "%,d of %,d changed decisions were made without exploring: the "
                + "journal cannot tell what would have come of them, nor so what the candidate's difference is",
                unsupported, used.changed());
        }
        if (differing > 0) {
            evaluation.beware(Caution.Kind.NOT_REPRODUCED, "%,d decisions do not come out the same when they are made "
                + "again as they were (%s), so that what differs is not only the candidate", differing,
                firstDifference);
        }
        final long missing = leftOut.values().stream().mapToLong(Long::longValue).sum();
        if (missing > 0) {
            evaluation.beware(Caution.Kind.LEFT_OUT, "%,d decisions are not used for the estimate", missing);
        }
        if (otherCurrencies > 0) {
            evaluation.beware(Caution.Kind.MIXED_CURRENCIES, "%,d events with amounts in other currencies than %d were "
                + "left out", otherCurrencies, currency);
        }
        if (unknownTexts > 0) {
            evaluation.beware(Caution.Kind.UNKNOWN_TEXTS, "rules of the candidate compare with %d texts that were "
                + "unknown when the decisions were made, and so were not recorded: they find nothing equal",
                unknownTexts);
        }
        return evaluation.report();
    }

    private List<CampaignChange> campaigns() {
        final List<CampaignChange> changes = new ArrayList<>();
        offersByCampaign.forEach((id, offers) -> {
            final String name = id > 0 ? registry.name(NameKind.CAMPAIGN, id) : null;
            final double[] value = valueByCampaign.get(id);
            changes.add(new CampaignChange(name == null ? "(none)" : name, offers[0], offers[1], value[0], value[1]));
        });
        changes.sort(Comparator.comparingLong(
            (CampaignChange change) -> -Math.abs(change.offersAfter() - change.offersBefore()))
            .thenComparing(CampaignChange::name));
        return List.copyOf(changes);
    }
}
