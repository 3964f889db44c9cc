package io.opportune.engine.replay;

import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A decision of the journal: as it was answered, and as a candidate answers it. Reused; one thread. */
public final class VisitedDecision {

    private final MessageHeaderDecoder wireHeader = new MessageHeaderDecoder();
    private final DecisionResponseDecoder response = new DecisionResponseDecoder();
    private final DirectBuffer choice = new UnsafeBuffer(0, 0);
    private final RecordHeaderFlyweight header;
    private String obstacle;
    private String difference;
    private boolean truncated;
    private DirectBuffer recorded;
    private DirectBuffer candidate;
    private int candidateOffset;
    private boolean predicted;

    VisitedDecision(final RecordHeaderFlyweight header) {
        this.header = header;
    }

    void cannotBeMadeAgain(final String why) {
        obstacle = why;
    }

    /** After all blocks of the record that this version knows were read. */
    void madeAgain(
        final DecisionRecordDecoder record, final DirectBuffer recordedResponse, final DirectBuffer recordedChoice,
        final String differing) {
        obstacle = null;
        difference = differing;
        truncated = record.scoredCount() < record.candidateCount();
        recorded = recordedResponse;
        choice.wrap(recordedChoice);
    }

    void answered(final DirectBuffer candidateResponse, final int offset, final boolean byModel) {
        predicted = byModel;
        candidate = candidateResponse;
        candidateOffset = offset;
    }

    /**
     * Where it stands, when and for whom.
     *
     * @return header of its record.
     */
    public RecordHeaderFlyweight header() {
        return header;
    }

    /**
     * Why it cannot be made again.
     *
     * @return null when it was.
     */
    public String obstacle() {
        return obstacle;
    }

    /**
     * How the answer differs when it is made again as it was made then.
     *
     * @return null when it does not.
     */
    public String difference() {
        return difference;
    }

    /**
     * Whether the deadline cut it off, so that it depends on how fast the server was.
     *
     * @return true when some candidates were not looked at.
     */
    public boolean isTruncated() {
        return truncated;
    }

    /**
     * Whether a model predicted for the candidate.
     *
     * @return false where the placement goes without.
     */
    public boolean isPredicted() {
        return predicted;
    }

    /**
     * The block that tells how the choice was made.
     *
     * @return of length 0 where the record has none.
     */
    public DirectBuffer choice() {
        return choice;
    }

    /**
     * As it was answered.
     *
     * @return one decoder for both answers: read one before asking for the other.
     */
    public DecisionResponseDecoder recordedAnswer() {
        return response.wrapAndApplyHeader(recorded, 0, wireHeader);
    }

    /**
     * As the candidate answers it.
     *
     * @return one decoder for both answers: read one before asking for the other.
     */
    public DecisionResponseDecoder candidateAnswer() {
        return response.wrapAndApplyHeader(candidate, candidateOffset, wireHeader);
    }
}
