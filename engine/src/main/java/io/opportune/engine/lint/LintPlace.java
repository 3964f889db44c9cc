package io.opportune.engine.lint;

/** Where a text stands, on which depends what it may be. */
public enum LintPlace {
    /** Name of an attribute or a feature: what its values are. */
    ATTRIBUTE,
    /** Name of a segment: what its members have in common. */
    SEGMENT,
    /** Name of anything else, a category or a text in a rule. */
    NAME,
    /** Name of a business, which may be that of its founder. */
    ORGANISATION,
    /** Words for customers. */
    TEXT,
    /** A link or a host. */
    URL
}
