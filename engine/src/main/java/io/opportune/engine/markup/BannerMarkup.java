package io.opportune.engine.markup;

import io.opportune.engine.catalogue.AdContent;
import java.util.Map;

/** Prepares the HTML of banners. */
final class BannerMarkup {
    private static final String CLICK_PLACE = "{{click}}";

    private BannerMarkup() {
    }

    static Template of(final AdContent.Banner banner, final String title, final MarkupSettings settings) {
        final TemplateBuilder html = new TemplateBuilder(settings.resolved());
        if (banner.image().isEmpty()) {
            int from = 0;
            for (int at = banner.html().indexOf(CLICK_PLACE); at >= 0; at = banner.html().indexOf(CLICK_PLACE, from)) {
                html.text(banner.html().substring(from, at), Escape.NONE);
                click(html, banner, settings);
                from = at + CLICK_PLACE.length();
            }
            html.text(banner.html().substring(from), Escape.NONE);
        } else {
            html.literal("<a href=\"");
            click(html, banner, settings);
            html.literal("\" target=\"_blank\" rel=\"noopener\"><img src=\"").text(banner.image(), Escape.XML)
                .literal("\" width=\"" + banner.w() + "\" height=\"" + banner.h() + "\" border=\"0\" alt=\"")
                .text(title, Escape.XML).literal("\"></a>");
        }
        if (!settings.imp().isEmpty()) {
            pixel(html.literal("<img src=\"").url(settings.imp(), Escape.XML, Slot.IMP_TOKEN, Map.of()));
        }
        for (final String tracker : banner.impressionTrackers()) {
            pixel(html.literal("<img src=\"").text(tracker, Escape.XML));
        }
        return html.build();
    }

    private static void pixel(final TemplateBuilder html) {
        html.literal("\" width=\"1\" height=\"1\" style=\"display:none\" alt=\"\">");
    }

    private static void click(
        final TemplateBuilder html, final AdContent.Banner banner, final MarkupSettings settings) {
        final String pattern = settings.click();
        final String macros = Landing.of(banner.click()).parameters();
        if (settings.clickPrefix().isEmpty()) {
            if (pattern.isEmpty()) {
                html.text(banner.click(), Escape.XML);
            } else {
                html.url(pattern, Escape.XML, Slot.CLICK_TOKEN, Map.of(TemplateBuilder.MACROS, macros));
            }
            return;
        }
        // After the exchange's click macro comes the URL of the click percent-encoded as a whole.
        html.text(settings.clickPrefix(), Escape.XML);
        if (pattern.isEmpty()) {
            html.percentEncoded(banner.click());
            return;
        }
        final String filled = pattern.replace("{macros}", macros);
        final int token = filled.indexOf("{token}");
        html.percentEncoded(token < 0 ? filled : filled.substring(0, token));
        if (token >= 0) {
            html.slot(Slot.CLICK_TOKEN);
            html.percentEncoded(filled.substring(token + "{token}".length()));
        }
    }
}
