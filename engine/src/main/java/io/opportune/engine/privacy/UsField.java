package io.opportune.engine.privacy;

/**
 * Fields of the US sections of GPP, under the names of their specifications. All but the version have two bits an
 * element; what 0, 1 and 2 mean stands with each kind, and 3 is reserved.
 */
public enum UsField {
    /** Version of the section's specification, 6 bits. */
    VERSION,
    /** Notice of sharing (notices: 0 not applicable, 1 given, 2 not given). */
    SHARING_NOTICE,
    /** Notice of processing. */
    PROCESSING_NOTICE,
    /** Notice of the opportunity to opt out of sale. */
    SALE_OPT_OUT_NOTICE,
    /** Notice of the opportunity to opt out of sharing. */
    SHARING_OPT_OUT_NOTICE,
    /** Notice of the opportunity to opt out of targeted advertising. */
    TARGETED_ADVERTISING_OPT_OUT_NOTICE,
    /** Notice of the opportunity to opt out of processing sensitive data (Iowa: SensitiveDataOptOutNotice). */
    SENSITIVE_DATA_PROCESSING_OPT_OUT_NOTICE,
    /** Notice of the opportunity to limit the use of sensitive data. */
    SENSITIVE_DATA_LIMIT_USE_NOTICE,
    /** Opt-out of sale (opt-outs: 0 not applicable, 1 opted out, 2 not opted out). */
    SALE_OPT_OUT,
    /** Opt-out of sharing. */
    SHARING_OPT_OUT,
    /** Opt-out of targeted advertising. */
    TARGETED_ADVERTISING_OPT_OUT,
    /** One element for each category of sensitive data (0 not applicable, 1 no consent or opted out, 2 not so). */
    SENSITIVE_DATA_PROCESSING,
    /** One element for each age and use of a known child's data (0 no known child, 1 no consent, 2 consent). */
    KNOWN_CHILD_SENSITIVE_DATA_CONSENTS,
    /** Consent to uses incompatible with what was disclosed (0 none happen). */
    PERSONAL_DATA_CONSENTS,
    /** The same under the name that the states from Florida on give it. */
    ADDITIONAL_DATA_PROCESSING_CONSENT,
    /** Covered by the Multi-State Privacy Agreement (1 yes, 2 no). */
    MSPA_COVERED_TRANSACTION,
    /** Opt-out option mode of that agreement (0 not applicable, 1 yes, 2 no). */
    MSPA_OPT_OUT_OPTION_MODE,
    /** Service provider mode of that agreement (0 not applicable, 1 yes, 2 no). */
    MSPA_SERVICE_PROVIDER_MODE
}
