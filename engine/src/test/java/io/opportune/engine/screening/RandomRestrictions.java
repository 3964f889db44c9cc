package io.opportune.engine.screening;

import io.opportune.engine.catalogue.BlockKey;
import io.opportune.engine.markup.NativeAssets;
import java.util.Random;

/** Impressions that take some ads and refuse others; the same for a seed. */
public final class RandomRestrictions {
    private static final int[] WIDTHS = {300, 320, 728, 160};
    private static final int[] HEIGHTS = {250, 50, 90, 600};
    private static final String[] MIMES = {"image/jpeg", "image/png", "text/html", "video/mp4", "audio/mpeg"};

    private RandomRestrictions() {
    }

    /** Fills an impression with what concerns ads of such domains and categories. */
    public static void fill(final Random random, final ImpRestrictions imp, final String[] domains,
        final String[] categories) {
        final RequestRestrictions request = imp.clear().request().clear();
        imp.secure(random.nextBoolean()).dealId(random.nextBoolean() ? 0 : 1 + random.nextInt(1 << 24));
        request.withheld(random.nextInt(3) == 0 ? 701 + random.nextInt(32) : 0);
        for (int i = random.nextInt(3); i > 0; i--) {
            request.badv().add(BlockKey.ofDomain(domains[random.nextInt(domains.length)]));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            request.bcat().add(BlockKey.of(categories[random.nextInt(categories.length)]));
        }
        for (int i = random.nextInt(20); i > 0; i--) {
            request.badv().add(random.nextLong());
            request.bapp().add(random.nextLong());
        }
        if (random.nextInt(6) == 0) {
            request.wlang().add(BlockKey.of(random.nextBoolean() ? "en" : "pt"));
        }
        if (random.nextInt(6) == 0) {
            request.acat().add(BlockKey.of(categories[random.nextInt(categories.length)]));
        }
        if (random.nextInt(9) == 0) {
            request.cattax(2 + random.nextInt(5));
        }
        if (random.nextInt(6) == 0) {
            imp.wadomain().add(BlockKey.ofDomain(domains[random.nextInt(domains.length)]));
        }
        if (random.nextInt(5) > 0) {
            banner(random, imp.banner().present());
        }
        if (random.nextInt(2) > 0) {
            media(random, imp.video().present());
        }
        if (random.nextInt(4) == 0) {
            media(random, imp.audio().present());
        }
        if (random.nextInt(3) == 0) {
            assets(random, imp.nativePresent().clear());
            codes(random, imp.nativeBattr());
            codes(random, imp.nativeApi());
        }
    }

    private static void codes(final Random random, final Codes codes) {
        for (int i = random.nextInt(3); i > 0; i--) {
            codes.add(random.nextInt(4) == 0 ? 500 + random.nextInt(100_000) : random.nextInt(18));
        }
    }

    private static void banner(final Random random, final BannerRestrictions banner) {
        if (random.nextBoolean()) {
            final int size = random.nextInt(WIDTHS.length);
            banner.size(WIDTHS[size], HEIGHTS[size]);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            final int size = random.nextInt(WIDTHS.length);
            banner.format(WIDTHS[size], HEIGHTS[size], random.nextInt(17), random.nextInt(10), random.nextInt(400));
        }
        if (random.nextInt(5) == 0) {
            banner.btype(1 + random.nextInt(4));
        }
        if (random.nextInt(5) == 0) {
            banner.mimes().add(BlockKey.ofMime(MIMES[random.nextInt(3)]));
        }
        banner.pos(random.nextInt(8) - 1);
        codes(random, banner.battr());
        codes(random, banner.api());
    }

    private static void media(final Random random, final MediaRestrictions media) {
        media.plcmt(random.nextInt(5)).linearity(random.nextInt(3));
        media.durations(random.nextInt(20), random.nextInt(40)).maxextended(random.nextInt(30) - 1);
        media.poddur(random.nextInt(60)).size(random.nextInt(2000), random.nextInt(2000));
        media.skip(random.nextInt(3) - 1, random.nextInt(30), random.nextInt(10));
        media.bitrates(random.nextInt(500), random.nextInt(3_000)).boxingallowed(random.nextBoolean());
        media.pos(random.nextInt(8) - 1);
        for (int i = random.nextInt(3); i > 0; i--) {
            media.rqddur(15 * (1 + random.nextInt(2)));
            media.mimes().add(BlockKey.ofMime(MIMES[3 + random.nextInt(2)]));
            media.delivery().add(1 + random.nextInt(2));
            media.protocols().add(2 + random.nextInt(12));
        }
        codes(random, media.battr());
        codes(random, media.api());
    }

    private static void assets(final Random random, final NativeAssets assets) {
        assets.version(10 + random.nextInt(3)).wrapped(random.nextBoolean()).privacy(random.nextBoolean());
        if (random.nextBoolean()) {
            assets.tracker(random.nextInt(3), random.nextInt(3));
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            final boolean required = random.nextInt(3) == 0;
            switch (random.nextInt(5)) {
                case 0 -> assets.addTitle(i, required, random.nextInt(100));
                case 1 -> {
                    assets.addImage(i, required, random.nextInt(4), 0, 0, random.nextInt(200), random.nextInt(200));
                    if (random.nextBoolean()) {
                        assets.addMime(BlockKey.ofMime(MIMES[random.nextInt(2)]));
                    }
                }
                case 2 -> assets.addData(i, required, 1 + random.nextInt(12), random.nextInt(100));
                case 3 -> {
                    assets.addVideo(
                        i, required, random.nextInt(20), random.nextInt(40), random.nextBoolean() ? 0 : 1L << 3);
                    assets.addMime(BlockKey.ofMime(MIMES[3 + random.nextInt(2)]));
                }
                default -> assets.addOther(i, required);
            }
        }
    }
}
