package io.opportune.engine.decision;

import io.opportune.engine.counters.CountTable;
import io.opportune.protocol.ReasonCode;
import java.util.Arrays;

/**
 * What becomes of each campaign's offers in the decisions of one shard, from candidate to redemption, and how far
 * searches looked down in each placement. One thread counts, any thread reads; allocates nothing while it counts. A
 * campaign or placement without a row of its own counts in {@link CountTable#OTHERS}.
 */
public final class DeliveryTally {
    /** Decisions in which an offer of the campaign fitted, held back ones included. */
    static final int DECISIONS = 0;
    /** The last of these, so that two offers of a campaign are one decision; no total. */
    private static final int LAST_DECISION = 1;
    /** Offers that fitted and that nothing held back. */
    static final int ELIGIBLE = 2;
    /** Offers in answers to customers. */
    static final int OFFERED = 3;
    /** Offers chosen for an auctioned impression. */
    static final int AUCTIONED = 4;
    /** Conversions expected of what was offered, in millionths. */
    static final int EXPECTED = 5;
    /** Redemptions. */
    static final int REDEEMED = 6;
    private static final int FIRST_REASON = 7;

    /** Of a placement: decisions. */
    static final int DECIDED = 0;
    /** Of these, those that searched. */
    static final int SEARCHED = 1;
    /** Of these, those that ended before the offers whose score is at most so much; one column for each bound. */
    private static final int FIRST_STOP = 2;

    private static final ReasonCode[] REASONS = ReasonCode.values();
    private static final int[] COLUMN_BY_REASON = new int[REASONS.length];
    private static final int CAMPAIGN_COLUMNS;
    /** Reasons of candidates: the 4xx band. */
    private static final int BAND = 400;
    private static final int BAND_END = 500;
    private static final int NO_COLUMN = -1;

    /** Two bits behind the binary point: bounds that differ by a fifth are told apart. */
    private static final int BOUND_SHIFT = 50;
    private static final int BOUNDS_AN_OCTAVE = 4;
    /** 1 micro to a million of a currency's units. */
    private static final int OCTAVES = 40;
    private static final int STOPS = OCTAVES * BOUNDS_AN_OCTAVE;
    private static final long FIRST_BOUND = Double.doubleToRawLongBits(1.0) >>> BOUND_SHIFT;
    private static final double MILLION = 1e6;

    static {
        Arrays.fill(COLUMN_BY_REASON, NO_COLUMN);
        int next = FIRST_REASON;
        for (final ReasonCode reason : REASONS) {
            if (reason.code() >= BAND && reason.code() < BAND_END) {
                COLUMN_BY_REASON[reason.ordinal()] = next++;
            }
        }
        CAMPAIGN_COLUMNS = next;
    }

    private final CountTable campaigns = new CountTable(CAMPAIGN_COLUMNS);
    private final CountTable placements = new CountTable(FIRST_STOP + STOPS);
    private long decision;

    /** The table by campaign; columns as named above. */
    CountTable campaigns() {
        return campaigns;
    }

    /** The table by placement; columns as named above. */
    CountTable placements() {
        return placements;
    }

    /** The column of a reason by campaign; below 0 for one that holds back no candidate. */
    static int column(final ReasonCode reason) {
        return COLUMN_BY_REASON[reason.ordinal()];
    }

    /** The column of a placement that counts searches ending at a bound of the score, micros. */
    static int stopColumn(final double bound) {
        final long step = (Double.doubleToRawLongBits(bound) >>> BOUND_SHIFT) - FIRST_BOUND;
        return FIRST_STOP + (int) Math.clamp(step, 0L, STOPS - 1L);
    }

    /** Behind the last column of {@link #stopColumn}. */
    static int stopColumnEnd() {
        return FIRST_STOP + STOPS;
    }

    /**
     * Starts a decision.
     *
     * @param placementId registry id.
     * @param searched    whether it looked for offers.
     * @param unseenUpTo  what scores at most so much was not looked at, micros; 0: all was.
     */
    void begin(final int placementId, final boolean searched, final double unseenUpTo) {
        decision++;
        placements.increment(placementId, DECIDED);
        if (searched) {
            placements.increment(placementId, SEARCHED);
            if (unseenUpTo > 0) {
                placements.increment(placementId, stopColumn(unseenUpTo));
            }
        }
    }

    /**
     * Counts an offer that fitted.
     *
     * @param campaignId of its campaign.
     * @param heldBackBy ordinal of the {@link ReasonCode} that held it back; -1: none.
     */
    void candidate(final int campaignId, final int heldBackBy) {
        final long last = campaigns.get(campaignId, LAST_DECISION);
        if (last != decision) {
            campaigns.add(campaignId, LAST_DECISION, decision - last);
            campaigns.increment(campaignId, DECISIONS);
        }
        final int column = heldBackBy < 0 ? ELIGIBLE : COLUMN_BY_REASON[heldBackBy];
        if (column != NO_COLUMN) {
            campaigns.increment(campaignId, column);
        }
    }

    /** Counts an offer of the answer. */
    void made(final int campaignId, final double propensity, final boolean auction) {
        campaigns.increment(campaignId, auction ? AUCTIONED : OFFERED);
        if (!auction) {
            campaigns.add(campaignId, EXPECTED, (long) (propensity * MILLION));
        }
    }

    /**
     * Counts a redemption.
     *
     * @param campaignId of the offer.
     */
    public void redeemed(final int campaignId) {
        campaigns.increment(campaignId, REDEEMED);
    }
}
