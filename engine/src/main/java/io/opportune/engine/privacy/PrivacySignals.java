package io.opportune.engine.privacy;

import org.agrona.DirectBuffer;

/**
 * The regulatory signals of one request, as numbers and slices of the buffer that it was read from; nothing is copied.
 * Reused: {@link #reset()}, then set what the request has, then {@link PrivacyGate#evaluate}. Owned by one thread.
 */
public final class PrivacySignals {
    /** A number that the request does not have. */
    public static final int ABSENT = -1;

    private static final int MAX_SID = Long.SIZE - 1;

    private int coppa;
    private int gdpr;
    private int gpc;
    private int lmt;
    private int dnt;
    private AbsentGdpr absentGdpr;
    private DirectBuffer consentBuffer;
    private int consentOffset;
    private int consentLength;
    private DirectBuffer gppBuffer;
    private int gppOffset;
    private int gppLength;
    private DirectBuffer usPrivacyBuffer;
    private int usPrivacyOffset;
    private int usPrivacyLength;
    private long sectionIds;

    /** Signals of a request that has none. */
    public PrivacySignals() {
        reset();
    }

    /**
     * Forgets all signals; absent GDPR permits nothing personal again.
     *
     * @return this.
     */
    public PrivacySignals reset() {
        coppa = ABSENT;
        gdpr = ABSENT;
        gpc = ABSENT;
        lmt = ABSENT;
        dnt = ABSENT;
        absentGdpr = AbsentGdpr.NO_PROFILE;
        consentBuffer = null;
        consentOffset = 0;
        consentLength = 0;
        gppBuffer = null;
        gppOffset = 0;
        gppLength = 0;
        usPrivacyBuffer = null;
        usPrivacyOffset = 0;
        usPrivacyLength = 0;
        sectionIds = 0L;
        return this;
    }

    /**
     * Sets {@code regs.coppa}.
     *
     * @param value 0, 1, or {@link #ABSENT}; anything else counts as 1.
     * @return this.
     */
    public PrivacySignals coppa(final int value) {
        coppa = value;
        return this;
    }

    /**
     * Sets {@code regs.gdpr} (before 2.6: {@code regs.ext.gdpr}).
     *
     * @param value 0, 1, or {@link #ABSENT}; anything else is invalid and permits nothing.
     * @return this.
     */
    public PrivacySignals gdpr(final int value) {
        gdpr = value;
        return this;
    }

    /**
     * Sets the Global Privacy Control flag ({@code regs.ext.gpc}, header {@code Sec-GPC}).
     *
     * @param value 0, 1, or {@link #ABSENT}; anything else counts as 1.
     * @return this.
     */
    public PrivacySignals gpc(final int value) {
        gpc = value;
        return this;
    }

    /**
     * Sets {@code device.lmt}.
     *
     * @param value 0, 1, or {@link #ABSENT}; anything else counts as 1.
     * @return this.
     */
    public PrivacySignals lmt(final int value) {
        lmt = value;
        return this;
    }

    /**
     * Sets {@code device.dnt}.
     *
     * @param value 0, 1, or {@link #ABSENT}; anything else counts as 1.
     * @return this.
     */
    public PrivacySignals dnt(final int value) {
        dnt = value;
        return this;
    }

    /**
     * Sets what the exchange's profile says about requests without {@code regs.gdpr}.
     *
     * @param rule of the exchange.
     * @return this.
     */
    public PrivacySignals absentGdpr(final AbsentGdpr rule) {
        absentGdpr = rule;
        return this;
    }

    /**
     * Sets {@code user.consent} (before 2.6: {@code user.ext.consent}).
     *
     * @param buffer holding the text without its quotes and with escapes resolved.
     * @param offset of its first character.
     * @param length characters; 0 is as absent.
     * @return this.
     */
    public PrivacySignals consent(final DirectBuffer buffer, final int offset, final int length) {
        consentBuffer = buffer;
        consentOffset = offset;
        consentLength = length;
        return this;
    }

    /**
     * Sets {@code regs.gpp}.
     *
     * @param buffer holding the text without its quotes and with escapes resolved.
     * @param offset of its first character.
     * @param length characters; 0 is as absent.
     * @return this.
     */
    public PrivacySignals gpp(final DirectBuffer buffer, final int offset, final int length) {
        gppBuffer = buffer;
        gppOffset = offset;
        gppLength = length;
        return this;
    }

    /**
     * Adds an element of {@code regs.gpp_sid}. Header (3) and signal integrity (4) say nothing and are skipped, as are
     * 0 and -1, by which platforms mean that no section applies.
     *
     * @param id of a section; 63 and more are kept as one that is not known.
     * @return this.
     */
    public PrivacySignals addSectionId(final int id) {
        if (id > 0 && id != GppString.HEADER && id != GppString.SIGNAL_INTEGRITY) {
            sectionIds |= 1L << Math.min(id, MAX_SID);
        }
        return this;
    }

    /**
     * Sets {@code regs.us_privacy} (before 2.6: {@code regs.ext.us_privacy}).
     *
     * @param buffer holding the text without its quotes and with escapes resolved.
     * @param offset of its first character.
     * @param length characters; 0 is as absent.
     * @return this.
     */
    public PrivacySignals usPrivacy(final DirectBuffer buffer, final int offset, final int length) {
        usPrivacyBuffer = buffer;
        usPrivacyOffset = offset;
        usPrivacyLength = length;
        return this;
    }

    int coppa() {
        return coppa;
    }

    int gdpr() {
        return gdpr;
    }

    int gpc() {
        return gpc;
    }

    int lmt() {
        return lmt;
    }

    int dnt() {
        return dnt;
    }

    AbsentGdpr absentGdpr() {
        return absentGdpr;
    }

    DirectBuffer consentBuffer() {
        return consentBuffer;
    }

    int consentOffset() {
        return consentOffset;
    }

    int consentLength() {
        return consentLength;
    }

    DirectBuffer gppBuffer() {
        return gppBuffer;
    }

    int gppOffset() {
        return gppOffset;
    }

    int gppLength() {
        return gppLength;
    }

    DirectBuffer usPrivacyBuffer() {
        return usPrivacyBuffer;
    }

    int usPrivacyOffset() {
        return usPrivacyOffset;
    }

    int usPrivacyLength() {
        return usPrivacyLength;
    }

    /** Ids of {@code gpp_sid} as bits: section 7 in bit 7. */
    long sectionIds() {
        return sectionIds;
    }
}
