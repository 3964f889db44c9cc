package io.opportune.engine.markup;

import io.opportune.engine.catalogue.AdContent;
import io.opportune.engine.catalogue.AuctionAd;
import io.opportune.protocol.openrtb.response.ByteSink;
import java.util.List;
import java.util.Map;

/**
 * A native ad (OpenRTB Native 1.2, section 5): its parts are prepared, and the answer is put together from those that a
 * request asks for. Immutable; any thread; writing allocates nothing.
 */
final class NativeMarkup {
    private static final Template WRAPPER = Template.literal("{\"native\":");
    private static final Template VERSION_1_0 = Template.literal("{\"ver\":\"1.0\",\"assets\":[");
    private static final Template VERSION_1_1 = Template.literal("{\"ver\":\"1.1\",\"assets\":[");
    private static final Template VERSION_1_2 = Template.literal("{\"ver\":\"1.2\",\"assets\":[");
    private static final Template FIRST_ASSET = Template.literal("{\"id\":");
    private static final Template FIRST_EVENT = Template.literal(",\"eventtrackers\":[");
    private static final Template NEXT_EVENT = Template.literal(",");
    private static final Template NEXT_ASSET = Template.literal(",{\"id\":");

    private final AuctionAd sold;
    private final AdContent.Native content;
    private final Template[] titles;
    private final Template[] imageParts;
    private final Template[] data;
    private final Template[] videos = new Template[VastVersion.values().length];
    private final Template link;
    private final Template impressionEvents;
    private final Template[] otherEvents;
    private final Template impressionTrackers;
    private final Template privacy;

    NativeMarkup(
        final AuctionAd sold, final AdContent.Native ad, final VastMarkup.Naming naming,
        final MarkupSettings settings) {
        this.sold = sold;
        content = ad;
        titles = ad.titles().stream()
            .map(title -> Template.literal(",\"title\":{\"text\":\"" + Escape.JSON.of(title) + "\"}}"))
            .toArray(Template[]::new);
        imageParts = ad.images().stream().map(image -> new TemplateBuilder(settings.resolved())
            .literal(",\"img\":{\"url\":\"").text(image.url(), Escape.JSON)
            .literal("\",\"w\":" + image.w() + ",\"h\":" + image.h() + "}}").build()).toArray(Template[]::new);
        data = ad.data().stream()
            .map(text -> Template.literal(",\"data\":{\"value\":\"" + Escape.JSON.of(text.value()) + "\"}}"))
            .toArray(Template[]::new);
        if (ad.video() != null) {
            videos(ad.video(), naming, settings);
        }
        link = link(ad, settings);
        final List<String> eventParts = List.of("{\"event\":1,\"method\":1,\"url\":\"", "\"}");
        impressionEvents = trackers("", ad, settings, eventParts);
        otherEvents = ad.eventTrackers().stream().map(tracker -> new TemplateBuilder(settings.resolved())
            .literal("{\"event\":" + tracker.event() + ",\"method\":" + tracker.method() + ",\"url\":\"")
            .text(tracker.url(), Escape.JSON).literal("\"}").build()).toArray(Template[]::new);
        impressionTrackers = trackers(",\"imptrackers\":[", ad, settings, List.of("\"", "\""));
        privacy = ad.privacy().isEmpty() ? Template.literal("") : new TemplateBuilder(settings.resolved())
            .literal(",\"privacy\":\"").text(ad.privacy(), Escape.JSON).literal("\"").build();
    }

    /** The impression is that of the ad, and is not counted again in its video. */
    private void videos(
        final AdContent.Media video, final VastMarkup.Naming naming, final MarkupSettings settings) {
        for (final VastVersion version : VastVersion.values()) {
            if (sold.protocols().contains(version.protocol(!video.vastTag().isEmpty()))) {
                videos[version.ordinal()] = new TemplateBuilder(settings.resolved())
                    .literal(",\"video\":{\"vasttag\":\"")
                    .embedInJson(VastMarkup.builder(version, video, naming, settings.withoutImp()))
                    .literal("\"}}").build();
            }
        }
    }

    private static Template link(final AdContent.Native ad, final MarkupSettings settings) {
        final TemplateBuilder json = new TemplateBuilder(settings.resolved());
        json.literal("],\"link\":{\"url\":\"").text(ad.click(), Escape.JSON).literal("\"");
        final boolean counted = !settings.clickTracker().isEmpty();
        if (counted || !ad.clickTrackers().isEmpty()) {
            json.literal(",\"clicktrackers\":[");
            String separator = "\"";
            if (counted) {
                json.literal(separator).url(settings.clickTracker(), Escape.JSON, Slot.CLICK_TOKEN, Map.of())
                    .literal("\"");
                separator = ",\"";
            }
            for (final String tracker : ad.clickTrackers()) {
                json.literal(separator).text(tracker, Escape.JSON).literal("\"");
                separator = ",\"";
            }
            json.literal("]");
        }
        if (!ad.fallback().isEmpty()) {
            json.literal(",\"fallback\":\"").text(ad.fallback(), Escape.JSON).literal("\"");
        }
        return json.literal("}").build();
    }

    private static Template trackers(
        final String start, final AdContent.Native ad, final MarkupSettings settings, final List<String> around) {
        final TemplateBuilder json = new TemplateBuilder(settings.resolved());
        String separator = start;
        if (!settings.imp().isEmpty()) {
            json.literal(separator).literal(around.getFirst())
                .url(settings.imp(), Escape.JSON, Slot.IMP_TOKEN, Map.of()).literal(around.getLast());
            separator = ",";
        }
        for (final String tracker : ad.impressionTrackers()) {
            json.literal(separator).literal(around.getFirst()).text(tracker, Escape.JSON).literal(around.getLast());
            separator = ",";
        }
        final boolean any = separator.equals(",");
        return any ? json.literal(start.isEmpty() ? "" : "]").build() : Template.literal("");
    }

    /** Those of the events that the exchange can tell, in a way that it knows. */
    private void writeEvents(
        final ByteSink sink, final boolean json, final NativeAssets assets, final SlotValues values) {
        boolean any = assets.hasImpressionTracker() && !impressionEvents.isEmpty();
        if (any) {
            FIRST_EVENT.writeTo(sink, json, values);
            impressionEvents.writeTo(sink, json, values);
        }
        for (int i = 0; i < otherEvents.length; i++) {
            final AdContent.NativeTracker tracker = content.eventTrackers().get(i);
            if (assets.tells(tracker.event(), tracker.method())) {
                (any ? NEXT_EVENT : FIRST_EVENT).writeTo(sink, json, values);
                otherEvents[i].writeTo(sink, json, values);
                any = true;
            }
        }
        if (any) {
            sink.putByte(']');
        }
    }

    void writeTo(final ByteSink sink, final boolean json, final NativeAssets assets, final SlotValues values) {
        if (assets.isWrapped()) {
            WRAPPER.writeTo(sink, json, values);
        }
        (assets.version() == 10 ? VERSION_1_0 : assets.version() == 11 ? VERSION_1_1 : VERSION_1_2)
            .writeTo(sink, json, values);
        boolean first = true;
        for (int i = 0; i < assets.count(); i++) {
            final int part = CreativeFit.pick(sold, content, assets, i);
            if (part == CreativeFit.NONE) {
                continue;
            }
            (first ? FIRST_ASSET : NEXT_ASSET).writeTo(sink, json, values);
            sink.putLong(assets.ids[i]);
            switch (assets.kinds[i]) {
                case NativeAssets.TITLE -> titles[part].writeTo(sink, json, values);
                case NativeAssets.IMAGE -> imageParts[part].writeTo(sink, json, values);
                case NativeAssets.VIDEO -> videos[part].writeTo(
                    sink, json, values, Template.parts(CreativeFit.videoFiles(sold, assets, i), 0));
                default -> data[part].writeTo(sink, json, values);
            }
            first = false;
        }
        link.writeTo(sink, json, values);
        if (!assets.hasImpressionTracker()) {
            impressionTrackers.writeTo(sink, json, values);
        }
        writeEvents(sink, json, assets, values);
        if (assets.hasPrivacy()) {
            privacy.writeTo(sink, json, values);
        }
        sink.putByte('}');
        if (assets.isWrapped()) {
            sink.putByte('}');
        }
    }
}
