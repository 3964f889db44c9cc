package io.opportune.engine.markup;

import io.opportune.protocol.openrtb.response.ByteSink;
import io.opportune.protocol.openrtb.response.MarkupSource;

/**
 * What one bid gives to the writer of the response as its markup or notice: a template with the values of its slots.
 * Reused, one for each field; one thread; allocates nothing.
 */
public final class MarkupFill implements MarkupSource {
    private CreativeMarkup creative;
    private int protocol;
    private int files;
    private int companions;
    private NativeAssets assets;
    private Template template;
    private SlotValues values;

    /**
     * Binds the markup of a creative.
     *
     * @param markup       of the creative.
     * @param protocolCode chosen for a video or audio ad, {@link CreativeMarkup#protocol}; else any.
     * @param fileBits     bit {@code 1 << i} of each media file to name; {@link CreativeMarkup#ALL_FILES}.
     * @param request      for a native ad; else null.
     * @param slots        of the bid.
     * @return this.
     */
    public MarkupFill bind(
        final CreativeMarkup markup, final int protocolCode, final int fileBits, final NativeAssets request,
        final SlotValues slots) {
        creative = markup;
        protocol = protocolCode;
        files = fileBits;
        companions = 0;
        assets = request;
        template = null;
        values = slots;
        return this;
    }

    /**
     * Names the companions of a video or audio ad that was bound; without it there are none.
     *
     * @param bits bit {@code 1 << i} of each.
     * @return this.
     */
    public MarkupFill companions(final int bits) {
        companions = bits;
        return this;
    }

    /**
     * Binds the URL of a notice.
     *
     * @param url   of {@link MarkupSet}.
     * @param slots of the bid.
     * @return this.
     */
    public MarkupFill bind(final Template url, final SlotValues slots) {
        template = url;
        creative = null;
        values = slots;
        return this;
    }

    @Override
    public void writeTo(final ByteSink sink, final boolean jsonString) {
        if (template != null) {
            template.writeTo(sink, jsonString, values);
        } else {
            creative.writeTo(sink, jsonString, protocol, Template.parts(files, companions), assets, values);
        }
    }
}
