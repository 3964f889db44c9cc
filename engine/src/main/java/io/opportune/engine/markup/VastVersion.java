package io.opportune.engine.markup;

/**
 * Versions of VAST that are written. Their elements stand in the order of the IAB Tech Lab's schemas (vast_2.0.1.xsd,
 * vast3_draft.xsd, vast4.xsd, vast_4.1.xsd, vast_4.2.xsd).
 */
public enum VastVersion {
    /** VAST 2.0. */
    V2_0("2.0", 2, 5),
    /** VAST 3.0. */
    V3_0("3.0", 3, 6),
    /** VAST 4.0. */
    V4_0("4.0", 7, 8),
    /** VAST 4.1. */
    V4_1("4.1", 11, 12),
    /** VAST 4.2. */
    V4_2("4.2", 13, 14);

    private final String version;
    private final int inline;
    private final int wrapper;

    VastVersion(final String version, final int inline, final int wrapper) {
        this.version = version;
        this.inline = inline;
        this.wrapper = wrapper;
    }

    String version() {
        return version;
    }

    boolean isModern() {
        return compareTo(V4_0) >= 0;
    }

    /** Whether it knows the kind of an ad and the id of its serving. */
    boolean hasServingId() {
        return compareTo(V4_1) >= 0;
    }

    /**
     * Its code as {@code Bid.protocol}.
     *
     * @param wrapped whether it points to another VAST document.
     * @return AdCOM 1.0, list Creative Subtypes - Audio/Video.
     */
    public int protocol(final boolean wrapped) {
        return wrapped ? wrapper : inline;
    }
}
