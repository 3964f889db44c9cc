package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.ObjectType;

/** What {@link Site} and {@link App} have in common beside all channels: OpenRTB 2.6 sections 3.2.13 and 3.2.14. */
public abstract class SiteOrApp extends DistributionChannel {
    private final Slots slots;

    SiteOrApp(final Slots slots) {
        super(slots);
        this.slots = slots;
    }

    /** Where the shared fields stand in the records of one kind. */
    static final class Slots extends DistributionChannel.Slots {
        private final int cattax;
        private final int cat;
        private final int sectioncat;
        private final int pagecat;
        private final int privacypolicy;
        private final int kwarray;
        private final int inventorypartnerdomain;

        Slots(final ObjectType type) {
            super(type);
            cattax = type.slot("cattax");
            cat = type.slot("cat");
            sectioncat = type.slot("sectioncat");
            pagecat = type.slot("pagecat");
            privacypolicy = type.slot("privacypolicy");
            kwarray = type.slot("kwarray");
            inventorypartnerdomain = type.slot("inventorypartnerdomain");
        }
    }

    /**
     * {@code cattax} (AdCOM 1.0 list Category Taxonomies).
     *
     * @return the value, or 1 where it is not given.
     */
    public int cattax() {
        return intAt(slots.cattax, 1);
    }

    /**
     * How many {@code cat} there are.
     *
     * @return 0 or more.
     */
    public int catCount() {
        return countAt(slots.cat);
    }

    /**
     * One of {@code cat}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long cat(final int index) {
        return textItem(slots.cat, index);
    }

    /**
     * How many {@code sectioncat} there are.
     *
     * @return 0 or more.
     */
    public int sectioncatCount() {
        return countAt(slots.sectioncat);
    }

    /**
     * One of {@code sectioncat}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long sectioncat(final int index) {
        return textItem(slots.sectioncat, index);
    }

    /**
     * How many {@code pagecat} there are.
     *
     * @return 0 or more.
     */
    public int pagecatCount() {
        return countAt(slots.pagecat);
    }

    /**
     * One of {@code pagecat}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long pagecat(final int index) {
        return textItem(slots.pagecat, index);
    }

    /**
     * {@code privacypolicy}.
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int privacypolicy() {
        return intAt(slots.privacypolicy, ABSENT);
    }

    /**
     * How many {@code kwarray} there are.
     *
     * @return 0 or more.
     */
    public int kwarrayCount() {
        return countAt(slots.kwarray);
    }

    /**
     * One of {@code kwarray}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long kwarray(final int index) {
        return textItem(slots.kwarray, index);
    }

    /**
     * {@code inventorypartnerdomain}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long inventorypartnerdomain() {
        return textAt(slots.inventorypartnerdomain);
    }
}
