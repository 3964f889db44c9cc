package io.opportune.engine.catalogue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads how a creative is sold in auctions, and what exchanges are told of it. The shape has been checked before. */
final class AdReader {
    /** The forms that an ad can have; a creative has one of them at most. */
    private static final List<String> FORMS = List.of("banner", "video", "audio", "native");
    private static final Pattern IAB_1 = Pattern.compile("IAB([1-9]|1[0-9]|2[0-6])(-[1-9][0-9]{0,2})?");
    private static final Pattern SCRIPT = Pattern.compile("<script[\\s>]", Pattern.CASE_INSENSITIVE);
    private static final Pattern IFRAME = Pattern.compile("<iframe[\\s>]", Pattern.CASE_INSENSITIVE);
    private static final Pattern HTTP = Pattern.compile("http://", Pattern.CASE_INSENSITIVE);
    /** What stands for the URL that counts a click in the HTML of a banner. */
    private static final String CLICK_PLACE = "{{click}}";
    private static final long MAX_DURATION_NS = 3_600L * 1_000_000_000L;
    private static final long NS_PER_S = 1_000_000_000L;
    private static final int XHTML_BANNER = 2;
    private static final int JAVASCRIPT = 3;
    private static final int IFRAME_TYPE = 4;
    /** VAST 2.0, 3.0, 4.0, 4.1, 4.2 (AdCOM 1.0, list Creative Subtypes - Audio/Video), as files and as wrappers. */
    private static final List<Integer> INLINE = List.of(2, 3, 7, 11, 13);
    private static final List<Integer> WRAPPERS = List.of(5, 6, 8, 12, 14);
    private static final Map<String, Integer> IMAGE_TYPES = Map.of("icon", 1, "main", 3);
    private static final List<String> DATA_TYPES = List.of("sponsored", "desc", "rating", "likes", "downloads", "price",
        "salesprice", "phone", "address", "desc2", "displayurl", "ctatext");

    private static final List<String> EVENTS =
        List.of("impression", "viewable-mrc50", "viewable-mrc100", "viewable-video50");

    private AdReader() {
    }

    /** What an advertiser, campaign or creative says of itself. */
    static AdTraits traits(final YamlValue owner) {
        final List<String> cat = Fields.texts(owner, "cat");
        final int cattax = Fields.integer(owner, "cattax", 1);
        if (owner.get("cattax") != null && cat.isEmpty()) {
            owner.file().problems().add(owner.get("cattax"), "a taxonomy without categories", "cat beside it");
        }
        Fields.each(owner, "cat", code -> {
            if (cattax == 1 && code.kind() == YamlValue.Kind.TEXT && !IAB_1.matcher(code.text()).matches()) {
                code.file().problems().add(code, code.words() + " is no category of taxonomy 1",
                    "such as IAB8 or IAB8-18 (IAB1 to IAB26), or name the taxonomy with cattax");
            }
        });
        return new AdTraits(Fields.texts(owner, "adomain"), cat, cattax, Fields.text(owner, "lang", ""),
            Fields.text(owner, "bundle", ""));
    }

    /** Whether a creative has a form for auctions. */
    static boolean isSold(final YamlValue creative) {
        return FORMS.stream().anyMatch(form -> creative.get(form) != null);
    }

    /** How a creative is sold. */
    static AuctionAd ad(final YamlValue creative, final Campaign campaign) {
        YamlValue form = null;
        final AuctionAd.Draft draft = new AuctionAd.Draft();
        for (int i = 0; i < FORMS.size(); i++) {
            final YamlValue given = creative.get(FORMS.get(i));
            if (given != null && form != null) {
                given.file().problems().add(given, "a second form", "one of " + String.join(", ", FORMS));
            } else if (given != null) {
                form = given;
                draft.mtype = i + 1;
            }
        }
        draft.traits = traits(creative).orElse(campaign == null ? AdTraits.NONE : campaign.traits());
        if (draft.traits.adomain().isEmpty() && campaign != null) {
            creative.file().problems().add(creative, "no domain of the advertiser",
                "adomain at the creative, its campaign or its advertiser");
        }
        draft.iurl = Fields.text(creative, "iurl", "");
        draft.tactic = Fields.text(creative, "tactic", "");
        draft.qagmediarating = Fields.integer(creative, "qagmediarating", 0);
        draft.attr.addAll(Fields.integers(form, "attr"));
        draft.apis.addAll(Fields.integers(form, "apis"));
        draft.plcmt.addAll(Fields.integers(form, "plcmt"));
        draft.pos.addAll(Fields.integers(form, "pos"));
        switch (draft.mtype) {
            case AuctionAd.BANNER -> banner(form, draft);
            case AuctionAd.VIDEO, AuctionAd.AUDIO -> draft.content = media(form, draft);
            default -> nativeAd(creative, form, draft);
        }
        secure(form, draft);
        return new AuctionAd(draft);
    }

    private static void banner(final YamlValue form, final AuctionAd.Draft draft) {
        draft.w = Fields.integer(form, "w", 0);
        draft.h = Fields.integer(form, "h", 0);
        if (Fields.flag(form, "flexible")) {
            draft.wratio = draft.w / gcd(draft.w, draft.h);
            draft.hratio = draft.h / gcd(draft.w, draft.h);
        }
        final String image = Fields.text(form, "image", "");
        final String html = Fields.text(form, "html", "");
        final String click = Fields.text(form, "click", "");
        if (image.isEmpty() == html.isEmpty()) {
            form.file().problems().add(form, image.isEmpty() ? "neither image nor html" : "image and html",
                "one of them");
        }
        if (click.isEmpty() && !image.isEmpty()) {
            form.file().problems().add(form, "an image that leads nowhere", "click");
        }
        if (click.isEmpty() && html.contains(CLICK_PLACE)) {
            form.file().problems().add(form.get("html"), CLICK_PLACE + " without a click", "click");
        }
        draft.mimes.addAll(Fields.texts(form, "mimes"));
        if (draft.mimes.isEmpty()) {
            final String mime = image.isEmpty() ? "text/html" : imageMime(image);
            if (mime == null) {
                form.file().problems().add(form.get("image"), form.get("image").words() + " does not tell its type",
                    "mimes beside it, or a name that ends in .png, .jpg, .jpeg, .gif, .webp, .avif or .svg");
            } else {
                draft.mimes.add(mime);
            }
        }
        if (SCRIPT.matcher(html).find()) {
            draft.btypeBits |= 1 << JAVASCRIPT;
        }
        if (IFRAME.matcher(html).find()) {
            draft.btypeBits |= 1 << IFRAME_TYPE;
        }
        if (draft.btypeBits == 0) {
            draft.btypeBits = 1 << XHTML_BANNER;
        }
        draft.content = new AdContent.Banner(draft.w, draft.h, image, html, click,
            Fields.texts(form, "impression_trackers"), Fields.texts(form, "click_trackers"));
    }

    private static int gcd(final int a, final int b) {
        return b == 0 ? Math.max(1, a) : gcd(b, a % b);
    }

    /** By the ending of the path of a URL, or null. */
    private static String imageMime(final String url) {
        final String path = url.replaceFirst("[?#].*", "").toLowerCase(Locale.ROOT);
        return switch (path.substring(path.lastIndexOf('.') + 1)) {
            case "png" -> "image/png";
            case "jpg", "jpeg" -> "image/jpeg";
            case "gif" -> "image/gif";
            case "webp" -> "image/webp";
            case "avif" -> "image/avif";
            case "svg" -> "image/svg+xml";
            default -> null;
        };
    }

    private static AdContent.Media media(final YamlValue form, final AuctionAd.Draft draft) {
        final boolean video = draft.mtype != AuctionAd.AUDIO;
        final List<AdContent.MediaFile> files = new ArrayList<>();
        Fields.each(form, "media_files", file -> {
            final AdContent.MediaFile media = new AdContent.MediaFile(Fields.text(file, "url", ""),
                Fields.text(file, "mime", ""), Fields.integer(file, "w", 0), Fields.integer(file, "h", 0),
                Fields.integer(file, "bitrate", 0), !Fields.text(file, "delivery", "progressive").equals("streaming"));
            if (video != (media.w() > 0 && media.h() > 0)) {
                file.file().problems().add(file, video ? "a video without a size" : "audio with a size",
                    video ? "w and h" : "neither w nor h");
            }
            if (media.w() * (long) media.h() > draft.w * (long) draft.h) {
                draft.w = media.w();
                draft.h = media.h();
            }
            files.add(media);
        });
        final String vastTag = Fields.text(form, "vast_tag", "");
        if (vastTag.isEmpty() == files.isEmpty()) {
            form.file().problems().add(form, files.isEmpty() ? "neither media_files nor vast_tag"
                : "media_files and vast_tag", "one of them");
        }
        final List<Integer> possible = vastTag.isEmpty() ? INLINE : WRAPPERS;
        draft.protocols.addAll(form.get("protocols") == null ? possible : Fields.integers(form, "protocols"));
        Fields.each(form, "protocols", protocol -> {
            if (protocol.kind() == YamlValue.Kind.INTEGER
                && possible.stream().noneMatch(known -> protocol.text().equals(known.toString()))) {
                protocol.file().problems().add(protocol, "protocol " + protocol.text(), vastTag.isEmpty()
                    ? "2, 3, 7, 11 or 13 (VAST 2.0, 3.0, 4.0, 4.1, 4.2)"
                    : "5, 6, 8, 12 or 14 (wrappers of VAST 2.0, 3.0, 4.0, 4.1, 4.2)");
            }
        });
        final int skipAfterS = form.get("skip_after") == null ? -1 : seconds(form, "skip_after");
        if (skipAfterS >= 0 && !draft.attr.contains(AuctionAd.ATTR_SKIP_BUTTON)) {
            draft.attr.add(AuctionAd.ATTR_SKIP_BUTTON);
        }
        final int durationS = seconds(form, "duration");
        if (skipAfterS >= durationS && durationS > 0) {
            form.file().problems().add(form.get("skip_after"), "skipped after its end", "less than the duration");
        }
        final YamlValue adId = form.get("ad_id");
        return new AdContent.Media(durationS, skipAfterS, List.copyOf(files), vastTag,
            adId == null ? "unknown" : Fields.text(adId, "registry", "unknown"),
            adId == null ? "unknown" : Fields.text(adId, "value", "unknown"), events(form), companions(form),
            Fields.text(form, "click", ""), Fields.texts(form, "impression_trackers"),
            Fields.texts(form, "click_trackers"));
    }

    private static List<AdContent.Companion> companions(final YamlValue form) {
        final List<AdContent.Companion> companions = new ArrayList<>();
        Fields.each(form, "companions", companion -> {
            final String image = Fields.text(companion, "image", "");
            final String html = Fields.text(companion, "html", "");
            if (image.isEmpty() == html.isEmpty()) {
                companion.file().problems().add(companion, image.isEmpty() ? "neither image nor html"
                    : "image and html", "one of them");
            }
            final String mime = image.isEmpty() ? "" : imageMime(image);
            if (mime == null) {
                companion.file().problems().add(companion.get("image"), companion.get("image").words()
                    + " does not tell its type", "a name that ends in .png, .jpg, .jpeg, .gif, .webp, .avif or .svg");
            }
            companions.add(new AdContent.Companion(Fields.integer(companion, "w", 0), Fields.integer(companion, "h", 0),
                image, mime == null ? "" : mime, html, Fields.text(companion, "click", "")));
        });
        if (!companions.isEmpty() && !Fields.text(form, "vast_tag", "").isEmpty()) {
            form.file().problems().add(form.get("companions"), "companions of a vast_tag",
                "none: the other server's document has them");
        }
        return List.copyOf(companions);
    }

    private static int seconds(final YamlValue form, final String key) {
        final long ns = Fields.durationNs(form, key, MAX_DURATION_NS);
        if (ns % NS_PER_S != 0) {
            form.file().problems().add(form.get(key), form.get(key).words() + " has a fraction", "whole seconds");
        }
        return (int) (ns / NS_PER_S);
    }

    private static Map<String, List<String>> events(final YamlValue form) {
        final Map<String, List<String>> events = new LinkedHashMap<>();
        final YamlValue map = form.get("events");
        if (map != null) {
            map.entries().keySet().forEach(event -> events.put(event, Fields.texts(map, event)));
        }
        return Collections.unmodifiableMap(events);
    }

    private static void nativeAd(final YamlValue creative, final YamlValue form, final AuctionAd.Draft draft) {
        final List<String> titles = new ArrayList<>(Fields.texts(form, "titles"));
        if (titles.isEmpty()) {
            titles.add(Fields.text(creative, "title", ""));
        }
        final List<AdContent.NativeImage> images = new ArrayList<>();
        Fields.each(form, "images", image -> {
            final String url = Fields.text(image, "url", "");
            final String mime = Fields.text(image, "mime", "");
            final String known = mime.isEmpty() ? imageMime(url) : mime;
            if (known == null) {
                image.file().problems().add(image, "an image that does not tell its type", "mime");
            }
            images.add(new AdContent.NativeImage(
                type(image, IMAGE_TYPES.getOrDefault(Fields.text(image, "type", ""), 0)), url,
                Fields.integer(image, "w", 0), Fields.integer(image, "h", 0), known == null ? "" : known));
            if (known != null && !draft.mimes.contains(known)) {
                draft.mimes.add(known);
            }
        });
        final List<AdContent.NativeData> data = new ArrayList<>();
        Fields.each(form, "data", value -> data.add(new AdContent.NativeData(
            type(value, DATA_TYPES.indexOf(Fields.text(value, "type", "")) + 1), Fields.text(value, "value", ""))));
        addText(data, "desc", Fields.text(creative, "body", ""));
        addText(data, "ctatext", Fields.text(creative, "call_to_action", ""));
        AdContent.Media video = null;
        if (form.get("video") != null) {
            // Of the video only its protocols are those of the ad.
            final AuctionAd.Draft part = new AuctionAd.Draft();
            part.mtype = AuctionAd.VIDEO;
            video = media(form.get("video"), part);
            draft.protocols.addAll(part.protocols);
            part.attr.stream().filter(code -> !draft.attr.contains(code)).forEach(draft.attr::add);
        }
        final List<AdContent.NativeTracker> trackers = new ArrayList<>();
        Fields.each(form, "event_trackers", tracker -> trackers.add(new AdContent.NativeTracker(
            EVENTS.indexOf(Fields.text(tracker, "event", "")) + 1,
            Fields.text(tracker, "method", "img").equals("js") ? 2 : 1, Fields.text(tracker, "url", ""))));
        draft.content = new AdContent.Native(List.copyOf(titles), List.copyOf(images), List.copyOf(data), video,
            List.copyOf(trackers), Fields.text(form, "click", ""), Fields.text(form, "fallback", ""),
            Fields.text(form, "privacy", ""),
            Fields.texts(form, "impression_trackers"), Fields.texts(form, "click_trackers"));
    }

    /** A type by name or, from 500 on, by number. */
    private static int type(final YamlValue asset, final int named) {
        final YamlValue type = asset.get("type");
        if (type == null || named > 0) {
            return named;
        }
        final int number = Fields.integer(asset, "type", 0);
        if (number < 500) {
            type.file().problems().add(type, type.words() + " is no type of asset",
                "known: " + String.join(", ", asset.get("value") == null ? List.of("icon", "main") : DATA_TYPES)
                    + ", or a number of 500 or more as the exchange says");
        }
        return number;
    }

    /** The creative's own wording stands in for an asset that is not given. */
    private static void addText(final List<AdContent.NativeData> data, final String type, final String text) {
        final int code = DATA_TYPES.indexOf(type) + 1;
        if (!text.isEmpty() && data.stream().noneMatch(value -> value.type() == code)) {
            data.add(new AdContent.NativeData(code, text));
        }
    }

    /** All that is fetched to show it must be fetched by HTTPS; where a click leads does not matter. */
    private static void secure(final YamlValue form, final AuctionAd.Draft draft) {
        final List<String> fetched = new ArrayList<>(draft.content.impressionTrackers());
        switch (draft.content) {
            case AdContent.Banner banner -> {
                fetched.add(banner.image());
                // In markup http:// may be a link or a namespace; whoever declares it secure has looked.
                if (!Fields.flag(form, "secure")) {
                    fetched.add(banner.html());
                }
            }
            case AdContent.Media media -> addFetched(media, fetched);
            case AdContent.Native ad -> {
                ad.images().forEach(image -> fetched.add(image.url()));
                ad.eventTrackers().forEach(tracker -> fetched.add(tracker.url()));
                if (ad.video() != null) {
                    fetched.addAll(ad.video().impressionTrackers());
                    addFetched(ad.video(), fetched);
                }
            }
        }
        final boolean plain = fetched.stream().anyMatch(text -> HTTP.matcher(text).find());
        final YamlValue declared = form.get("secure");
        if (plain && Fields.flag(form, "secure")) {
            declared.file().problems().add(declared, "secure, but http:// is fetched", "https:// everywhere");
        }
        draft.secure = !plain && (declared == null || Fields.flag(form, "secure"));
    }

    private static void addFetched(final AdContent.Media media, final List<String> fetched) {
        media.files().forEach(file -> fetched.add(file.url()));
        fetched.add(media.vastTag());
        media.events().values().forEach(fetched::addAll);
        media.companions().forEach(companion -> {
            fetched.add(companion.image());
            fetched.add(companion.html());
        });
    }
}
