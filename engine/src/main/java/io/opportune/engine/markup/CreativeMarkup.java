package io.opportune.engine.markup;

import io.opportune.engine.catalogue.AdContent;
import io.opportune.engine.catalogue.AuctionAd;
import io.opportune.engine.catalogue.Campaign;
import io.opportune.engine.catalogue.Creative;
import io.opportune.protocol.codec.TextKind;
import io.opportune.protocol.openrtb.response.ByteSink;
import java.nio.charset.StandardCharsets;

/**
 * The prepared markup of one creative for the exchanges of one {@link MarkupSettings}. Immutable; any thread; writing
 * allocates nothing.
 */
public final class CreativeMarkup {
    /** All media files, for {@link MarkupFill#bind}. */
    public static final int ALL_FILES = -1;

    private static final VastVersion[] VERSIONS = VastVersion.values();

    private final Creative creative;
    private final AuctionAd ad;
    private final byte[] creativeId;
    private final byte[] campaignId;
    private final boolean wrapper;
    private final Template banner;
    private final Template[] vastByVersion = new Template[VERSIONS.length];
    private final NativeMarkup nativeAd;

    CreativeMarkup(final Creative creative, final Campaign campaign, final MarkupSettings settings) {
        this.creative = creative;
        ad = creative.ad();
        creativeId = creative.id().getBytes(StandardCharsets.UTF_8);
        campaignId = campaign.id().getBytes(StandardCharsets.UTF_8);
        final byte[] titleText = creative.text(TextKind.TITLE);
        final String title = titleText == null ? creative.id() : new String(titleText, StandardCharsets.UTF_8);
        switch (ad.content()) {
            case AdContent.Banner content -> {
                banner = BannerMarkup.of(content, title, settings);
                nativeAd = null;
                wrapper = false;
            }
            case AdContent.Media content -> {
                banner = null;
                nativeAd = null;
                wrapper = !content.vastTag().isEmpty();
                final VastMarkup.Naming naming = new VastMarkup.Naming(creative.id(), title,
                    campaign.advertiser().name(), ad.mtype() == AuctionAd.AUDIO);
                for (final VastVersion version : VastVersion.values()) {
                    if (ad.protocols().contains(version.protocol(wrapper))) {
                        vastByVersion[version.ordinal()] = VastMarkup.of(version, content, naming, settings);
                    }
                }
            }
            case AdContent.Native content -> {
                banner = null;
                nativeAd = new NativeMarkup(ad, content, new VastMarkup.Naming(creative.id(), title,
                    campaign.advertiser().name(), false), settings);
                wrapper = false;
            }
        }
    }

    /**
     * The creative.
     *
     * @return its {@link Creative#ad()} is not null.
     */
    public Creative creative() {
        return creative;
    }

    /**
     * What auctions see of it.
     *
     * @return never null.
     */
    public AuctionAd ad() {
        return ad;
    }

    /**
     * For {@code Bid.crid}.
     *
     * @return UTF-8. Not to be written.
     */
    public byte[] creativeId() {
        return creativeId;
    }

    /**
     * For {@code Bid.cid}.
     *
     * @return UTF-8. Not to be written.
     */
    public byte[] campaignId() {
        return campaignId;
    }

    /**
     * The newest of the protocols that both sides know.
     *
     * @param bits bit {@code 1L << protocol} of each that the request accepts; 0: it does not say.
     * @return AdCOM 1.0, list Creative Subtypes - Audio/Video; 0 when there is none, or when it is no video or audio.
     */
    public int protocol(final long bits) {
        return CreativeFit.protocol(ad, bits);
    }

    /**
     * Whether a native ad has what a request requires.
     *
     * @param assets of the request.
     * @return true when each required asset can be given, and any at all; false for other ads.
     */
    public boolean satisfies(final NativeAssets assets) {
        return CreativeFit.satisfies(ad, assets);
    }

    /** Writes the markup for what was found fit. */
    void writeTo(
        final ByteSink sink, final boolean json, final int protocol, final long parts, final NativeAssets assets,
        final SlotValues values) {
        if (banner != null) {
            banner.writeTo(sink, json, values);
        } else if (nativeAd != null) {
            nativeAd.writeTo(sink, json, assets, values);
        } else {
            vast(protocol).writeTo(sink, json, values, parts);
        }
    }

    private Template vast(final int protocol) {
        for (int i = vastByVersion.length - 1; i >= 0; i--) {
            if (vastByVersion[i] != null && VERSIONS[i].protocol(wrapper) == protocol) {
                return vastByVersion[i];
            }
        }
        throw new IllegalArgumentException("no VAST of protocol " + protocol);
    }
}
