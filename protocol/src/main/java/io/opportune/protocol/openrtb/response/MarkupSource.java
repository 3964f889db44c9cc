package io.opportune.protocol.openrtb.response;

/**
 * Markup or a URL that is written piece by piece into the response, without standing anywhere as a whole before. Called
 * on the thread that writes the response; must not allocate.
 */
@FunctionalInterface
public interface MarkupSource {
    /**
     * Appends the whole content.
     *
     * @param sink       to append to.
     * @param jsonString true: the content stands in a JSON string and comes escaped for it; false: as it is.
     */
    void writeTo(ByteSink sink, boolean jsonString);
}
