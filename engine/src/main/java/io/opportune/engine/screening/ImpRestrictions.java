package io.opportune.engine.screening;

import io.opportune.engine.compact.CompactReader;
import io.opportune.engine.compact.CompactWriter;
import io.opportune.engine.markup.NativeAssets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What one impression takes (OpenRTB 2.6, section 3.2.4): {@link #clear}, then its reader fills in what the request
 * says; the lists of the whole request stand in {@link #request()} and are cleared on their own. Reused; one thread;
 * allocates nothing.
 *
 * <p>{@link #encode} puts it into the message that asks for a decision, so that a decision made again from the journal
 * knows it too:
 * <pre>
 *  form, 2 (1 byte) | flags: 1 secure, 2 banner, 4 video, 8 audio, 16 native, 32 deal (1 byte) | deal | reason why
 *  nothing personal may be read, 0 where it may | cattax | keys wlang | keys acat | keys wadomain | banner | video |
 *  audio | native | keys bcat | keys bapp | keys badv
 *
 *  number: zigzag, seven bits a byte
 *  keys:   number: count * 2 + (1: the list had more) | count * key (8 bytes)
 *  codes:  number: count of high ones * 4 + (2: the list had more) + (1: low ones) | low ones (8 bytes) | high ones
 * </pre>
 * What an impression is not offered as is not written, nor a deal where there is none. Other forms are not read.
 */
public final class ImpRestrictions {
    /** {@link #decode} took all. */
    public static final int DECODED = 0;
    /** {@link #decode}: the bytes break off. */
    public static final int TRUNCATED = 1;
    /** {@link #decode}: of a form that this version does not know. */
    public static final int UNKNOWN_FORM = 2;
    /** {@link #decode}: a number is out of its range, or bytes follow the end. */
    public static final int MALFORMED = 3;
    /** {@link #encode}: all but the block lists is longer already than what may be written. */
    public static final int TOO_LONG = -1;
    /**
     * Most bytes of {@link #encode(MutableDirectBuffer, int)}: some 1,400 blocked advertisers, and room beside it for
     * the rest of a request in the shortest frame that {@code gateway.max-frame-length} has unless it is set.
     */
    public static final int MAX_ENCODED_BYTES = 12 * 1024;

    private static final int FORM = 2;
    private static final int SECURE = 1;
    private static final int BANNER = 2;
    private static final int VIDEO = 4;
    private static final int AUDIO = 8;
    private static final int NATIVE = 16;
    private static final int DEAL = 32;
    private static final int ALL_FLAGS = 63;
    /** Most advertisers that deals name. */
    public static final int MAX_DEAL_DOMAINS = 1_024;

    final RequestRestrictions request;
    final BannerRestrictions banner = new BannerRestrictions();
    final MediaRestrictions video = new MediaRestrictions();
    final MediaRestrictions audio = new MediaRestrictions();
    final NativeAssets nativeAssets = new NativeAssets();
    final Codes nativeBattr = new Codes();
    final Codes nativeApi = new Codes();
    final KeySet wadomain = new KeySet(MAX_DEAL_DOMAINS);
    boolean nativePresent;
    boolean secure;
    private int dealId;
    private final CompactWriter out = new CompactWriter();
    private final CompactReader in = new CompactReader();

    /**
     * Makes one for the impressions of one request after the other.
     *
     * @param request the lists that hold for all of them.
     */
    public ImpRestrictions(final RequestRestrictions request) {
        this.request = request;
        clear();
    }

    /**
     * Forgets the impression.
     *
     * @return this.
     */
    public ImpRestrictions clear() {
        banner.clear();
        video.clear();
        audio.clear();
        nativeAssets.clear();
        nativeBattr.clear();
        nativeApi.clear();
        wadomain.clear();
        nativePresent = false;
        secure = false;
        dealId = 0;
        return this;
    }

    /**
     * Writes all of it, the lists of the request included, in at most {@link #MAX_ENCODED_BYTES}.
     *
     * @param buffer to write into.
     * @param offset of the first byte.
     * @return length in bytes, 1 or more; {@link #TOO_LONG}.
     */
    public int encode(final MutableDirectBuffer buffer, final int offset) {
        return encode(buffer, offset, MAX_ENCODED_BYTES);
    }

    /**
     * Writes all of it, the lists of the request included. Block lists are cut to what fits, which costs bids and
     * allows none: {@link CreativeRejection#LIST_TOO_LONG}.
     *
     * @param buffer         to write into.
     * @param offset         of the first byte.
     * @param maxLengthBytes most bytes.
     * @return length in bytes, 1 or more; {@link #TOO_LONG} when it does not fit even so.
     */
    public int encode(final MutableDirectBuffer buffer, final int offset, final int maxLengthBytes) {
        out.wrap(buffer, offset, maxLengthBytes);
        out.putByte(FORM);
        out.putByte((secure ? SECURE : 0) | (banner.present ? BANNER : 0) | (video.present ? VIDEO : 0)
            | (audio.present ? AUDIO : 0) | (nativePresent ? NATIVE : 0) | (dealId != 0 ? DEAL : 0));
        if (dealId != 0) {
            out.putInt(dealId);
        }
        out.putInt(request.withheld);
        out.putInt(request.cattax);
        request.wlang.writeTo(out);
        request.acat.writeTo(out);
        wadomain.writeTo(out);
        if (banner.present) {
            banner.writeTo(out);
        }
        if (video.present) {
            video.writeTo(out);
        }
        if (audio.present) {
            audio.writeTo(out);
        }
        if (nativePresent) {
            nativeBattr.writeTo(out);
            nativeApi.writeTo(out);
            nativeAssets.writeTo(out);
        }
        request.bcat.writeWhatFits(out, 2 * KeySet.MAX_COUNT_BYTES);
        request.bapp.writeWhatFits(out, KeySet.MAX_COUNT_BYTES);
        request.badv.writeWhatFits(out, 0);
        final boolean fits = !out.overflowed();
        final int end = out.end();
        return fits ? end - offset : TOO_LONG;
    }

    /**
     * Reads what {@link #encode} wrote, the lists of the request included.
     *
     * @param buffer      to read from.
     * @param offset      of the first byte.
     * @param lengthBytes how many there are.
     * @return {@link #DECODED}; otherwise {@link #TRUNCATED}, {@link #UNKNOWN_FORM} or {@link #MALFORMED}, and then it
     *     is empty, so that no creative fits.
     */
    public int decode(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        clear();
        request.clear();
        in.wrap(buffer, offset, lengthBytes);
        final int form = in.getByte();
        final boolean known = form == FORM;
        if (known) {
            read();
        }
        final int code = in.truncated() ? TRUNCATED
            : !known ? UNKNOWN_FORM
            : in.malformed() || in.remaining() > 0 ? MALFORMED : DECODED;
        in.end();
        if (code != DECODED) {
            clear();
            request.clear();
        }
        return code;
    }

    private void read() {
        final int flags = in.getByte();
        if (flags > ALL_FLAGS) {
            in.malform();
            return;
        }
        secure = (flags & SECURE) != 0;
        dealId = (flags & DEAL) != 0 ? in.getInt() : 0;
        request.withheld = in.getInt();
        request.cattax = in.getInt();
        request.wlang.readFrom(in);
        request.acat.readFrom(in);
        wadomain.readFrom(in);
        if ((flags & BANNER) != 0) {
            banner.readFrom(in);
        }
        if ((flags & VIDEO) != 0) {
            video.readFrom(in);
        }
        if ((flags & AUDIO) != 0) {
            audio.readFrom(in);
        }
        if ((flags & NATIVE) != 0) {
            nativePresent = true;
            nativeBattr.readFrom(in);
            nativeApi.readFrom(in);
            nativeAssets.readFrom(in);
        }
        request.bcat.readFrom(in);
        request.bapp.readFrom(in);
        request.badv.readFrom(in);
    }

    /**
     * The lists of the whole request.
     *
     * @return as given to the constructor.
     */
    public RequestRestrictions request() {
        return request;
    }

    /**
     * Its banner.
     *
     * @return absent until its {@code present()} is called.
     */
    public BannerRestrictions banner() {
        return banner;
    }

    /**
     * Its video.
     *
     * @return absent until its {@code present()} is called.
     */
    public MediaRestrictions video() {
        return video;
    }

    /**
     * Its audio.
     *
     * @return absent until its {@code present()} is called.
     */
    public MediaRestrictions audio() {
        return audio;
    }

    /**
     * Says that the impression is offered as a native ad.
     *
     * @return its assets.
     */
    public NativeAssets nativePresent() {
        nativePresent = true;
        return nativeAssets;
    }

    /**
     * The assets of its native ad.
     *
     * @return for {@link io.opportune.engine.markup.MarkupFill#bind}.
     */
    public NativeAssets nativeAssets() {
        return nativeAssets;
    }

    /**
     * Blocked attributes of its native ad.
     *
     * @return codes.
     */
    public Codes nativeBattr() {
        return nativeBattr;
    }

    /**
     * APIs that its native ad may use.
     *
     * @return codes.
     */
    public Codes nativeApi() {
        return nativeApi;
    }

    /**
     * Advertisers that may bid under the deal that is considered.
     *
     * @return set of {@code BlockKey.ofDomain}; empty: all.
     */
    public KeySet wadomain() {
        return wadomain;
    }

    /**
     * Sets whether all must be fetched by HTTPS.
     *
     * @param isRequired {@code secure} is 1.
     * @return this.
     */
    public ImpRestrictions secure(final boolean isRequired) {
        secure = isRequired;
        return this;
    }

    /**
     * The deal of the catalogue that may be bid for.
     *
     * @return registry id; 0 for none.
     */
    public int dealId() {
        return dealId;
    }

    /**
     * Says which deal of the catalogue may be bid for.
     *
     * @param id registry id; 0 for none.
     * @return this.
     */
    public ImpRestrictions dealId(final int id) {
        dealId = id;
        return this;
    }
}
