package io.opportune.engine.screening;

import io.opportune.engine.catalogue.AdContent;
import io.opportune.engine.catalogue.AuctionAd;
import io.opportune.engine.catalogue.CodeSet;
import io.opportune.engine.markup.CreativeFit;
import io.opportune.engine.markup.CreativeMarkup;

/**
 * Compares a creative with everything that an impression restricts, what is cheap first. Where it cannot be told that a
 * creative is allowed (no language, another taxonomy, a list that was cut off) it is not. Reused; one thread; allocates
 * nothing.
 */
public final class CreativeFilter {
    private static final int NONLINEAR = 2;
    private static final int STREAMING = 1;
    private static final int PROGRESSIVE = 2;
    private static final int TAXONOMY_1 = 1;
    /**
     * Aspect ratios within 5 per cent count as the same: sizes of files are rounded to even pixels and common sizes.
     */
    private static final int RATIO_TOLERANCE = 20;

    private int files;
    private int protocol;

    /**
     * Media files that the impression takes, after a check that ended with {@link CreativeRejection#NONE}.
     *
     * @return bit {@code 1 << i} of each; {@link CreativeMarkup#ALL_FILES} for other ads.
     */
    public int files() {
        return files;
    }

    /**
     * Protocol to deliver a video or audio ad in, after a check that ended with {@link CreativeRejection#NONE}.
     *
     * @return AdCOM 1.0, list Creative Subtypes - Audio/Video; 0 for other ads.
     */
    public int protocol() {
        return protocol;
    }

    /**
     * Checks a creative.
     *
     * @param creative to bid with.
     * @param imp      to bid for.
     * @return the first reason against it.
     */
    public CreativeRejection check(final CreativeMarkup creative, final ImpRestrictions imp) {
        return check(creative.ad(), imp);
    }

    /**
     * Checks a creative whose markup need not be known.
     *
     * @param ad  to bid with.
     * @param imp to bid for.
     * @return the first reason against it.
     */
    public CreativeRejection check(final AuctionAd ad, final ImpRestrictions imp) {
        files = CreativeMarkup.ALL_FILES;
        protocol = 0;
        final CreativeRejection form = switch (ad.mtype()) {
            case AuctionAd.BANNER -> imp.banner.present ? banner(ad, imp) : CreativeRejection.FORM;
            case AuctionAd.VIDEO -> imp.video.present ? media(ad, imp, imp.video) : CreativeRejection.FORM;
            case AuctionAd.AUDIO -> imp.audio.present ? media(ad, imp, imp.audio) : CreativeRejection.FORM;
            default -> imp.nativePresent ? nativeAd(ad, imp) : CreativeRejection.FORM;
        };
        return form == CreativeRejection.NONE ? lists(ad, imp) : form;
    }

    private static CreativeRejection common(
        final AuctionAd ad, final ImpRestrictions imp, final Codes battr, final Codes api, final int pos) {
        if (imp.secure && !ad.secure()) {
            return CreativeRejection.SECURE;
        }
        if (battr.containsAny(ad.attr())) {
            return CreativeRejection.ATTRIBUTE;
        }
        if (battr.isIncomplete() && ad.attr().highCount() > 0) {
            return CreativeRejection.LIST_TOO_LONG;
        }
        if (!api.containsAll(ad.apis())) {
            return CreativeRejection.API;
        }
        return isIn(ad.pos(), pos) ? CreativeRejection.NONE : CreativeRejection.POSITION;
    }

    private static boolean isIn(final CodeSet wanted, final int code) {
        return wanted.codes().length == 0 || wanted.contains(code);
    }

    private static CreativeRejection banner(final AuctionAd ad, final ImpRestrictions imp) {
        final BannerRestrictions banner = imp.banner;
        final CreativeRejection common = common(ad, imp, banner.battr, banner.api, banner.pos);
        if (common != CreativeRejection.NONE) {
            return common;
        }
        if (!hasSize(ad, banner)) {
            return CreativeRejection.SIZE;
        }
        if ((banner.btypeBits & ad.btypeBits()) != 0) {
            return CreativeRejection.BANNER_TYPE;
        }
        return banner.mimes.isEmpty() || containsAll(banner.mimes, ad.mimeKeys())
            ? CreativeRejection.NONE : CreativeRejection.MIME;
    }

    /** A size that the request states in no way is not bid for: nobody knows what fits. */
    private static boolean hasSize(final AuctionAd ad, final BannerRestrictions banner) {
        if (banner.w > 0 && banner.h > 0 && ad.w() == banner.w && ad.h() == banner.h) {
            return true;
        }
        for (int i = 0; i < banner.formatCount; i++) {
            if (ad.w() == banner.widths[i] && ad.h() == banner.heights[i]) {
                return true;
            }
            if (banner.ratioWidths[i] > 0 && banner.ratioHeights[i] > 0 && ad.w() >= banner.leastWidths[i]
                && (long) ad.w() * banner.ratioHeights[i] == (long) ad.h() * banner.ratioWidths[i]) {
                return true;
            }
        }
        return false;
    }

    private static boolean containsAll(final KeySet accepted, final long[] keys) {
        for (final long key : keys) {
            if (!accepted.contains(key)) {
                return false;
            }
        }
        return true;
    }

    private CreativeRejection media(final AuctionAd ad, final ImpRestrictions imp, final MediaRestrictions media) {
        final AdContent.Media content = (AdContent.Media) ad.content();
        final CreativeRejection common = common(ad, imp, media.battr, media.api, media.pos);
        if (common != CreativeRejection.NONE) {
            return common;
        }
        if (!isIn(ad.plcmt(), media.plcmt)) {
            return CreativeRejection.PLACEMENT;
        }
        if (media.linearity == NONLINEAR) {
            return CreativeRejection.LINEARITY;
        }
        if (content.skipAfterS() >= 0 && (media.skip == 0 || content.durationS() <= media.skipmin
            || content.skipAfterS() < media.skipafter)) {
            return CreativeRejection.SKIP;
        }
        if (!hasDuration(content.durationS(), media)) {
            return CreativeRejection.DURATION;
        }
        if (media.poddur > 0 && content.durationS() > media.poddur) {
            return CreativeRejection.POD;
        }
        protocol = media.protocols.isEmpty() ? CreativeFit.protocol(ad, 0) : protocol(ad, media.protocols.bits());
        if (protocol == 0) {
            return CreativeRejection.PROTOCOL;
        }
        return content.files().isEmpty() ? CreativeRejection.NONE : files(ad, content, media);
    }

    /** Only codes of vendors: none of ours is among them. */
    private static int protocol(final AuctionAd ad, final long bits) {
        return bits == 0 ? 0 : CreativeFit.protocol(ad, bits);
    }

    private static boolean hasDuration(final int seconds, final MediaRestrictions media) {
        if (media.rqddurCount > 0) {
            for (int i = 0; i < media.rqddurCount; i++) {
                if (media.rqddurs[i] == seconds) {
                    return true;
                }
            }
            return false;
        }
        if (seconds < media.minduration) {
            return false;
        }
        return media.maxduration <= 0 || media.maxextended < 0
            || seconds <= (long) media.maxduration + media.maxextended;
    }

    /** Narrows the files down step by step, so that the step that leaves none is the reason. */
    private CreativeRejection files(final AuctionAd ad, final AdContent.Media content, final MediaRestrictions media) {
        int left = 0;
        for (int i = 0; i < ad.fileMimeKeys().length; i++) {
            left |= media.mimes.isEmpty() || media.mimes.contains(ad.fileMimeKeys()[i]) ? 1 << i : 0;
        }
        if (left == 0) {
            return CreativeRejection.MIME;
        }
        if (!media.delivery.isEmpty()) {
            for (int i = 0; i < content.files().size(); i++) {
                if (!media.delivery.contains(content.files().get(i).progressive() ? PROGRESSIVE : STREAMING)) {
                    left &= ~(1 << i);
                }
            }
            if (left == 0) {
                return CreativeRejection.DELIVERY;
            }
        }
        if (media.minbitrate > 0 || media.maxbitrate > 0) {
            for (int i = 0; i < content.files().size(); i++) {
                final int kbps = content.files().get(i).kbps();
                if (kbps == 0 || kbps < media.minbitrate || media.maxbitrate > 0 && kbps > media.maxbitrate) {
                    left &= ~(1 << i);
                }
            }
            if (left == 0) {
                return CreativeRejection.BITRATE;
            }
        }
        if (!media.boxingallowed && media.w > 0 && media.h > 0) {
            for (int i = 0; i < content.files().size(); i++) {
                final AdContent.MediaFile file = content.files().get(i);
                final long across = (long) file.w() * media.h;
                final long down = (long) file.h() * media.w;
                if (Math.abs(across - down) * RATIO_TOLERANCE > down) {
                    left &= ~(1 << i);
                }
            }
            if (left == 0) {
                return CreativeRejection.SIZE;
            }
        }
        files = left;
        return CreativeRejection.NONE;
    }

    private static CreativeRejection nativeAd(final AuctionAd ad, final ImpRestrictions imp) {
        final CreativeRejection common =
            common(ad, imp, imp.nativeBattr, imp.nativeApi, MediaRestrictions.NOT_STATED);
        if (common != CreativeRejection.NONE) {
            return common;
        }
        return CreativeFit.satisfies(ad, imp.nativeAssets) ? CreativeRejection.NONE : CreativeRejection.NATIVE_ASSET;
    }

    private static CreativeRejection lists(final AuctionAd ad, final ImpRestrictions imp) {
        final RequestRestrictions request = imp.request;
        if (request.badv.containsAny(ad.domainKeys())) {
            return CreativeRejection.ADVERTISER;
        }
        if (!imp.wadomain.isEmpty() && !imp.wadomain.containsAny(ad.domainKeys())) {
            return CreativeRejection.DEAL_ADVERTISER;
        }
        final CreativeRejection categories = categories(ad, request);
        if (categories != CreativeRejection.NONE) {
            return categories;
        }
        if (request.bapp.contains(ad.bundleKey())) {
            return CreativeRejection.APP;
        }
        if (!request.wlang.isEmpty() && !ad.withoutLanguage() && !request.wlang.containsAny(ad.languageKeys())) {
            return CreativeRejection.LANGUAGE;
        }
        return request.badv.isIncomplete() || request.bcat.isIncomplete()
            || request.bapp.isIncomplete() && ad.bundle() != null
            ? CreativeRejection.LIST_TOO_LONG : CreativeRejection.NONE;
    }

    /** A creative without categories is blocked by none and allowed by none. */
    private static CreativeRejection categories(final AuctionAd ad, final RequestRestrictions request) {
        final boolean restricted = !request.bcat.isEmpty() && ad.cat().length > 0 || !request.acat.isEmpty();
        if (!restricted) {
            return CreativeRejection.NONE;
        }
        if (ad.cattax() != (request.cattax == 0 ? TAXONOMY_1 : request.cattax)) {
            return CreativeRejection.TAXONOMY;
        }
        for (final long[] path : ad.categoryKeys()) {
            if (request.bcat.containsAny(path)) {
                return CreativeRejection.CATEGORY;
            }
        }
        if (request.acat.isEmpty()) {
            return CreativeRejection.NONE;
        }
        for (final long[] path : ad.categoryKeys()) {
            if (!request.acat.containsAny(path)) {
                return CreativeRejection.CATEGORY_NOT_ALLOWED;
            }
        }
        return ad.categoryKeys().length > 0 ? CreativeRejection.NONE : CreativeRejection.CATEGORY_NOT_ALLOWED;
    }
}
