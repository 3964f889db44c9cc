package io.opportune.engine.exchange;

/** What a request means that does not say whether GDPR applies to it. */
public enum AbsentGdpr {
    /** It may apply, and nobody has consented: no profile is touched. */
    NO_PROFILE,
    /** It does not apply: the other regulations decide. */
    NOT_APPLICABLE
}
