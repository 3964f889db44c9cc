package io.opportune.engine.lint;

import java.util.Set;

/** Whether what an attribute says may be learned from. Stateless. */
public final class AttributePurpose {
    /** What tells one request from all others, or holds whatever somebody typed: nothing to learn from. */
    private static final Set<String> OF_ONE_REQUEST = Set.of("id", "imp_id", "source_tid", "source_pchain", "site_page",
        "site_ref", "site_search", "site_keywords", "app_keywords", "user_keywords", "user_customdata", "device_ua",
        "user_consent", "regs_us_privacy", "regs_gpp", "imp_native_request");

    private AttributePurpose() {
    }

    /**
     * Whether an attribute may be a feature. No exception of a catalogue changes that.
     *
     * @param name with {@code customer.} or {@code request.}.
     * @return false for what leads to a person, is of a special category, or is of one request only.
     */
    public static boolean mayBeFeature(final String name) {
        return PersonalDataLinter.checkAttribute(name, PersonalDataLinter.ValueKind.TEXT).isEmpty()
            && !OF_ONE_REQUEST.contains(name.substring(name.indexOf('.') + 1));
    }
}
