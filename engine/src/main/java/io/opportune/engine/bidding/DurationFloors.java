package io.opportune.engine.bidding;

import io.opportune.engine.catalogue.AdContent;
import io.opportune.engine.catalogue.AuctionAd;
import io.opportune.protocol.openrtb.request.Audio;
import io.opportune.protocol.openrtb.request.Deal;
import io.opportune.protocol.openrtb.request.DurFloors;
import io.opportune.protocol.openrtb.request.Imp;
import io.opportune.protocol.openrtb.request.RecordFlyweight;
import io.opportune.protocol.openrtb.request.Video;

/**
 * Floors that depend on how long an ad is: {@code durfloors} and {@code mincpmpersec} (OpenRTB 2.6, sections 3.2.7,
 * 3.2.8, 3.2.12 and 3.2.35). Where several apply the highest holds: the specification leaves ranges that overlap to the
 * parties, and a bid above all of them is below none. Stateless; allocates nothing.
 */
final class DurationFloors {
    private DurationFloors() {
    }

    /** The floor of the open auction for an ad, as a CPM of {@code imp.bidfloorcur}; 0 when there is none. */
    static double ofImp(final Imp imp, final AuctionAd ad) {
        double floor = orZero(imp.bidfloor());
        if (ad.content() instanceof AdContent.Media media) {
            final int seconds = media.durationS();
            final Video video = imp.video();
            final Audio audio = imp.audio();
            if (ad.mtype() == AuctionAd.VIDEO && video != null) {
                floor = Math.max(floor, orZero(video.mincpmpersec()) * seconds);
                for (int i = 0; i < video.durfloorsCount(); i++) {
                    floor = Math.max(floor, of(video.durfloors(i), seconds));
                }
            } else if (ad.mtype() == AuctionAd.AUDIO && audio != null) {
                floor = Math.max(floor, orZero(audio.mincpmpersec()) * seconds);
                for (int i = 0; i < audio.durfloorsCount(); i++) {
                    floor = Math.max(floor, of(audio.durfloors(i), seconds));
                }
            }
        }
        return floor;
    }

    /**
     * The floor that a deal itself has for an ad, as a CPM of its {@code bidfloorcur}; 0 when it has none, and then
     * that of the open auction holds (implementation notes, section 7.11).
     */
    static double ofDeal(final Deal deal, final AuctionAd ad) {
        double floor = orZero(deal.bidfloor());
        if (ad.content() instanceof AdContent.Media media) {
            floor = Math.max(floor, orZero(deal.mincpmpersec()) * media.durationS());
            for (int i = 0; i < deal.durfloorsCount(); i++) {
                floor = Math.max(floor, of(deal.durfloors(i), media.durationS()));
            }
        }
        return floor;
    }

    private static double of(final DurFloors range, final int seconds) {
        final boolean low = range.mindur() == RecordFlyweight.ABSENT || seconds >= range.mindur();
        final boolean high = range.maxdur() == RecordFlyweight.ABSENT || seconds <= range.maxdur();
        return low && high ? orZero(range.bidfloor()) : 0;
    }

    private static double orZero(final double value) {
        return value > 0 ? value : 0;
    }
}
