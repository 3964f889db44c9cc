package io.opportune.engine.bidding;

import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.notice.NoticeRequest;

/**
 * What is counted of each exchange and each campaign, as columns of a table: requests, responses, bids, notices by
 * kind, what there is no bid for by {@link NoBid}, lost bids by reason, VAST errors by their hundred. Stateless.
 */
final class BidColumn {
    /** Bid requests; of exchanges only. */
    static final int REQUESTS = 0;
    /** Responses with a bid; of exchanges only. */
    static final int RESPONSES = 1;
    static final int BIDS = 2;
    /** Bids in first-price auctions, shaded or not. */
    static final int SHADED = 3;
    /** 64ths of the value that these bid, all together. */
    static final int SHADES = 4;
    /** Of these, bids that tried another shade than the best known. */
    static final int EXPLORED = 5;

    private static final int FIRST_NOTICE = 6;
    private static final int FIRST_NO_BID = FIRST_NOTICE + NoticeKind.values().length;
    private static final int FIRST_LOSS = FIRST_NO_BID + NoBid.count();
    /**
     * OpenRTB 3.0, list Loss Reason Codes: 0 to 10, 100 to 104, 200 to 213, with some room for those to come; the codes
     * of exchanges, from 1000 on, share one column.
     */
    private static final int[] LOSS_FROM = {0, 100, 200};
    private static final int LOSS_BLOCK = 24;
    private static final int OTHER_LOSS = LOSS_FROM.length * LOSS_BLOCK;
    private static final int UNSAID_LOSS = OTHER_LOSS + 1;
    private static final int LOSS_COUNT = UNSAID_LOSS + 1;
    private static final int FIRST_ERROR = FIRST_LOSS + LOSS_COUNT;
    /** VAST 4.2, section 2.3.6.3: the first digit says what part of the ad it is about. */
    private static final int ERROR_CLASS = 100;

    static final int ERROR_CLASSES = 10;
    static final int COUNT = FIRST_ERROR + ERROR_CLASSES;

    private BidColumn() {
    }

    static int notice(final NoticeKind kind) {
        return FIRST_NOTICE + kind.ordinal();
    }

    static int noBid(final NoBid reason) {
        return FIRST_NO_BID + reason.ordinal();
    }

    /** The column of a loss reason; {@link NoticeRequest#NO_LOSS_REASON} is one, too. */
    static int loss(final int code) {
        if (code == NoticeRequest.NO_LOSS_REASON) {
            return FIRST_LOSS + UNSAID_LOSS;
        }
        for (int block = 0; block < LOSS_FROM.length; block++) {
            if (code >= LOSS_FROM[block] && code < LOSS_FROM[block] + LOSS_BLOCK) {
                return FIRST_LOSS + block * LOSS_BLOCK + code - LOSS_FROM[block];
            }
        }
        return FIRST_LOSS + OTHER_LOSS;
    }

    static int firstLoss() {
        return FIRST_LOSS;
    }

    static int endOfLosses() {
        return FIRST_ERROR;
    }

    /** The column of a VAST error; codes below 100 share that of {@link NoticeRequest#NO_ERROR_CODE}. */
    static int error(final int code) {
        return errorClass(code < 0 ? 0 : code / ERROR_CLASS);
    }

    /** The column of all errors with a first digit. */
    static int errorClass(final int digit) {
        return FIRST_ERROR + digit;
    }

    /** What the errors with a first digit are called: {@code error_4xx}, or {@code error_other}. */
    static String errorLabel(final int digit) {
        return NoticeKind.ERROR.word() + (digit == 0 ? "_other" : "_" + digit + "xx");
    }

    /** What a column of losses is called: the code, {@code other} or {@code unsaid}. */
    static String lossLabel(final int column) {
        final int loss = column - FIRST_LOSS;
        return loss == OTHER_LOSS ? "other" : loss == UNSAID_LOSS ? "unsaid"
            : Integer.toString(LOSS_FROM[loss / LOSS_BLOCK] + loss % LOSS_BLOCK);
    }
}
