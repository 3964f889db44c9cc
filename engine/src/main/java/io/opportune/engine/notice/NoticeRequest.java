package io.opportune.engine.notice;

import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.identity.Key128;

/** What one notice says. Reused; filled by {@link NoticeReader}; owned by one thread. */
public final class NoticeRequest {
    /** For a number that the notice does not say. */
    public static final long NONE = Long.MIN_VALUE;
    /** For a loss reason that the notice does not say. */
    public static final int NO_LOSS_REASON = -1;
    /** For a VAST error that the notice does not say. */
    public static final int NO_ERROR_CODE = -1;

    final NoticeToken token = new NoticeToken();
    final Key128 eventId = new Key128();
    NoticeKind kind;
    NoticeOutcome outcome;
    PriceState priceState;
    long priceMicros;
    long minToWinMicros;
    int lossReason;
    int errorCode;

    /** Creates an empty notice. */
    public NoticeRequest() {
        clear();
    }

    void clear() {
        token.clear();
        eventId.set(0, 0);
        kind = null;
        outcome = NoticeOutcome.MALFORMED;
        priceState = PriceState.ABSENT;
        priceMicros = NONE;
        minToWinMicros = NONE;
        lossReason = NO_LOSS_REASON;
        errorCode = NO_ERROR_CODE;
    }

    /**
     * What kind of notice it is.
     *
     * @return the kind, or null when the path names none.
     */
    public NoticeKind kind() {
        return kind;
    }

    /**
     * What became of its token.
     *
     * @return {@link NoticeOutcome#ACCEPTED} when the notice is to be applied.
     */
    public NoticeOutcome outcome() {
        return outcome;
    }

    /**
     * What the token holds.
     *
     * @return the bid's state; zeros unless the outcome is ACCEPTED, EXPIRED or WRONG_KIND.
     */
    public NoticeToken token() {
        return token;
    }

    /**
     * The id of the event that the notice makes: the same when it comes again.
     *
     * @return zero unless the notice was accepted.
     */
    public Key128 eventId() {
        return eventId;
    }

    /**
     * What is to be thought of the price.
     *
     * @return {@link PriceState#ABSENT} when there is none.
     */
    public PriceState priceState() {
        return priceState;
    }

    /**
     * The price as the notice says it, whatever its state.
     *
     * @return micros per impression in the notice's currency, or {@link #NONE} when it could not be read.
     */
    public long priceMicros() {
        return priceMicros;
    }

    /**
     * What is to be charged when the notice means that somebody pays: the price where it is known, otherwise the bid,
     * because a bid is the most that its auction may cost; nothing for an audit.
     *
     * @return micros per impression in the bid's currency.
     */
    public long payableMicros() {
        if (priceState == PriceState.AUDIT) {
            return 0;
        }
        return priceState.isKnown() ? priceMicros : token.bidPriceMicros();
    }

    /**
     * The least bid that would have won.
     *
     * @return micros per impression in the bid's currency, or {@link #NONE}.
     */
    public long minToWinMicros() {
        return minToWinMicros;
    }

    /**
     * Why the bid was lost: OpenRTB 3.0, list of loss reason codes.
     *
     * @return 0 or more, or {@link #NO_LOSS_REASON}.
     */
    public int lossReason() {
        return lossReason;
    }

    /**
     * What went wrong with a VAST ad: VAST 4.2, section 2.3.6.3.
     *
     * @return 0..999, or {@link #NO_ERROR_CODE}.
     */
    public int errorCode() {
        return errorCode;
    }
}
