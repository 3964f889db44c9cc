package io.opportune.engine.screening;

import io.opportune.engine.compact.CompactReader;
import io.opportune.engine.compact.CompactWriter;

/**
 * A video or audio object of an impression (OpenRTB 2.6, sections 3.2.7 and 3.2.8). A number of 0 is not stated unless
 * something else is said. Reused; one thread; allocates nothing.
 */
public final class MediaRestrictions {
    /** A number that is not stated where 0 means something. */
    public static final int NOT_STATED = -1;
    /** Most durations in {@code rqddurs}; further ones are passed over, which costs a bid at most. */
    public static final int MAX_DURATIONS = 32;
    private static final int MAX_MIMES = 64;

    final KeySet mimes = new KeySet(MAX_MIMES);
    final Codes protocols = new Codes();
    final Codes battr = new Codes();
    final Codes api = new Codes();
    final Codes delivery = new Codes();
    final int[] rqddurs = new int[MAX_DURATIONS];
    int rqddurCount;
    boolean present;
    int minduration;
    int maxduration;
    int maxextended;
    int poddur;
    int w;
    int h;
    int plcmt;
    int linearity;
    int skip;
    int skipmin;
    int skipafter;
    int minbitrate;
    int maxbitrate;
    boolean boxingallowed;
    int pos;

    void clear() {
        mimes.clear();
        protocols.clear();
        battr.clear();
        api.clear();
        delivery.clear();
        rqddurCount = 0;
        present = false;
        minduration = 0;
        maxduration = 0;
        maxextended = 0;
        poddur = 0;
        w = 0;
        h = 0;
        plcmt = 0;
        linearity = 0;
        skip = NOT_STATED;
        skipmin = 0;
        skipafter = 0;
        minbitrate = 0;
        maxbitrate = 0;
        boxingallowed = true;
        pos = NOT_STATED;
    }

    void writeTo(final CompactWriter out) {
        out.putInt(minduration);
        out.putInt(maxduration);
        out.putInt(maxextended);
        out.putInt(poddur);
        out.putInt(w);
        out.putInt(h);
        out.putInt(plcmt);
        out.putInt(linearity);
        out.putInt(skip);
        out.putInt(skipmin);
        out.putInt(skipafter);
        out.putInt(minbitrate);
        out.putInt(maxbitrate);
        out.putInt(pos);
        out.putByte(boxingallowed ? 1 : 0);
        mimes.writeTo(out);
        protocols.writeTo(out);
        battr.writeTo(out);
        api.writeTo(out);
        delivery.writeTo(out);
        out.putInt(rqddurCount);
        for (int i = 0; i < rqddurCount; i++) {
            out.putInt(rqddurs[i]);
        }
    }

    void readFrom(final CompactReader in) {
        present = true;
        minduration = in.getInt();
        maxduration = in.getInt();
        maxextended = in.getInt();
        poddur = in.getInt();
        w = in.getInt();
        h = in.getInt();
        plcmt = in.getInt();
        linearity = in.getInt();
        skip = in.getInt();
        skipmin = in.getInt();
        skipafter = in.getInt();
        minbitrate = in.getInt();
        maxbitrate = in.getInt();
        pos = in.getInt();
        boxingallowed = in.getByte() == 1;
        mimes.readFrom(in);
        protocols.readFrom(in);
        battr.readFrom(in);
        api.readFrom(in);
        delivery.readFrom(in);
        rqddurCount = in.getCount(MAX_DURATIONS, 1);
        for (int i = 0; i < rqddurCount; i++) {
            rqddurs[i] = in.getInt();
        }
    }

    /**
     * Says that the impression is offered in this form.
     *
     * @return this.
     */
    public MediaRestrictions present() {
        present = true;
        return this;
    }

    /**
     * Sets the limits of the duration.
     *
     * @param least seconds, {@code minduration}.
     * @param most  seconds, {@code maxduration}.
     * @return this.
     */
    public MediaRestrictions durations(final int least, final int most) {
        minduration = least;
        maxduration = most;
        return this;
    }

    /**
     * Adds one of the only durations that are accepted.
     *
     * @param seconds of {@code rqddurs}.
     * @return this.
     */
    public MediaRestrictions rqddur(final int seconds) {
        if (rqddurCount < MAX_DURATIONS) {
            rqddurs[rqddurCount++] = seconds;
        }
        return this;
    }

    /**
     * Sets how far the longest duration may be exceeded.
     *
     * @param seconds {@code maxextended}; -1: as far as one likes.
     * @return this.
     */
    public MediaRestrictions maxextended(final int seconds) {
        maxextended = seconds;
        return this;
    }

    /**
     * Sets the duration of the pod.
     *
     * @param seconds {@code poddur}.
     * @return this.
     */
    public MediaRestrictions poddur(final int seconds) {
        poddur = seconds;
        return this;
    }

    /**
     * Sets the size of the player.
     *
     * @param width  {@code w}.
     * @param height {@code h}.
     * @return this.
     */
    public MediaRestrictions size(final int width, final int height) {
        w = width;
        h = height;
        return this;
    }

    /**
     * Sets the kind of placement.
     *
     * @param kind AdCOM 1.0, list Plcmt Subtypes - Video.
     * @return this.
     */
    public MediaRestrictions plcmt(final int kind) {
        plcmt = kind;
        return this;
    }

    /**
     * Sets the linearity.
     *
     * @param mode AdCOM 1.0, list Linearity Modes: 1 linear, 2 nonlinear.
     * @return this.
     */
    public MediaRestrictions linearity(final int mode) {
        linearity = mode;
        return this;
    }

    /**
     * Sets whether the ad may be skippable.
     *
     * @param isAllowed 0 no, 1 yes, {@link #NOT_STATED}.
     * @param longer    seconds, {@code skipmin}: only ads that are longer may.
     * @param after     seconds, {@code skipafter}: not before them.
     * @return this.
     */
    public MediaRestrictions skip(final int isAllowed, final int longer, final int after) {
        skip = isAllowed;
        skipmin = longer;
        skipafter = after;
        return this;
    }

    /**
     * Sets the limits of the bit rate.
     *
     * @param least kilobits per second, {@code minbitrate}.
     * @param most  kilobits per second, {@code maxbitrate}.
     * @return this.
     */
    public MediaRestrictions bitrates(final int least, final int most) {
        minbitrate = least;
        maxbitrate = most;
        return this;
    }

    /**
     * Sets whether a video may have another aspect ratio than the player.
     *
     * @param isAllowed {@code boxingallowed}; true when the request does not say.
     * @return this.
     */
    public MediaRestrictions boxingallowed(final boolean isAllowed) {
        boxingallowed = isAllowed;
        return this;
    }

    /**
     * Sets the position.
     *
     * @param position AdCOM 1.0, list Placement Positions; {@link #NOT_STATED}.
     * @return this.
     */
    public MediaRestrictions pos(final int position) {
        pos = position;
        return this;
    }

    /**
     * MIME types that are accepted.
     *
     * @return set of {@code BlockKey.ofMime}.
     */
    public KeySet mimes() {
        return mimes;
    }

    /**
     * Protocols that are accepted.
     *
     * @return codes.
     */
    public Codes protocols() {
        return protocols;
    }

    /**
     * Blocked attributes.
     *
     * @return codes.
     */
    public Codes battr() {
        return battr;
    }

    /**
     * APIs that are supported.
     *
     * @return codes.
     */
    public Codes api() {
        return api;
    }

    /**
     * Ways of delivery that are accepted.
     *
     * @return codes of AdCOM 1.0, list Delivery Methods.
     */
    public Codes delivery() {
        return delivery;
    }
}
