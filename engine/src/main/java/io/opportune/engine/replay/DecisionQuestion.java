package io.opportune.engine.replay;

import io.opportune.engine.catalogue.CatalogueVersion;
import io.opportune.engine.decision.OfferInquiry;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.DecisionStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Why offers were, or were not, made in one journalled decision: the question and, after {@link DecisionReplay#ask},
 * the answer. One thread.
 */
public final class DecisionQuestion {
    private final long idHigh;
    private final long idLow;
    private final List<String> offers;
    private final List<OfferInquiry.Finding> findings = new ArrayList<>();
    private final List<String> unknownOffers = new ArrayList<>();
    private Decided decided;
    private String obstacle;

    /**
     * The decision as it was made again.
     *
     * @param difference     from what was answered then; null when there is none.
     * @param status         kind of answer.
     * @param reason         of the whole answer.
     * @param catalogue      it was made with.
     * @param businessTimeNs when it was made, nanoseconds since 1970.
     */
    public record Decided(
        String difference, DecisionStatus status, ReasonCode reason, CatalogueVersion catalogue,
        long businessTimeNs) {
    }

    /**
     * Asks about a decision.
     *
     * @param idHigh high half of its id, as an answer carries it.
     * @param idLow  low half.
     * @param offers names.
     */
    public DecisionQuestion(final long idHigh, final long idLow, final List<String> offers) {
        this.idHigh = idHigh;
        this.idLow = idLow;
        this.offers = List.copyOf(offers);
    }

    boolean isAbout(final RecordHeaderFlyweight header) {
        return header.sequence() == idLow
            && DecisionIds.high(header.partition(), header.term()) == DecisionIds.place(idHigh);
    }

    List<String> offers() {
        return offers;
    }

    void cannotBeMadeAgain(final String why) {
        obstacle = why;
    }

    void madeAgain(
        final String difference, final DecisionStatus status, final ReasonCode reason,
        final CatalogueVersion catalogue, final long businessTimeNs) {
        decided = new Decided(difference, status, reason, catalogue, businessTimeNs);
    }

    void found(final OfferInquiry.Finding finding) {
        findings.add(finding);
    }

    void unknown(final String offer) {
        unknownOffers.add(offer);
    }

    /**
     * Whether the decision was found.
     *
     * @return false: the journal does not hold it, or not any more.
     */
    public boolean isAnswered() {
        return decided != null || obstacle != null;
    }

    /**
     * Why the decision cannot be made again.
     *
     * @return null when it was.
     */
    public String obstacle() {
        return obstacle;
    }

    /**
     * The decision.
     *
     * @return null when it was not found or cannot be made again.
     */
    public Decided decided() {
        return decided;
    }

    /**
     * What became of each offer that the catalogue of that time holds.
     *
     * @return in the order asked.
     */
    public List<OfferInquiry.Finding> findings() {
        return Collections.unmodifiableList(findings);
    }

    /**
     * Offers that the catalogue of that time does not hold.
     *
     * @return in the order asked.
     */
    public List<String> unknownOffers() {
        return Collections.unmodifiableList(unknownOffers);
    }
}
