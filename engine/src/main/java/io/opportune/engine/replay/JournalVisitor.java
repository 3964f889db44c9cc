package io.opportune.engine.replay;

import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.codec.EventReportDecoder;

/** Sees the decisions and events of a journal in the order in which they were appended. One thread. */
public interface JournalVisitor {
    /**
     * Called before the first record.
     *
     * @param registry     with all names of the journal and of the candidate catalogue.
     * @param unknownTexts texts that rules of the candidate compare with and that the journal does not know: in what
     *     was recorded they are unknown, so that these rules find nothing equal to them.
     */
    void begin(NameRegistry registry, int unknownTexts);

    /**
     * Takes a decision after it was made again and before it is applied.
     *
     * @param decision valid until this returns.
     */
    void onDecision(VisitedDecision decision);

    /**
     * Takes an accepted event.
     *
     * @param header of its record.
     * @param report what was reported, without the customer's id.
     */
    void onEvent(RecordHeaderFlyweight header, EventReportDecoder report);

    /** A record stands here no more, because the customer whose it was has been erased. */
    void onRedacted();
}
