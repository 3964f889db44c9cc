package io.opportune.engine.exchange;

import org.agrona.DirectBuffer;

/**
 * The notices that an exchange or a browser may send about a bid, as they stand in {@code /notice/{kind}}. The order is
 * part of event ids: kinds are only appended.
 */
public enum NoticeKind {
    /** The bid won the exchange's auction ({@code nurl}). */
    WIN("win", 8),
    /** The bid became billable ({@code burl}). */
    BILL("bill", 9),
    /** The bid was lost ({@code lurl}). */
    LOSS("loss", 10),
    /** The browser showed the markup. */
    IMP("imp", 1),
    /** The customer clicked. */
    CLICK("click", 2);

    private static final NoticeKind[] KINDS = values();

    private final String word;
    private final int eventTypeCode;

    NoticeKind(final String word, final int eventTypeCode) {
        this.word = word;
        this.eventTypeCode = eventTypeCode;
    }

    /**
     * The kind in URLs and profiles.
     *
     * @return such as {@code win}.
     */
    public String word() {
        return word;
    }

    /**
     * The kind in a set of kinds.
     *
     * @return one bit.
     */
    public int bit() {
        return 1 << ordinal();
    }

    /**
     * The kind as the type of an event on the wire: 8 to 10 came to {@code EventType} with version 2 of its schema.
     *
     * @return 1..10.
     */
    public int eventTypeCode() {
        return eventTypeCode;
    }

    /**
     * Finds a kind by its word.
     *
     * @param text        holding the word.
     * @param offset      of the word.
     * @param lengthBytes of the word.
     * @return the kind, or null.
     */
    public static NoticeKind of(final DirectBuffer text, final int offset, final int lengthBytes) {
        for (final NoticeKind kind : KINDS) {
            if (kind.word.length() == lengthBytes && kind.matches(text, offset)) {
                return kind;
            }
        }
        return null;
    }

    private boolean matches(final DirectBuffer text, final int offset) {
        for (int i = 0; i < word.length(); i++) {
            if (text.getByte(offset + i) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
