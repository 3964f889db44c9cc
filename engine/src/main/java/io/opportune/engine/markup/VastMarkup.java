package io.opportune.engine.markup;

import io.opportune.engine.catalogue.AdContent;
import java.util.List;
import java.util.Map;

/** Prepares VAST documents: with media files, or as a wrapper of another server's document. */
final class VastMarkup {
    /** The events that are counted by this server when the exchange's settings name a URL for them. */
    private static final List<String> COUNTED =
        List.of("start", "firstQuartile", "midpoint", "thirdQuartile", "complete");
    private static final String SKIP = "skip";

    private final VastVersion version;
    private final AdContent.Media media;
    private final MarkupSettings settings;
    private final String creativeId;
    private final String title;
    private final String advertiser;
    private final boolean audio;
    private final TemplateBuilder xml;

    private VastMarkup(
        final VastVersion version, final AdContent.Media media, final Naming naming, final MarkupSettings settings) {
        this.version = version;
        this.media = media;
        this.settings = settings;
        creativeId = naming.creativeId();
        title = naming.title();
        advertiser = naming.advertiser();
        audio = naming.audio();
        xml = new TemplateBuilder(settings.resolved());
    }

    /** What an ad is called in the document. */
    record Naming(String creativeId, String title, String advertiser, boolean audio) { }

    static Template of(
        final VastVersion version, final AdContent.Media media, final Naming naming, final MarkupSettings settings) {
        return builder(version, media, naming, settings).build();
    }

    /** The document before it is a template, to be put into another. */
    static TemplateBuilder builder(
        final VastVersion version, final AdContent.Media media, final Naming naming, final MarkupSettings settings) {
        return new VastMarkup(version, media, naming, settings).write();
    }

    private TemplateBuilder write() {
        xml.literal("<?xml version=\"1.0\" encoding=\"UTF-8\"?><VAST version=\"" + version.version() + '"'
            + (version.isModern() ? " xmlns=\"http://www.iab.com/VAST\"" : "") + "><Ad id=\"");
        xml.literal(Escape.XML.of(creativeId))
            .literal(version.hasServingId() && audio ? "\" adType=\"audio\">" : "\">");
        if (media.vastTag().isEmpty()) {
            inline();
        } else {
            wrapper();
        }
        return xml.literal("</Ad></VAST>");
    }

    private void inline() {
        xml.literal("<InLine>");
        element("AdSystem", settings.adSystem());
        if (version.isModern()) {
            error();
            impressions();
            if (version.hasServingId()) {
                xml.literal("<AdServingId>").slot(Slot.SERVING_ID).literal("</AdServingId>");
            }
            element("AdTitle", title);
            element("Advertiser", advertiser);
        } else {
            element("AdTitle", title);
            if (version == VastVersion.V3_0) {
                element("Advertiser", advertiser);
            }
            error();
            impressions();
        }
        xml.literal("<Creatives><Creative id=\"" + Escape.XML.of(creativeId) + "\">");
        universalAdId();
        linear();
        if (version.isModern()) {
            events();
            duration();
            files();
            clicks(false);
        } else {
            duration();
            events();
            clicks(true);
            files();
        }
        xml.literal("</Linear></Creative>");
        companions();
        xml.literal("</Creatives></InLine>");
    }

    private void universalAdId() {
        if (version.isModern()) {
            final String adId = Escape.XML.of(media.adId());
            xml.literal("<UniversalAdId idRegistry=\"" + Escape.XML.of(media.adIdRegistry()) + '"'
                + (version == VastVersion.V4_0 ? " idValue=\"" + adId + '"' : "") + '>' + adId + "</UniversalAdId>");
        }
    }

    /** Each only where the request takes it; around them what belongs to any. */
    private void companions() {
        long any = 0;
        for (int i = 0; i < media.companions().size(); i++) {
            any |= Template.companion(i);
        }
        if (any == 0) {
            return;
        }
        xml.onlyWith(any).literal("<Creative id=\"" + Escape.XML.of(creativeId) + "\">");
        universalAdId();
        xml.literal("<CompanionAds>");
        for (int i = 0; i < media.companions().size(); i++) {
            xml.onlyWith(Template.companion(i));
            companion(media.companions().get(i));
        }
        xml.onlyWith(any).literal("</CompanionAds></Creative>").onlyWith(Template.ALWAYS);
    }

    private void companion(final AdContent.Companion companion) {
        xml.literal("<Companion width=\"" + companion.w() + "\" height=\"" + companion.h() + "\">");
        if (companion.image().isEmpty()) {
            cdata("HTMLResource", companion.html());
        } else {
            xml.literal("<StaticResource creativeType=\"" + Escape.XML.of(companion.mime()) + "\"><![CDATA[")
                .text(companion.image(), Escape.CDATA).literal("]]></StaticResource>");
        }
        final String click = companion.click().isEmpty() ? media.click() : companion.click();
        if (!click.isEmpty()) {
            cdata("CompanionClickThrough", click);
            if (version != VastVersion.V2_0 && !settings.clickTracker().isEmpty()) {
                notice("CompanionClickTracking", settings.clickTracker(), Slot.CLICK_TOKEN, Map.of());
            }
        }
        xml.literal("</Companion>");
    }

    private void wrapper() {
        xml.literal("<Wrapper>");
        element("AdSystem", settings.adSystem());
        if (!version.isModern()) {
            cdata("VASTAdTagURI", media.vastTag());
        }
        error();
        impressions();
        xml.literal("<Creatives><Creative id=\"" + Escape.XML.of(creativeId) + "\"><Linear>");
        events();
        if (hasClickTrackers()) {
            xml.literal("<VideoClicks>");
            clickTrackers();
            xml.literal("</VideoClicks>");
        }
        xml.literal("</Linear></Creative></Creatives>");
        if (version.isModern()) {
            cdata("VASTAdTagURI", media.vastTag());
        }
        xml.literal("</Wrapper>");
    }

    private void linear() {
        xml.literal(media.skipAfterS() >= 0 && version != VastVersion.V2_0
            ? "<Linear skipoffset=\"" + time(media.skipAfterS()) + "\">" : "<Linear>");
    }

    private void duration() {
        xml.literal("<Duration>" + time(media.durationS()) + "</Duration>");
    }

    private static String time(final int seconds) {
        return String.format("%02d:%02d:%02d", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }

    private void element(final String name, final String text) {
        if (!text.isEmpty()) {
            xml.literal('<' + name + '>' + Escape.XML.of(text) + "</" + name + '>');
        }
    }

    private void cdata(final String name, final String url) {
        xml.literal('<' + name + "><![CDATA[").text(url, Escape.CDATA).literal("]]></" + name + '>');
    }

    private void notice(final String start, final String pattern, final Slot token, final Map<String, String> values) {
        xml.literal('<' + start + "><![CDATA[").url(pattern, Escape.CDATA, token, values)
            .literal("]]></" + start.replaceFirst(" .*", "") + '>');
    }

    private void error() {
        if (!settings.error().isEmpty()) {
            notice("Error", settings.error(), Slot.IMP_TOKEN, Map.of());
        }
    }

    private void impressions() {
        if (!settings.imp().isEmpty()) {
            notice("Impression", settings.imp(), Slot.IMP_TOKEN, Map.of());
        }
        media.impressionTrackers().forEach(tracker -> cdata("Impression", tracker));
        if (settings.imp().isEmpty() && media.impressionTrackers().isEmpty()) {
            // At least one is required; this is the placeholder that the schema names.
            cdata("Impression", "about:blank");
        }
    }

    private void events() {
        xml.literal("<TrackingEvents>");
        if (!settings.event().isEmpty()) {
            COUNTED.forEach(this::counted);
            if (media.skipAfterS() >= 0 && version != VastVersion.V2_0) {
                counted(SKIP);
            }
        }
        media.events().forEach((event, urls) -> {
            if (!event.equals(SKIP) || version != VastVersion.V2_0) {
                urls.forEach(url -> xml.literal("<Tracking event=\"" + event + "\"><![CDATA[").text(url, Escape.CDATA)
                    .literal("]]></Tracking>"));
            }
        });
        xml.literal("</TrackingEvents>");
    }

    private void counted(final String event) {
        notice("Tracking event=\"" + event + '"', settings.event(), Slot.IMP_TOKEN, Map.of("event", event));
    }

    private boolean hasClickTrackers() {
        return !settings.clickTracker().isEmpty() || !media.clickTrackers().isEmpty();
    }

    private void clicks(final boolean throughFirst) {
        if (media.click().isEmpty()) {
            return;
        }
        xml.literal("<VideoClicks>");
        if (throughFirst) {
            cdata("ClickThrough", media.click());
        }
        clickTrackers();
        if (!throughFirst) {
            cdata("ClickThrough", media.click());
        }
        xml.literal("</VideoClicks>");
    }

    private void clickTrackers() {
        if (!settings.clickTracker().isEmpty()) {
            notice("ClickTracking", settings.clickTracker(), Slot.CLICK_TOKEN, Map.of());
        }
        media.clickTrackers().forEach(tracker -> cdata("ClickTracking", tracker));
    }

    private void files() {
        xml.literal("<MediaFiles>");
        for (int i = 0; i < media.files().size(); i++) {
            final AdContent.MediaFile file = media.files().get(i);
            xml.onlyWith(Template.file(i)).literal("<MediaFile delivery=\""
                + (file.progressive() ? "progressive" : "streaming") + "\" type=\""
                + Escape.XML.of(file.mime()) + "\" width=\"" + file.w() + "\" height=\"" + file.h() + '"'
                + (file.kbps() > 0 ? " bitrate=\"" + file.kbps() + '"' : "") + "><![CDATA[")
                .text(file.url(), Escape.CDATA).literal("]]></MediaFile>");
        }
        xml.onlyWith(Template.ALWAYS).literal("</MediaFiles>");
    }
}
