package io.opportune.engine.evaluation;

import java.util.List;
import java.util.Map;

/**
 * What a candidate would change in the decisions of a journal, and what can be said of the effect.
 *
 * @param decisions       in the journal, within the times asked for.
 * @param compared        of them made again with the candidate.
 * @param predicted       of the compared: a model predicted for the candidate.
 * @param changed         of the compared: the customer would see something else.
 * @param changedForever  of the changed: made without exploring, so that the journal cannot tell what would have come.
 * @param emptied         of the changed: an answer with offers becomes one without.
 * @param filled          of the changed: an answer without offers becomes one with.
 * @param campaigns       offers and expected value by campaign, the greatest change of offers first.
 * @param leftOut         decisions that could not be used, by reason.
 * @param firstLeftOut    the first few, each with where it stands and why.
 * @param events          what became of the events of the kind asked for.
 * @param redacted        records of customers who have been erased.
 * @param unchangedReward mean reward of the decisions that stay as they are; null without any.
 * @param changedReward   mean reward that what was done brought in the decisions that change: what is at stake; null
 *     without any.
 * @param estimate        value of the candidate; null when no decision can be used.
 */
public record WhatIfReport(
    long decisions,
    long compared,
    long predicted,
    long changed,
    long changedForever,
    long emptied,
    long filled,
    List<CampaignChange> campaigns,
    Map<LeftOut, Long> leftOut,
    List<String> firstLeftOut,
    EventCounts events,
    long redacted,
    Estimate unchangedReward,
    Estimate changedReward,
    EvaluationReport estimate) {
    /**
     * What becomes of a campaign.
     *
     * @param name        of the campaign; "(none)" for offers without one.
     * @param offersBefore made.
     * @param offersAfter  that the candidate makes in the same decisions.
     * @param valueBefore  propensity times value of the offers made, units of their currency.
     * @param valueAfter   the same of the candidate's.
     */
    public record CampaignChange(
        String name, long offersBefore, long offersAfter, double valueBefore, double valueAfter) {
    }

    /**
     * What became of the events of the kind asked for.
     *
     * @param named      counted for the decision that they name.
     * @param byOffer    name an offer only, counted for the customer's last decision that made it.
     * @param byCustomer name neither, counted for the customer's last decision.
     * @param late       came behind the window.
     * @param stray      belong to none of the decisions looked at.
     */
    public record EventCounts(long named, long byOffer, long byCustomer, long late, long stray) {
        /**
         * Events that made a reward.
         *
         * @return named, by offer and by customer.
         */
        public long counted() {
            return named + byOffer + byCustomer;
        }
    }

    /** Why a decision is not used. */
    public enum LeftOut {
        /** The journal's beginning, a catalogue or a model is not kept. */
        NOT_MADE_AGAIN("cannot be made again"),
        /** The deadline cut it off. */
        TRUNCATED("were cut off by their deadline"),
        /** A control group decided, not the policy. */
        CONTROL("belong to a control group"),
        /** The record of how it was chosen cannot be read. */
        BAD_CHOICE("have a damaged record of how they were chosen"),
        /** Compared, but its reward may still come. */
        WINDOW_OPEN("are younger than the window for their reward");

        private final String text;

        LeftOut(final String text) {
            this.text = text;
        }

        /**
         * What they are.
         *
         * @return end of a sentence about decisions.
         */
        public String text() {
            return text;
        }
    }
}
