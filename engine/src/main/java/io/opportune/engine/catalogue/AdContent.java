package io.opportune.engine.catalogue;

import java.util.List;
import java.util.Map;

/**
 * What an ad consists of, as its markup is made from it. Texts and URLs stand as in the file, macros of the exchange
 * included.
 */
public sealed interface AdContent {
    /**
     * Where a click leads.
     *
     * @return URL; empty when there is none.
     */
    String click();

    /**
     * Third parties to be told of an impression.
     *
     * @return URLs.
     */
    List<String> impressionTrackers();

    /**
     * Third parties to be told of a click.
     *
     * @return URLs.
     */
    List<String> clickTrackers();

    /**
     * A banner: either an image or HTML.
     *
     * @param w                  width in device independent pixels.
     * @param h                  height.
     * @param image              URL of the image; empty for HTML.
     * @param html               markup; empty for an image.
     * @param click              as above; never empty for an image.
     * @param impressionTrackers as above.
     * @param clickTrackers      as above.
     */
    record Banner(
        int w, int h, String image, String html, String click, List<String> impressionTrackers,
        List<String> clickTrackers) implements AdContent { }

    /**
     * A linear video or audio ad that VAST describes: either with its files, or as a wrapper of another's tag.
     *
     * @param durationS          seconds.
     * @param skipAfterS         seconds after which it can be skipped; -1: it cannot.
     * @param files              empty for a wrapper.
     * @param vastTag            URL of the other VAST document; empty for files.
     * @param adIdRegistry       registry of the universal ad id; {@code unknown} when there is none.
     * @param adId               universal ad id; {@code unknown} when there is none.
     * @param events             URLs by name of the VAST tracking event.
     * @param companions         what may stand beside it on the page.
     * @param click              as above.
     * @param impressionTrackers as above.
     * @param clickTrackers      as above.
     */
    record Media(
        int durationS, int skipAfterS, List<MediaFile> files, String vastTag, String adIdRegistry, String adId,
        Map<String, List<String>> events, List<Companion> companions, String click, List<String> impressionTrackers,
        List<String> clickTrackers) implements AdContent { }

    /**
     * A companion of a video or audio ad: either an image or HTML.
     *
     * @param w     width in device independent pixels.
     * @param h     height.
     * @param image URL of the image; empty for HTML.
     * @param mime  type of the image; empty for HTML.
     * @param html  markup; empty for an image.
     * @param click where a click leads; empty: where that on the ad does.
     */
    record Companion(int w, int h, String image, String mime, String html, String click) { }

    /**
     * One file of a video or audio ad.
     *
     * @param url         of the file.
     * @param mime        its type.
     * @param w           width in pixels; 0 for audio.
     * @param h           height in pixels; 0 for audio.
     * @param kbps        bit rate; 0 when it is not known.
     * @param progressive true: download; false: streaming.
     */
    record MediaFile(String url, String mime, int w, int h, int kbps, boolean progressive) { }

    /**
     * A native ad (OpenRTB Native 1.2).
     *
     * @param titles             wordings of the title; the longest that fits is taken.
     * @param images             all sizes of all images.
     * @param data               other texts; of several of a type the longest that fits is taken.
     * @param video              as a part of it; null when it has none.
     * @param eventTrackers      third parties to be told of what the exchange's player or page can tell.
     * @param click              as above; never empty.
     * @param fallback           URL for devices that cannot follow the click; empty when there is none.
     * @param privacy            URL that informs about targeting; empty when there is none.
     * @param impressionTrackers as above.
     * @param clickTrackers      as above.
     */
    record Native(
        List<String> titles, List<NativeImage> images, List<NativeData> data, Media video,
        List<NativeTracker> eventTrackers, String click, String fallback, String privacy,
        List<String> impressionTrackers, List<String> clickTrackers) implements AdContent { }

    /**
     * One who is told of an event of a native ad.
     *
     * @param event  Native 1.2, table 7.6: 1 impression, 2 viewable-mrc50, 3 viewable-mrc100, 4 viewable-video50.
     * @param method Native 1.2, table 7.7: 1 img, 2 js.
     * @param url    of the image or script.
     */
    record NativeTracker(int event, int method, String url) { }

    /**
     * An image of a native ad.
     *
     * @param type 1 icon, 3 main; 500 and more as the exchange says.
     * @param url  of the file.
     * @param w    width in pixels.
     * @param h    height in pixels.
     * @param mime its type.
     */
    record NativeImage(int type, String url, int w, int h, String mime) { }

    /**
     * A text of a native ad.
     *
     * @param type  as in Native 1.2, table 7.4: 1 sponsored, 2 desc, 12 ctatext ...; 500 and more are the exchange's.
     * @param value the text.
     */
    record NativeData(int type, String value) { }
}
