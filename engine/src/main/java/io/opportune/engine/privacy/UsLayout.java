package io.opportune.engine.privacy;

import static io.opportune.engine.privacy.UsField.ADDITIONAL_DATA_PROCESSING_CONSENT;
import static io.opportune.engine.privacy.UsField.KNOWN_CHILD_SENSITIVE_DATA_CONSENTS;
import static io.opportune.engine.privacy.UsField.MSPA_COVERED_TRANSACTION;
import static io.opportune.engine.privacy.UsField.MSPA_OPT_OUT_OPTION_MODE;
import static io.opportune.engine.privacy.UsField.MSPA_SERVICE_PROVIDER_MODE;
import static io.opportune.engine.privacy.UsField.PERSONAL_DATA_CONSENTS;
import static io.opportune.engine.privacy.UsField.PROCESSING_NOTICE;
import static io.opportune.engine.privacy.UsField.SALE_OPT_OUT;
import static io.opportune.engine.privacy.UsField.SALE_OPT_OUT_NOTICE;
import static io.opportune.engine.privacy.UsField.SENSITIVE_DATA_LIMIT_USE_NOTICE;
import static io.opportune.engine.privacy.UsField.SENSITIVE_DATA_PROCESSING;
import static io.opportune.engine.privacy.UsField.SENSITIVE_DATA_PROCESSING_OPT_OUT_NOTICE;
import static io.opportune.engine.privacy.UsField.SHARING_NOTICE;
import static io.opportune.engine.privacy.UsField.SHARING_OPT_OUT;
import static io.opportune.engine.privacy.UsField.SHARING_OPT_OUT_NOTICE;
import static io.opportune.engine.privacy.UsField.TARGETED_ADVERTISING_OPT_OUT;
import static io.opportune.engine.privacy.UsField.TARGETED_ADVERTISING_OPT_OUT_NOTICE;
import static io.opportune.engine.privacy.UsField.VERSION;

/**
 * Layouts of the US sections of GPP: which fields follow each other, how many elements the two lists have, and which
 * category of sensitive data is precise geolocation. Source: the technical specification of each section in the
 * Global Privacy Platform repository of IAB Tech Lab ({@code Sections/US-National}, {@code Sections/US-States}).
 */
enum UsLayout {
    /** US national, version 2 (August 2024); the lists were 12 and 2 long in version 1. */
    USNAT(7, 2, 16, 3, 8, true, VERSION, SHARING_NOTICE, SALE_OPT_OUT_NOTICE, SHARING_OPT_OUT_NOTICE,
        TARGETED_ADVERTISING_OPT_OUT_NOTICE, SENSITIVE_DATA_PROCESSING_OPT_OUT_NOTICE,
        SENSITIVE_DATA_LIMIT_USE_NOTICE, SALE_OPT_OUT, SHARING_OPT_OUT, TARGETED_ADVERTISING_OPT_OUT,
        SENSITIVE_DATA_PROCESSING, KNOWN_CHILD_SENSITIVE_DATA_CONSENTS, PERSONAL_DATA_CONSENTS,
        MSPA_COVERED_TRANSACTION, MSPA_OPT_OUT_OPTION_MODE, MSPA_SERVICE_PROVIDER_MODE),
    /** California. */
    USCA(8, 1, 9, 2, 3, true, VERSION, SALE_OPT_OUT_NOTICE, SHARING_OPT_OUT_NOTICE, SENSITIVE_DATA_LIMIT_USE_NOTICE,
        SALE_OPT_OUT, SHARING_OPT_OUT, SENSITIVE_DATA_PROCESSING, KNOWN_CHILD_SENSITIVE_DATA_CONSENTS,
        PERSONAL_DATA_CONSENTS, MSPA_COVERED_TRANSACTION, MSPA_OPT_OUT_OPTION_MODE, MSPA_SERVICE_PROVIDER_MODE),
    /** Virginia. */
    USVA(9, 1, 8, 1, 8, false, sharing()),
    /** Colorado, which has no category for precise geolocation. */
    USCO(10, 1, 7, 1, 0, true, sharing()),
    /** Utah. */
    USUT(11, 1, 8, 1, 8, false, VERSION, SHARING_NOTICE, SALE_OPT_OUT_NOTICE, TARGETED_ADVERTISING_OPT_OUT_NOTICE,
        SENSITIVE_DATA_PROCESSING_OPT_OUT_NOTICE, SALE_OPT_OUT, TARGETED_ADVERTISING_OPT_OUT,
        SENSITIVE_DATA_PROCESSING, KNOWN_CHILD_SENSITIVE_DATA_CONSENTS, MSPA_COVERED_TRANSACTION,
        MSPA_OPT_OUT_OPTION_MODE, MSPA_SERVICE_PROVIDER_MODE),
    /** Connecticut. */
    USCT(12, 1, 8, 3, 8, true, sharing()),
    /** Florida. */
    USFL(13, 1, 8, 3, 8, false, processing()),
    /** Montana. */
    USMT(14, 1, 8, 3, 8, true, VERSION, SHARING_NOTICE, SALE_OPT_OUT_NOTICE, TARGETED_ADVERTISING_OPT_OUT_NOTICE,
        SALE_OPT_OUT, TARGETED_ADVERTISING_OPT_OUT, SENSITIVE_DATA_PROCESSING, KNOWN_CHILD_SENSITIVE_DATA_CONSENTS,
        ADDITIONAL_DATA_PROCESSING_CONSENT, MSPA_COVERED_TRANSACTION, MSPA_OPT_OUT_OPTION_MODE,
        MSPA_SERVICE_PROVIDER_MODE),
    /** Oregon. */
    USOR(15, 1, 11, 3, 11, true, processing()),
    /** Texas. */
    USTX(16, 1, 8, 1, 8, true, processing()),
    /** Delaware. */
    USDE(17, 1, 9, 5, 9, true, processing()),
    /** Iowa. */
    USIA(18, 1, 8, 1, 8, true, VERSION, PROCESSING_NOTICE, SALE_OPT_OUT_NOTICE, TARGETED_ADVERTISING_OPT_OUT_NOTICE,
        SENSITIVE_DATA_PROCESSING_OPT_OUT_NOTICE, SALE_OPT_OUT, TARGETED_ADVERTISING_OPT_OUT,
        SENSITIVE_DATA_PROCESSING, KNOWN_CHILD_SENSITIVE_DATA_CONSENTS, MSPA_COVERED_TRANSACTION,
        MSPA_OPT_OUT_OPTION_MODE, MSPA_SERVICE_PROVIDER_MODE),
    /** Nebraska. */
    USNE(19, 1, 8, 1, 8, true, processing()),
    /** New Hampshire. */
    USNH(20, 1, 8, 3, 8, true, processing()),
    /** New Jersey. */
    USNJ(21, 1, 10, 5, 8, true, processing()),
    /** Tennessee. */
    USTN(22, 1, 8, 1, 8, true, processing()),
    /** Minnesota. */
    USMN(23, 1, 8, 1, 8, true, processing());

    /** Id of the first layout; the others follow without a gap. */
    static final int FIRST_ID = 7;
    /** Most elements of {@link UsField#SENSITIVE_DATA_PROCESSING}. */
    static final int MAX_SENSITIVE = 16;
    /** Most elements of {@link UsField#KNOWN_CHILD_SENSITIVE_DATA_CONSENTS}. */
    static final int MAX_CHILD = 5;

    private static final UsLayout[] ALL = values();
    private static final int VERSION_BITS = 6;
    private static final int ELEMENT_BITS = 2;

    /** Of the section, in the header of a GPP string and in {@code gpp_sid}. */
    final int sectionId;
    /** Newest version of the specification that this layout is true for. */
    final int newestVersion;
    /** Elements of {@link UsField#SENSITIVE_DATA_PROCESSING}. */
    final int sensitiveCount;
    /** Elements of {@link UsField#KNOWN_CHILD_SENSITIVE_DATA_CONSENTS}. */
    final int childCount;
    /** Element of {@link UsField#SENSITIVE_DATA_PROCESSING} that is precise geolocation, from 1; 0 for none. */
    final int preciseLocation;
    /** Whether the section has a Global Privacy Control segment. */
    final boolean hasGpc;
    /** In the order of the bits. */
    final UsField[] fields;
    /** Of the core segment without padding. */
    final int lengthBits;

    UsLayout(
        final int sectionId, final int newestVersion, final int sensitiveCount, final int childCount,
        final int preciseLocation, final boolean hasGpc, final UsField... fields) {
        this.sectionId = sectionId;
        this.newestVersion = newestVersion;
        this.sensitiveCount = sensitiveCount;
        this.childCount = childCount;
        this.preciseLocation = preciseLocation;
        this.hasGpc = hasGpc;
        this.fields = fields;
        lengthBits = VERSION_BITS + ELEMENT_BITS * (fields.length - 3 + sensitiveCount + childCount);
    }

    private static UsField[] sharing() {
        return new UsField[] {VERSION, SHARING_NOTICE, SALE_OPT_OUT_NOTICE, TARGETED_ADVERTISING_OPT_OUT_NOTICE,
            SALE_OPT_OUT, TARGETED_ADVERTISING_OPT_OUT, SENSITIVE_DATA_PROCESSING,
            KNOWN_CHILD_SENSITIVE_DATA_CONSENTS, MSPA_COVERED_TRANSACTION, MSPA_OPT_OUT_OPTION_MODE,
            MSPA_SERVICE_PROVIDER_MODE};
    }

    private static UsField[] processing() {
        return new UsField[] {VERSION, PROCESSING_NOTICE, SALE_OPT_OUT_NOTICE, TARGETED_ADVERTISING_OPT_OUT_NOTICE,
            SALE_OPT_OUT, TARGETED_ADVERTISING_OPT_OUT, SENSITIVE_DATA_PROCESSING,
            KNOWN_CHILD_SENSITIVE_DATA_CONSENTS, ADDITIONAL_DATA_PROCESSING_CONSENT, MSPA_COVERED_TRANSACTION,
            MSPA_OPT_OUT_OPTION_MODE, MSPA_SERVICE_PROVIDER_MODE};
    }

    /**
     * The layout of a section.
     *
     * @param sectionId any number.
     * @return null when it is no US section with a released layout.
     */
    static UsLayout of(final int sectionId) {
        final int index = sectionId - FIRST_ID;
        return index >= 0 && index < ALL.length ? ALL[index] : null;
    }

    static int count() {
        return ALL.length;
    }
}
