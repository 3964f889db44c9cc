package io.opportune.engine.bidding;

import io.opportune.engine.catalogue.AdContent;
import io.opportune.engine.catalogue.AuctionAd;
import io.opportune.protocol.openrtb.request.Audio;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.Imp;
import io.opportune.protocol.openrtb.request.RecordFlyweight;
import io.opportune.protocol.openrtb.request.Slice;
import io.opportune.protocol.openrtb.request.Video;
import java.util.Arrays;

/**
 * The pods of a request (OpenRTB 2.6, implementation notes, section 7.6): how many bids an impression may get, and that
 * no two bids of a pod are of one advertiser or category. An impression with {@code poddur} is the dynamic part of its
 * pod and gets as many bids as fit; all others get one. Reused; one thread; allocates nothing.
 */
final class Pods {
    /** Most bids for one impression. */
    static final int MAX_BIDS = 16;
    /** Most offers that are asked for one impression. */
    private static final int MAX_WANTED = 32;

    private static final int SPARE = 3;

    private final AuctionAd[] ads = new AuctionAd[PendingBid.MAX_OFFERS];
    private final int[] places = new int[PendingBid.MAX_OFFERS];
    private int count;

    private static int orZero(final int value) {
        return value == RecordFlyweight.ABSENT ? 0 : Math.max(0, value);
    }

    /** Says of each impression that was taken up to which pod it belongs and how many offers it wants. */
    static void read(final PendingBid bid) {
        final BidRequest request = bid.request;
        for (int place = 0; place < bid.count; place++) {
            final Imp imp = request.imp(bid.imps[place]);
            final Video video = imp.video();
            final Audio audio = imp.audio();
            bid.podSeconds[place] = 0;
            bid.seats[place] = 1;
            long podid = Slice.NONE;
            if (video != null && (Slice.lengthBytes(video.podid()) > 0 || orZero(video.poddur()) > 0)) {
                podid = video.podid();
                dynamic(bid, place, orZero(video.poddur()), orZero(video.maxseq()),
                    shortest(orZero(video.minduration()), video));
            } else if (audio != null && (Slice.lengthBytes(audio.podid()) > 0 || orZero(audio.poddur()) > 0)) {
                podid = audio.podid();
                dynamic(bid, place, orZero(audio.poddur()), orZero(audio.maxseq()),
                    shortest(orZero(audio.minduration()), audio));
            } else {
                bid.pods[place] = PendingBid.NO_POD;
                continue;
            }
            bid.pods[place] = place;
            bid.podids[place] = podid;
            for (int before = 0; before < place && bid.pods[place] == place; before++) {
                if (bid.pods[before] == before && isSame(request, bid.podids[before], podid)) {
                    bid.pods[place] = before;
                }
            }
        }
        want(bid);
    }

    private static boolean isSame(final BidRequest request, final long one, final long other) {
        final int length = Slice.lengthBytes(one);
        if (length == 0 || length != Slice.lengthBytes(other)) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (request.buffer().getByte(Slice.offset(one) + i) != request.buffer().getByte(Slice.offset(other) + i)) {
                return false;
            }
        }
        return true;
    }

    private static int shortest(final int minduration, final Video video) {
        int seconds = video.rqddursCount() == 0 ? minduration : Integer.MAX_VALUE;
        for (int i = 0; i < video.rqddursCount(); i++) {
            seconds = Math.min(seconds, video.rqddurs(i));
        }
        return Math.max(1, seconds);
    }

    private static int shortest(final int minduration, final Audio audio) {
        int seconds = audio.rqddursCount() == 0 ? minduration : Integer.MAX_VALUE;
        for (int i = 0; i < audio.rqddursCount(); i++) {
            seconds = Math.min(seconds, audio.rqddurs(i));
        }
        return Math.max(1, seconds);
    }

    private static void dynamic(
        final PendingBid bid, final int place, final int poddur, final int maxseq, final int shortest) {
        if (poddur > 0) {
            bid.podSeconds[place] = poddur;
            final int most = Math.max(1, poddur / shortest);
            bid.seats[place] = Math.min(MAX_BIDS, maxseq > 0 ? Math.min(maxseq, most) : most);
        }
    }

    /**
     * Each impression asks for as many offers as its whole pod has seats, so that what another one of the pod has taken
     * can be passed over; a dynamic part asks for more than twice its own, because offers of one advertiser may be
     * among them, or such as are too long or below the floor of their duration.
     */
    private static void want(final PendingBid bid) {
        for (int place = 0; place < bid.count; place++) {
            int wanted = bid.seats[place];
            if (bid.pods[place] != PendingBid.NO_POD) {
                wanted = bid.podSeconds[place] > 0 ? bid.seats[place] + SPARE : 0;
                for (int other = 0; other < bid.count; other++) {
                    wanted += bid.pods[other] == bid.pods[place] ? bid.seats[other] : 0;
                }
            }
            bid.wanted[place] = Math.min(MAX_WANTED, wanted);
        }
    }

    /** Forgets the bids of another request. */
    void begin() {
        Arrays.fill(ads, 0, count, null);
        count = 0;
    }

    /** Whether an ad may stand in the pod of an impression beside the bids that are made already. */
    boolean admits(final PendingBid bid, final int place, final AuctionAd ad) {
        if (bid.pods[place] == PendingBid.NO_POD) {
            return true;
        }
        int left = bid.podSeconds[place] - seconds(ad);
        for (int i = 0; i < count; i++) {
            if (bid.pods[places[i]] == bid.pods[place] && isRival(ads[i], ad)) {
                return false;
            }
            left -= places[i] == place ? seconds(ads[i]) : 0;
        }
        return bid.podSeconds[place] == 0 || left >= 0;
    }

    /** Notes a bid that is made. */
    void add(final int place, final AuctionAd ad) {
        places[count] = place;
        ads[count++] = ad;
    }

    private static int seconds(final AuctionAd ad) {
        return ad.content() instanceof AdContent.Media media ? media.durationS() : 0;
    }

    /** Whether two ads are of one advertiser, or one's category is the other's or part of it. */
    private static boolean isRival(final AuctionAd one, final AuctionAd other) {
        for (final byte[] domain : one.adomain()) {
            for (final byte[] otherDomain : other.adomain()) {
                if (Arrays.equals(domain, otherDomain)) {
                    return true;
                }
            }
        }
        if (one.cattax() != other.cattax()) {
            return false;
        }
        for (final long[] path : one.categoryKeys()) {
            for (final long[] otherPath : other.categoryKeys()) {
                if (contains(path, otherPath[0]) || contains(otherPath, path[0])) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean contains(final long[] keys, final long wanted) {
        for (final long key : keys) {
            if (key == wanted) {
                return true;
            }
        }
        return false;
    }
}
