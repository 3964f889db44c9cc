package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.journal.ChoiceBlock;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.DecisionStatus;
import org.agrona.MutableDirectBuffer;

/** What a decision came to. Reused per shard; read it before the next decision. */
public final class DecisionOutcome {
    /** Most explanations in one answer: they must fit the longest frame. Others are left out. */
    public static final int MAX_EXPLANATIONS = 1024;

    private DecisionStatus status;
    private ReasonCode reason;
    private int matched;
    private int scored;
    private int offerCount;
    private final int[] offerIndexes = new int[Slate.MAX_OFFERS];
    private final double[] propensities = new double[Slate.MAX_OFFERS];
    private final double[] scores = new double[Slate.MAX_OFFERS];
    private final int[] creatives = new int[Slate.MAX_OFFERS];
    private boolean chosen;
    private int policyCode;
    private boolean globalControl;
    private long modelNumber;
    private final double[] probabilities = new double[Slate.MAX_OFFERS];
    private int ghostCount;
    private final int[] ghostOffers = new int[Slate.MAX_OFFERS];
    private final int[] ghostCampaigns = new int[Slate.MAX_OFFERS];
    private final int[] ghostPlaces = new int[Slate.MAX_OFFERS];
    private final double[] ghostPropensities = new double[Slate.MAX_OFFERS];
    private final double[] ghostProbabilities = new double[Slate.MAX_OFFERS];
    private int controlCount;
    private final int[] controlledCampaigns = new int[ChoiceBlock.MAX_CONTROLS];
    private int secondFlags;
    private long secondHash;
    private int secondCount;
    private final float[] secondLogits = new float[ChoiceBlock.MAX_SECOND];
    private int explanationCount;
    private final int[] explainedOffers = new int[MAX_EXPLANATIONS];
    private final ReasonCode[] explainedReasons = new ReasonCode[MAX_EXPLANATIONS];

    void begin() {
        matched = 0;
        scored = 0;
        offerCount = 0;
        explanationCount = 0;
        chosen = false;
        globalControl = false;
        modelNumber = 0;
        ghostCount = 0;
        controlCount = 0;
        secondFlags = 0;
        secondCount = 0;
    }

    /** Says what the second stage predicted, in order of the first one's ranks; a count of 0: it was skipped. */
    void secondStage(final SecondStage stage, final int count) {
        secondFlags =
            ChoiceBlock.SECOND_STAGE | (stage.predictsClicks() ? ChoiceBlock.SECOND_STAGE_CLICKS : 0);
        secondHash = stage.contentHash();
        secondCount = count;
        for (int rank = 0; rank < count; rank++) {
            secondLogits[rank] = stage.logit(rank);
        }
    }

    /** Says that the second stage began and failed. */
    void secondStageFailed(final SecondStage stage) {
        secondStage(stage, 0);
        secondFlags |= ChoiceBlock.SECOND_STAGE_FAILED;
    }

    /**
     * Whether an imported model was to predict candidates anew and failed.
     *
     * @return false where it was skipped, or was not to.
     */
    public boolean isSecondStageFailed() {
        return (secondFlags & ChoiceBlock.SECOND_STAGE_FAILED) != 0;
    }

    /**
     * How many candidates an imported model predicted anew.
     *
     * @return -1 where it was not to; 0 where it was skipped, because time was short, or failed.
     */
    public int secondStageCount() {
        return secondFlags == 0 ? -1 : secondCount;
    }

    /** Says by what the places are given away that are added from here on. */
    void chosenBy(final int policy, final boolean inGlobalControl, final long model) {
        chosen = true;
        policyCode = policy;
        globalControl = inGlobalControl;
        modelNumber = model;
    }

    /** With which probability the offer that was added last got its place. */
    void probability(final double probability) {
        probabilities[offerCount - 1] = probability;
    }

    void addGhost(final Offer offer, final int place, final double propensity, final double probability) {
        ghostOffers[ghostCount] = offer.offerId();
        ghostCampaigns[ghostCount] = offer.campaignId();
        ghostPlaces[ghostCount] = place;
        ghostPropensities[ghostCount] = propensity;
        ghostProbabilities[ghostCount++] = probability;
    }

    /** Remembers a campaign; where there are too many, so that not all can be told, its offers still stay out. */
    void addControlled(final int campaignId) {
        if (!isControlled(campaignId) && controlCount < controlledCampaigns.length) {
            controlledCampaigns[controlCount++] = campaignId;
        }
    }

    /**
     * Whether places were given away by a choice, as the placement says or because there are control groups.
     *
     * @return false: by value times propensity alone.
     */
    public boolean isChosen() {
        return chosen;
    }

    /** Whether the customer is known to be offered nothing of a campaign. */
    boolean isControlled(final int campaignId) {
        for (int i = 0; i < controlCount; i++) {
            if (controlledCampaigns[i] == campaignId) {
                return true;
            }
        }
        return isGlobalControl();
    }

    /**
     * Whether the customer is in the control group of all offers.
     *
     * @return false also where it was not asked.
     */
    public boolean isGlobalControl() {
        return globalControl && chosen;
    }

    /**
     * Number of the model's published state that predicted.
     *
     * @return 0 where none did.
     */
    public long modelNumber() {
        return modelNumber;
    }

    /**
     * How many offers would have been made but for a control group.
     *
     * @return 0..{@link Slate#MAX_OFFERS}.
     */
    public int ghostCount() {
        return ghostCount;
    }

    /**
     * With which probability a chosen offer got its place, given those before it.
     *
     * @param place 0 for the best.
     * @return above 0 and up to 1; 1 where nothing was left to chance.
     */
    public double probability(final int place) {
        return chosen ? probabilities[place] : 1;
    }

    /**
     * Writes by what was chosen, and what control groups kept back, as a {@link ChoiceBlock}.
     *
     * @param buffer with room for {@link ChoiceBlock#MAX_LENGTH}.
     * @return length in bytes; 0 where the placement does not say how it chooses and there are no control groups.
     */
    public int writeChoice(final MutableDirectBuffer buffer) {
        if (!chosen) {
            return 0;
        }
        final int flags = (globalControl ? ChoiceBlock.GLOBAL_CONTROL : 0)
            | (ghostCount > 0 && !globalControl ? ChoiceBlock.CAMPAIGN_CONTROL : 0) | secondFlags;
        final int length =
            ChoiceBlock.begin(buffer, 0, policyCode, flags, offerCount, ghostCount, secondCount, controlCount);
        for (int place = 0; place < offerCount; place++) {
            ChoiceBlock.putPlace(buffer, 0, place, probabilities[place]);
        }
        for (int i = 0; i < ghostCount; i++) {
            ChoiceBlock.putGhost(buffer, 0, i, ghostOffers[i], ghostCampaigns[i], ghostPlaces[i],
                ghostPropensities[i], ghostProbabilities[i]);
        }
        for (int i = 0; i < controlCount; i++) {
            ChoiceBlock.putControl(buffer, 0, i, controlledCampaigns[i]);
        }
        if (secondFlags != 0) {
            ChoiceBlock.putSecondHash(buffer, 0, secondHash);
            for (int rank = 0; rank < secondCount; rank++) {
                ChoiceBlock.putSecond(buffer, 0, rank, secondLogits[rank]);
            }
        }
        return length;
    }

    void end(final DecisionStatus decisionStatus, final ReasonCode reasonCode) {
        status = decisionStatus;
        reason = reasonCode;
    }

    void matched(final int candidates) {
        matched = candidates;
    }

    void scored(final int candidates) {
        scored = candidates;
    }

    void add(final int offerIndex, final double propensity, final double score, final int creative) {
        offerIndexes[offerCount] = offerIndex;
        creatives[offerCount] = creative;
        propensities[offerCount] = propensity;
        scores[offerCount++] = score;
    }

    void explain(final int offerIndex, final ReasonCode why) {
        if (explanationCount < MAX_EXPLANATIONS) {
            explainedOffers[explanationCount] = offerIndex;
            explainedReasons[explanationCount++] = why;
        }
    }

    /**
     * What kind of answer it is.
     *
     * @return offers, no offer or fallback.
     */
    public DecisionStatus status() {
        return status;
    }

    /**
     * Why.
     *
     * @return NONE when all went as asked.
     */
    public ReasonCode reason() {
        return reason;
    }

    /**
     * Whether the deadline passed before anything could be chosen: nothing is journalled then.
     *
     * @return true for the reasons of the 2xx band except a truncated scoring.
     */
    public boolean late() {
        return reason.code() >= 200 && reason.code() < 300 && reason != ReasonCode.TRUNCATED_IN_SCORING;
    }

    /**
     * Offers whose targeting held.
     *
     * @return 0 or more.
     */
    public int matched() {
        return matched;
    }

    /**
     * Candidates looked at before the deadline stopped it.
     *
     * @return equal to {@link #matched()} when complete.
     */
    public int scored() {
        return scored;
    }

    /**
     * Offers chosen.
     *
     * @return 0..{@link Slate#MAX_OFFERS}.
     */
    public int offerCount() {
        return offerCount;
    }

    /**
     * A chosen offer.
     *
     * @param place 0 for the best.
     * @return index in the catalogue.
     */
    public int offerIndex(final int place) {
        return offerIndexes[place];
    }

    /**
     * Its probability of conversion.
     *
     * @param place 0 for the best.
     * @return 0..1.
     */
    public double propensity(final int place) {
        return propensities[place];
    }

    /**
     * What it was ranked by.
     *
     * @param place 0 for the best.
     * @return expected value in micros.
     */
    public double score(final int place) {
        return scores[place];
    }

    /**
     * The creative it is made with.
     *
     * @param place 0 for the best.
     * @return index of {@code Offer.auctionCreative}, where the request restricts what an impression takes; -1: the
     *     one that the offer has for the channel.
     */
    public int creative(final int place) {
        return creatives[place];
    }

    /**
     * Candidates that were not chosen, where the request asked for explanations.
     *
     * @return 0..{@link #MAX_EXPLANATIONS}.
     */
    public int explanationCount() {
        return explanationCount;
    }

    /**
     * An offer that was not chosen.
     *
     * @param i 0..{@link #explanationCount()} - 1.
     * @return index in the catalogue.
     */
    public int explainedOffer(final int i) {
        return explainedOffers[i];
    }

    /**
     * Why it was not.
     *
     * @param i 0..{@link #explanationCount()} - 1.
     * @return a reason of the 4xx band, or {@link ReasonCode#TRUNCATED_IN_SCORING} when time ran out before it.
     */
    public ReasonCode explainedReason(final int i) {
        return explainedReasons[i];
    }
}
