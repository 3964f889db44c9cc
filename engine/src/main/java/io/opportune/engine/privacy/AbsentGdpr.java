package io.opportune.engine.privacy;

/**
 * What an exchange's profile says about requests without {@code regs.gdpr}. OpenRTB 2.6 has "omission indicates
 * unknown". Where {@code gpp_sid} lists section 2, GDPR applies under each of them.
 */
public enum AbsentGdpr {
    /** Nothing personal is done. The default. */
    NO_PROFILE,
    /** As with 1: what the consent string permits. */
    APPLIES,
    /** As with 0, unless a consent string came, which then decides. */
    NOT_APPLICABLE,
    /** As with 0 where {@code gpp_sid} lists sections and section 2 is not among them, otherwise nothing personal. */
    AS_GPP_SID_SAYS
}
