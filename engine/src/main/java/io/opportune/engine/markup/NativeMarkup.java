package io.opportune.engine.markup;

import io.opportune.engine.catalogue.AdContent;
import io.opportune.engine.catalogue.AuctionAd;
import io.opportune.protocol.openrtb.response.ByteSink;
import java.util.ArrayList;
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
    private static final Template NEXT_ASSET = Template.literal(",{\"id\":");

    private final AuctionAd sold;
    private final AdContent.Native content;
    private final Template[] titles;
    private final Template[] imageParts;
    private final Template[] data;
    private final Template link;
    private final Template eventTrackers;
    private final Template impressionTrackers;
    private final Template privacy;

    NativeMarkup(final AuctionAd sold, final AdContent.Native ad, final MarkupSettings settings) {
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
        link = link(ad, settings);
        final List<String> eventParts = List.of("{\"event\":1,\"method\":1,\"url\":\"", "\"}");
        eventTrackers = trackers(",\"eventtrackers\":[", ad, settings, eventParts);
        impressionTrackers = trackers(",\"imptrackers\":[", ad, settings, List.of("\"", "\""));
        privacy = ad.privacy().isEmpty() ? Template.literal("") : new TemplateBuilder(settings.resolved())
            .literal(",\"privacy\":\"").text(ad.privacy(), Escape.JSON).literal("\"").build();
    }

    private static Template link(final AdContent.Native ad, final MarkupSettings settings) {
        final TemplateBuilder json = new TemplateBuilder(settings.resolved());
        json.literal("],\"link\":{\"url\":\"").text(ad.click(), Escape.JSON).literal("\"");
        final boolean counted = !settings.clickTracker().isEmpty();
        if (counted || !ad.clickTrackers().isEmpty()) {
            json.literal(",\"clicktrackers\":[");
            String separator = "\"";
            if (counted) {
                json.literal(separator).url(settings.clickTracker(), Escape.JSON, Slot.CLICK_TOKEN,
                    Map.of("landing", ad.click())).literal("\"");
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
        final List<String> separators = new ArrayList<>(List.of(start));
        if (!settings.imp().isEmpty()) {
            json.literal(separators.removeLast()).literal(around.getFirst())
                .url(settings.imp(), Escape.JSON, Slot.IMP_TOKEN, Map.of()).literal(around.getLast());
            separators.add(",");
        }
        for (final String tracker : ad.impressionTrackers()) {
            json.literal(separators.removeLast()).literal(around.getFirst()).text(tracker, Escape.JSON)
                .literal(around.getLast());
            separators.add(",");
        }
        return separators.getLast().equals(start) ? Template.literal("") : json.literal("]").build();
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
            final Template[] parts = assets.kinds[i] == NativeAssets.TITLE ? titles
                : assets.kinds[i] == NativeAssets.IMAGE ? imageParts : data;
            parts[part].writeTo(sink, json, values);
            first = false;
        }
        link.writeTo(sink, json, values);
        (assets.hasImpressionTracker() ? eventTrackers : impressionTrackers).writeTo(sink, json, values);
        if (assets.hasPrivacy()) {
            privacy.writeTo(sink, json, values);
        }
        sink.putByte('}');
        if (assets.isWrapped()) {
            sink.putByte('}');
        }
    }
}
