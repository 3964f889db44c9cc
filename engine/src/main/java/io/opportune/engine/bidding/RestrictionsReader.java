package io.opportune.engine.bidding;

import io.opportune.engine.catalogue.BlockKey;
import io.opportune.engine.markup.NativeAssets;
import io.opportune.engine.screening.BannerRestrictions;
import io.opportune.engine.screening.Codes;
import io.opportune.engine.screening.ImpRestrictions;
import io.opportune.engine.screening.KeySet;
import io.opportune.engine.screening.MediaRestrictions;
import io.opportune.engine.screening.RequestRestrictions;
import io.opportune.protocol.openrtb.request.AudioVideo;
import io.opportune.protocol.openrtb.request.Banner;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.Format;
import io.opportune.protocol.openrtb.request.Imp;
import io.opportune.protocol.openrtb.request.Native;
import io.opportune.protocol.openrtb.request.NativeAsset;
import io.opportune.protocol.openrtb.request.NativeEventTrackers;
import io.opportune.protocol.openrtb.request.NativeImage;
import io.opportune.protocol.openrtb.request.NativeRequest;
import io.opportune.protocol.openrtb.request.Pmp;
import io.opportune.protocol.openrtb.request.RecordFlyweight;
import io.opportune.protocol.openrtb.request.Slice;
import io.opportune.protocol.openrtb.request.Video;
import org.agrona.DirectBuffer;

/** Fills what a bid request restricts into the form that creatives are compared with. Stateless; allocates nothing. */
final class RestrictionsReader {
    private static final int VERSION_1_0 = 10;
    private static final int VERSION_1_1 = 11;
    private static final int VERSION_1_2 = 12;
    private static final byte NATIVE_ROOT = 'n';

    private RestrictionsReader() {
    }

    private static int orZero(final int value) {
        return value == RecordFlyweight.ABSENT ? 0 : value;
    }

    private static int orNotStated(final int value) {
        return value == RecordFlyweight.ABSENT ? MediaRestrictions.NOT_STATED : value;
    }

    private static void add(final KeySet set, final DirectBuffer text, final long slice) {
        set.add(BlockKey.of(text, Slice.offset(slice), Slice.lengthBytes(slice)));
    }

    private static void addDomain(final KeySet set, final DirectBuffer text, final long slice) {
        set.add(BlockKey.ofDomain(text, Slice.offset(slice), Slice.lengthBytes(slice)));
    }

    private static void addMime(final KeySet set, final DirectBuffer text, final long slice) {
        set.add(BlockKey.ofMime(text, Slice.offset(slice), Slice.lengthBytes(slice)));
    }

    /** Fills in the lists of the whole request. */
    static void read(final BidRequest request, final RequestRestrictions into) {
        final DirectBuffer text = request.buffer();
        into.clear();
        for (int i = 0; i < request.badvCount(); i++) {
            addDomain(into.badv(), text, request.badv(i));
        }
        for (int i = 0; i < request.bappCount(); i++) {
            add(into.bapp(), text, request.bapp(i));
        }
        for (int i = 0; i < request.bcatCount(); i++) {
            add(into.bcat(), text, request.bcat(i));
        }
        for (int i = 0; i < request.acatCount(); i++) {
            add(into.acat(), text, request.acat(i));
        }
        for (int i = 0; i < request.wlangCount(); i++) {
            add(into.wlang(), text, request.wlang(i));
        }
        for (int i = 0; i < request.wlangbCount(); i++) {
            add(into.wlang(), text, request.wlangb(i));
        }
        into.cattax(request.cattax() == RecordFlyweight.ABSENT ? 1 : request.cattax());
    }

    /** Fills in what an impression takes. */
    static void read(final BidRequest request, final Imp imp, final ImpRestrictions into) {
        final DirectBuffer text = request.buffer();
        into.clear().secure(imp.secure() == 1);
        if (imp.banner() != null) {
            banner(imp.banner(), text, into.banner().present());
        }
        if (imp.video() != null) {
            video(imp.video(), text, into.video().present());
        }
        if (imp.audio() != null) {
            played(imp.audio(), text, into.audio().present());
        }
        final Native nativeAd = imp.nativeAd();
        if (nativeAd != null && nativeAd.requestNative() != null) {
            nativeAd(nativeAd, text, into);
        }
        final Pmp pmp = imp.pmp();
        if (pmp != null && pmp.privateAuction() == 1 && namesAdvertisers(pmp)) {
            for (int i = 0; i < pmp.dealsCount(); i++) {
                for (int k = 0; k < pmp.deals(i).wadomainCount(); k++) {
                    addDomain(into.wadomain(), text, pmp.deals(i).wadomain(k));
                }
            }
        }
    }

    /** Whether only advertisers that a deal names can bid: otherwise one deal is open to all. */
    private static boolean namesAdvertisers(final Pmp pmp) {
        for (int i = 0; i < pmp.dealsCount(); i++) {
            if (pmp.deals(i).wadomainCount() == 0) {
                return false;
            }
        }
        return pmp.dealsCount() > 0;
    }

    private static void banner(final Banner banner, final DirectBuffer text, final BannerRestrictions into) {
        into.size(orZero(banner.w()), orZero(banner.h())).pos(orNotStated(banner.pos()));
        for (int i = 0; i < banner.formatCount(); i++) {
            final Format format = banner.format(i);
            into.format(orZero(format.w()), orZero(format.h()), orZero(format.wratio()), orZero(format.hratio()),
                orZero(format.wmin()));
        }
        for (int i = 0; i < banner.btypeCount(); i++) {
            into.btype(banner.btype(i));
        }
        for (int i = 0; i < banner.battrCount(); i++) {
            into.battr().add(banner.battr(i));
        }
        for (int i = 0; i < banner.apiCount(); i++) {
            into.api().add(banner.api(i));
        }
        for (int i = 0; i < banner.mimesCount(); i++) {
            addMime(into.mimes(), text, banner.mimes(i));
        }
    }

    private static void video(final Video video, final DirectBuffer text, final MediaRestrictions into) {
        played(video, text, into);
        into.size(orZero(video.w()), orZero(video.h())).plcmt(orZero(video.plcmt()))
            .linearity(orZero(video.linearity()))
            .skip(orNotStated(video.skip()), orZero(video.skipmin()), orZero(video.skipafter()))
            .boxingallowed(video.boxingallowed() != 0).pos(orNotStated(video.pos()));
    }

    private static void played(final AudioVideo media, final DirectBuffer text, final MediaRestrictions into) {
        into.durations(orZero(media.minduration()), orZero(media.maxduration()))
            .maxextended(orZero(media.maxextended())).poddur(orZero(media.poddur()))
            .bitrates(orZero(media.minbitrate()), orZero(media.maxbitrate()));
        for (int i = 0; i < media.rqddursCount(); i++) {
            into.rqddur(media.rqddurs(i));
        }
        for (int i = 0; i < media.mimesCount(); i++) {
            addMime(into.mimes(), text, media.mimes(i));
        }
        for (int i = 0; i < media.protocolsCount(); i++) {
            into.protocols().add(media.protocols(i));
        }
        for (int i = 0; i < media.battrCount(); i++) {
            into.battr().add(media.battr(i));
        }
        for (int i = 0; i < media.apiCount(); i++) {
            into.api().add(media.api(i));
        }
        for (int i = 0; i < media.deliveryCount(); i++) {
            into.delivery().add(media.delivery(i));
        }
    }

    private static void nativeAd(final Native nativeAd, final DirectBuffer text, final ImpRestrictions into) {
        final NativeRequest request = nativeAd.requestNative();
        final NativeAssets assets = into.nativePresent();
        assets.version(version(text, request.ver() == Slice.NONE ? nativeAd.ver() : request.ver()))
            .wrapped(isWrapped(text, nativeAd.request())).privacy(request.privacy() == 1);
        addCodes(nativeAd, into.nativeBattr(), into.nativeApi());
        for (int i = 0; i < request.eventtrackersCount(); i++) {
            final NativeEventTrackers tracker = request.eventtrackers(i);
            for (int j = 0; j < tracker.methodsCount(); j++) {
                assets.tracker(tracker.event(), tracker.methods(j));
            }
        }
        for (int i = 0; i < request.assetsCount(); i++) {
            asset(request.assets(i), text, assets);
        }
    }

    private static void addCodes(final Native nativeAd, final Codes battr, final Codes api) {
        for (int i = 0; i < nativeAd.battrCount(); i++) {
            battr.add(nativeAd.battr(i));
        }
        for (int i = 0; i < nativeAd.apiCount(); i++) {
            api.add(nativeAd.api(i));
        }
    }

    private static void asset(final NativeAsset asset, final DirectBuffer text, final NativeAssets assets) {
        final int id = orZero(asset.id());
        final boolean required = asset.required() == 1;
        if (asset.title() != null) {
            assets.addTitle(id, required, orZero(asset.title().len()));
        } else if (asset.img() != null) {
            final NativeImage image = asset.img();
            assets.addImage(id, required, orZero(image.type()), orZero(image.w()), orZero(image.h()),
                orZero(image.wmin()), orZero(image.hmin()));
            for (int i = 0; i < image.mimesCount(); i++) {
                final long mime = image.mimes(i);
                assets.addMime(BlockKey.ofMime(text, Slice.offset(mime), Slice.lengthBytes(mime)));
            }
        } else if (asset.data() != null) {
            assets.addData(id, required, orZero(asset.data().type()), orZero(asset.data().len()));
        } else if (asset.video() != null) {
            final Video video = asset.video();
            long protocols = 0;
            for (int i = 0; i < video.protocolsCount(); i++) {
                final int protocol = video.protocols(i);
                protocols |= protocol > 0 && protocol < Long.SIZE ? 1L << protocol : 0;
            }
            assets.addVideo(id, required, orZero(video.minduration()), orZero(video.maxduration()), protocols);
            for (int i = 0; i < video.mimesCount(); i++) {
                final long mime = video.mimes(i);
                assets.addMime(BlockKey.ofMime(text, Slice.offset(mime), Slice.lengthBytes(mime)));
            }
        } else {
            assets.addOther(id, required);
        }
    }

    /** "1", "1.0", "1.1": 1.0 writes its version also as "1". */
    private static int version(final DirectBuffer text, final long slice) {
        final int at = Slice.offset(slice);
        final int length = Slice.lengthBytes(slice);
        if (length == 0 || text.getByte(at) != '1') {
            return VERSION_1_2;
        }
        if (length == 1) {
            return VERSION_1_0;
        }
        return switch (text.getByte(at + length - 1)) {
            case '0' -> VERSION_1_0;
            case '1' -> VERSION_1_1;
            default -> VERSION_1_2;
        };
    }

    /** Whether the first key of the request's text is {@code native}; the readers have read through it. */
    private static boolean isWrapped(final DirectBuffer text, final long slice) {
        final int end = Slice.offset(slice) + Slice.lengthBytes(slice);
        int quotes = 0;
        for (int at = Slice.offset(slice); at < end; at++) {
            final byte c = text.getByte(at);
            if (quotes == 1) {
                return c == NATIVE_ROOT && end - at > 6 && text.getByte(at + 5) == 'e'
                    && (text.getByte(at + 6) == '"' || text.getByte(at + 6) == '\\');
            }
            quotes += c == '"' ? 1 : 0;
        }
        return false;
    }
}
