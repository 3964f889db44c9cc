package io.opportune.engine.markup;

import io.opportune.engine.catalogue.AdContent;
import io.opportune.engine.catalogue.AuctionAd;
import java.util.List;

/**
 * What a creative can be delivered as, whoever it is sold to: the same questions for the shard that decides, which has
 * no markup, and for the markup that is written afterwards. Stateless; any thread; allocates nothing.
 */
public final class CreativeFit {
    static final int NONE = -1;

    private static final VastVersion[] VERSIONS = VastVersion.values();

    private CreativeFit() {
    }

    /**
     * The newest of the protocols that both sides know.
     *
     * @param ad   any.
     * @param bits bit {@code 1L << protocol} of each that the request accepts; 0: it does not say.
     * @return AdCOM 1.0, list Creative Subtypes - Audio/Video; 0 when there is none, or when it is no video or audio.
     */
    public static int protocol(final AuctionAd ad, final long bits) {
        if (!(ad.content() instanceof AdContent.Media media)) {
            return 0;
        }
        final boolean wrapper = !media.vastTag().isEmpty();
        for (int i = VERSIONS.length - 1; i >= 0; i--) {
            final int protocol = VERSIONS[i].protocol(wrapper);
            if (ad.protocols().contains(protocol) && (bits == 0 || (bits >>> protocol & 1) != 0)) {
                return protocol;
            }
        }
        return 0;
    }

    /**
     * Whether a native ad has what a request requires.
     *
     * @param ad     any.
     * @param assets of the request.
     * @return true when each required asset can be given, and any at all; false for other ads.
     */
    public static boolean satisfies(final AuctionAd ad, final NativeAssets assets) {
        if (assets.tooMany() || !(ad.content() instanceof AdContent.Native content)) {
            return false;
        }
        boolean any = false;
        for (int i = 0; i < assets.count(); i++) {
            final boolean has = pick(ad, content, assets, i) != NONE;
            if (!has && assets.required[i]) {
                return false;
            }
            any |= has;
        }
        return any;
    }

    /** Which of the parts of its kind answers an asset best. */
    static int pick(final AuctionAd ad, final AdContent.Native content, final NativeAssets assets, final int asset) {
        return switch (assets.kinds[asset]) {
            case NativeAssets.TITLE -> longest(ad.titleLengths(), null, 0, assets.lengths[asset]);
            case NativeAssets.DATA ->
                longest(ad.dataLengths(), content.data(), assets.types[asset], assets.lengths[asset]);
            case NativeAssets.IMAGE -> image(ad, content.images(), assets, asset);
            case NativeAssets.VIDEO -> video(ad, content.video(), assets, asset);
            default -> NONE;
        };
    }

    /** The newest version of VAST that a video asset takes, by its ordinal. */
    private static int video(
        final AuctionAd ad, final AdContent.Media video, final NativeAssets assets, final int asset) {
        if (video == null || video.durationS() < assets.leastSeconds[asset]
            || assets.lengths[asset] > 0 && video.durationS() > assets.lengths[asset]
            || !video.files().isEmpty() && videoFiles(ad, assets, asset) == 0) {
            return NONE;
        }
        final long bits = assets.protocols[asset];
        for (int i = VERSIONS.length - 1; i >= 0; i--) {
            final int protocol = VERSIONS[i].protocol(!video.vastTag().isEmpty());
            if (ad.protocols().contains(protocol) && (bits == 0 || (bits >>> protocol & 1) != 0)) {
                return i;
            }
        }
        return NONE;
    }

    /** Files of a native ad's video that an asset takes, bit {@code 1 << i} of each. */
    static int videoFiles(final AuctionAd ad, final NativeAssets assets, final int asset) {
        int files = 0;
        for (int i = 0; i < ad.videoMimeKeys().length; i++) {
            files |= isAccepted(ad.videoMimeKeys()[i], assets, asset) ? 1 << i : 0;
        }
        return files;
    }

    /** The longest text of a type that is not longer than the limit. */
    private static int longest(
        final int[] lengths, final List<AdContent.NativeData> typed, final int type, final int limit) {
        int best = NONE;
        for (int i = 0; i < lengths.length; i++) {
            if ((typed == null || typed.get(i).type() == type) && (limit <= 0 || lengths[i] <= limit)
                && (best == NONE || lengths[i] > lengths[best])) {
                best = i;
            }
        }
        return best;
    }

    /** The smallest image that is large enough; a stated size without a least one is exact (section 4.4). */
    private static int image(
        final AuctionAd ad, final List<AdContent.NativeImage> images, final NativeAssets assets, final int asset) {
        int best = NONE;
        long bestArea = 0;
        for (int i = 0; i < images.size(); i++) {
            final AdContent.NativeImage image = images.get(i);
            final long area = (long) image.w() * image.h();
            if ((assets.types[asset] == 0 || image.type() == assets.types[asset])
                && fits(image.w(), assets.widths[asset], assets.leastWidths[asset])
                && fits(image.h(), assets.heights[asset], assets.leastHeights[asset])
                && isAccepted(ad.fileMimeKeys()[i], assets, asset)
                && (best == NONE || area < bestArea)) {
                best = i;
                bestArea = area;
            }
        }
        return best;
    }

    private static boolean fits(final int size, final int exact, final int least) {
        return least > 0 ? size >= least : exact <= 0 || size == exact;
    }

    private static boolean isAccepted(final long mime, final NativeAssets assets, final int asset) {
        final int count = assets.mimeCounts[asset];
        for (int i = 0; i < count; i++) {
            if (assets.mimes[asset * NativeAssets.MAX_MIMES + i] == mime) {
                return true;
            }
        }
        return count == 0;
    }
}
