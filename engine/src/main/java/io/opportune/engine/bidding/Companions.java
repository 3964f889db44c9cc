package io.opportune.engine.bidding;

import io.opportune.engine.catalogue.AdContent;
import io.opportune.engine.catalogue.AuctionAd;
import io.opportune.protocol.openrtb.request.Audio;
import io.opportune.protocol.openrtb.request.Banner;
import io.opportune.protocol.openrtb.request.Format;
import io.opportune.protocol.openrtb.request.Imp;
import io.opportune.protocol.openrtb.request.Video;

/**
 * Which companions of an ad an impression takes ({@code companionad} and {@code companiontype}; OpenRTB 2.6, sections
 * 3.2.7 and 3.2.8). Stateless; allocates nothing.
 */
final class Companions {
    private static final int STATIC = 1;
    private static final int HTML = 2;

    private Companions() {
    }

    /** Bit {@code 1 << i} of each companion; 0 for what is neither video nor audio. */
    static int of(final Imp imp, final AuctionAd ad) {
        if (!(ad.content() instanceof AdContent.Media media)) {
            return 0;
        }
        final Video video = ad.mtype() == AuctionAd.VIDEO ? imp.video() : null;
        final Audio audio = ad.mtype() == AuctionAd.AUDIO ? imp.audio() : null;
        int bits = 0;
        for (int i = 0; i < media.companions().size(); i++) {
            final AdContent.Companion companion = media.companions().get(i);
            final int type = companion.image().isEmpty() ? HTML : STATIC;
            final boolean taken = video != null ? isTaken(video, companion, type)
                : audio != null && isTaken(audio, companion, type);
            bits |= taken ? 1 << i : 0;
        }
        return bits;
    }

    private static boolean isTaken(final Video video, final AdContent.Companion companion, final int type) {
        boolean allowed = video.companiontypeCount() == 0;
        for (int i = 0; i < video.companiontypeCount(); i++) {
            allowed |= video.companiontype(i) == type;
        }
        boolean fits = false;
        for (int i = 0; i < video.companionadCount(); i++) {
            fits |= fits(video.companionad(i), companion);
        }
        return allowed && fits;
    }

    private static boolean isTaken(final Audio audio, final AdContent.Companion companion, final int type) {
        boolean allowed = audio.companiontypeCount() == 0;
        for (int i = 0; i < audio.companiontypeCount(); i++) {
            allowed |= audio.companiontype(i) == type;
        }
        boolean fits = false;
        for (int i = 0; i < audio.companionadCount(); i++) {
            fits |= fits(audio.companionad(i), companion);
        }
        return allowed && fits;
    }

    private static boolean fits(final Banner banner, final AdContent.Companion companion) {
        if (banner.w() == companion.w() && banner.h() == companion.h()) {
            return true;
        }
        for (int i = 0; i < banner.formatCount(); i++) {
            final Format format = banner.format(i);
            if (format.w() == companion.w() && format.h() == companion.h()) {
                return true;
            }
        }
        return false;
    }
}
