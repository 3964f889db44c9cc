package io.opportune.loadtest.completejourney;

import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.RejectReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a replay counts beyond a load run: offers by campaign, baskets with an offer, and over all passes what was sent
 * and accepted by kind, for reconciling with the journal. Written by the generator's thread, read after the run.
 */
public final class ReplayCounts {
    private static final int KINDS = JourneyScript.Kind.values().length;

    private final long[] sent = new long[KINDS];
    private final long[][] acknowledged = new long[KINDS][AckStatus.values().length];
    private final long[] offersByCampaign = new long[256];
    private final Map<RejectReason, Long> rejects = new EnumMap<>(RejectReason.class);
    private long journalledDecisions;
    private long decisions;
    private long decisionsWithOffer;
    private long baskets;
    private long basketsWithOffer;
    private int unknownOffers;

    void sent(final JourneyScript.Kind kind) {
        sent[kind.ordinal()]++;
    }

    void acknowledged(final JourneyScript.Kind kind, final AckStatus status) {
        acknowledged[kind.ordinal()][status.ordinal()]++;
    }

    void rejected(final RejectReason reason) {
        rejects.merge(reason, 1L, Long::sum);
    }

    void offer(final int campaign, final boolean warmup) {
        if (!warmup) {
            offersByCampaign[campaign]++;
        }
    }

    void journalledDecision() {
        journalledDecisions++;
    }

    void decision(final boolean campaignOffer, final boolean warmup) {
        if (!warmup) {
            decisions++;
            decisionsWithOffer += campaignOffer ? 1 : 0;
        }
    }

    void basket(final boolean campaignOffer, final boolean warmup) {
        if (!warmup) {
            baskets++;
            basketsWithOffer += campaignOffer ? 1 : 0;
        }
    }

    void unknownOffers(final int count) {
        unknownOffers = count;
    }

    /**
     * Messages sent over all passes, warm-up included.
     *
     * @return by kind: basket_update, tender, purchase, redemption, impression.
     */
    public Map<String, Long> sentByKind() {
        final Map<String, Long> result = new TreeMap<>();
        for (final JourneyScript.Kind kind : JourneyScript.Kind.values()) {
            result.put(key(kind), sent[kind.ordinal()]);
        }
        return result;
    }

    /**
     * Events acknowledged over all passes, warm-up included: what the journal must hold.
     *
     * @param status to ask for.
     * @return by kind: purchase, redemption, impression.
     */
    public Map<String, Long> eventsByKind(final AckStatus status) {
        final Map<String, Long> result = new TreeMap<>();
        for (final JourneyScript.Kind kind : JourneyScript.Kind.values()) {
            if (kind != JourneyScript.Kind.BASKET_UPDATE && kind != JourneyScript.Kind.TENDER) {
                result.put(key(kind), acknowledged[kind.ordinal()][status.ordinal()]);
            }
        }
        return result;
    }

    /**
     * Answers with a decision id over all passes, warm-up included: decisions that the journal must hold.
     *
     * @return 0 or more.
     */
    public long fullDecisionsAllPasses() {
        return journalledDecisions;
    }

    /**
     * Offers in measured answers.
     *
     * @return by campaign number, campaigns without any left out; 0 stands for campaigns that are not the data's.
     */
    public Map<Integer, Long> offersByCampaign() {
        final Map<Integer, Long> result = new TreeMap<>();
        for (int campaign = 0; campaign < offersByCampaign.length; campaign++) {
            if (offersByCampaign[campaign] > 0) {
                result.put(campaign, offersByCampaign[campaign]);
            }
        }
        return result;
    }

    /**
     * Rejects over all passes.
     *
     * @return by reason.
     */
    public Map<RejectReason, Long> rejects() {
        return Map.copyOf(rejects);
    }

    /**
     * Share of measured decisions answered with at least one campaign offer.
     *
     * @return 0..1.
     */
    public double decisionShareWithOffer() {
        return decisions == 0 ? 0 : (double) decisionsWithOffer / decisions;
    }

    /**
     * Share of measured baskets in which the basket update or the tender was answered with a campaign offer.
     *
     * @return 0..1.
     */
    public double basketShareWithOffer() {
        return baskets == 0 ? 0 : (double) basketsWithOffer / baskets;
    }

    /**
     * Baskets answered in measured passes.
     *
     * @return 0 or more.
     */
    public long baskets() {
        return baskets;
    }

    /**
     * Offers of our catalogue that the server does not know.
     *
     * @return 0 when it serves the catalogue of this replay.
     */
    public int unknownOffers() {
        return unknownOffers;
    }

    private static String key(final JourneyScript.Kind kind) {
        return kind.name().toLowerCase(java.util.Locale.ROOT);
    }
}
