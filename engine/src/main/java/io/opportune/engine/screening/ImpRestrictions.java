package io.opportune.engine.screening;

import io.opportune.engine.markup.NativeAssets;

/**
 * What one impression takes (OpenRTB 2.6, section 3.2.4): {@link #clear}, then its reader fills in what the request
 * says; the lists of the whole request stand in {@link #request()} and are cleared on their own. Reused; one thread;
 * allocates nothing.
 */
public final class ImpRestrictions {
    private static final int MAX_DEAL_DOMAINS = 1_024;

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
        return this;
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
}
