package io.opportune.engine.lint;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What must not stand in a catalogue or a feature's definition, why, and what to do instead. */
public enum LintRule {
    /** Names of people. */
    PERSON_NAME("a person's name", "a name says who somebody is", "address everybody alike, without a name"),
    /** E-mail addresses. */
    EMAIL("an e-mail address", "it leads to one person", "use an address of the business, such as service@, or a link"),
    /** Telephone numbers. */
    PHONE("a telephone number", "it leads to one person", "use a free service number or a link"),
    /** Street and number. */
    STREET_ADDRESS("a street address", "it says where somebody lives", "use the store or a region"),
    /** Postcodes. */
    POSTCODE("a postcode", "in some countries it is one side of a street", "keep its first digits only, or a region"),
    /** Dates of birth. */
    BIRTH_DATE("a date of birth", "with little else it tells one person from all others", "use an age band"),
    /** Years of birth. */
    BIRTH_YEAR("a year of birth", "an age band of ten years does for offers", "use an age band"),
    /** Numbers that states give to people. */
    IDENTITY_NUMBER("an identity number", "it stands for one person", "do without it; the customer's id is never sent"),
    /** Bank accounts. */
    BANK_ACCOUNT("a bank account", "it belongs to one person", "do without it"),
    /** Numbers of payment cards. */
    CARD_NUMBER("the number of a payment card", "it belongs to one person, and PCI DSS forbids to keep it",
        "use the kind of card"),
    /** Addresses of connections. */
    IP_ADDRESS("an IP address", "it leads to a household", "use the region or the kind of connection"),
    /** Numbers of devices. */
    DEVICE_ID("a device's id", "it leads to one person", "use the kind of device"),
    /** Numbers that businesses give to customers. */
    CUSTOMER_ID("a customer's id", "it stands for one person: what is learned about it is about nobody else",
        "use a segment"),
    /** Precise positions. */
    PRECISE_POSITION("a precise position", "it tells where somebody lives and goes", "use the store or a region"),
    /** Passwords and keys. */
    SECRET("a secret", "whoever reads the catalogue would know it", "do without it"),
    /** Article 9: health. */
    HEALTH("a customer's health", Words.ARTICLE_9, Words.DO_WITHOUT),
    /** Article 9: religion and belief. */
    RELIGION("a customer's religion", Words.ARTICLE_9, Words.DO_WITHOUT),
    /** Article 9: racial or ethnic origin. */
    ETHNICITY("a customer's ethnic origin", Words.ARTICLE_9, Words.DO_WITHOUT),
    /** Article 9: sex life and orientation. */
    SEXUALITY("a customer's sexual orientation", Words.ARTICLE_9, Words.DO_WITHOUT),
    /** Article 9: trade unions. */
    UNION("membership of a trade union", Words.ARTICLE_9, Words.DO_WITHOUT),
    /** Article 9: political opinions. */
    POLITICS("a customer's political opinion", Words.ARTICLE_9, Words.DO_WITHOUT),
    /** Article 9: genetic and biometric data. */
    BIOMETRIC("genetic or biometric data", Words.ARTICLE_9, Words.DO_WITHOUT),
    /** Article 10: offences. */
    CRIMINAL("a customer's offences", "GDPR article 10 allows it to authorities only", Words.DO_WITHOUT);

    /** Said of several rules. */
    private static final class Words {
        private static final String ARTICLE_9 = "a special category of personal data (GDPR article 9)";
        private static final String DO_WITHOUT =
            "name what is bought and not what it says of the buyer, or do without it";
    }

    private final String thing;
    private final String why;
    private final String advice;

    LintRule(final String thing, final String why, final String advice) {
        this.thing = thing;
        this.why = why;
        this.advice = advice;
    }

    /**
     * Looks a rule up.
     *
     * @param name as {@link #ruleName}.
     * @return null when there is none.
     */
    public static LintRule find(final String name) {
        for (final LintRule rule : values()) {
            if (rule.ruleName().equals(name)) {
                return rule;
            }
        }
        return null;
    }

    /**
     * The names of all rules.
     *
     * @return in order.
     */
    public static List<String> names() {
        return Arrays.stream(values()).map(LintRule::ruleName).toList();
    }

    /**
     * The name by which exceptions know it.
     *
     * @return such as {@code street_address}.
     */
    public String ruleName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * What was found.
     *
     * @return for people.
     */
    public String thing() {
        return thing;
    }

    /**
     * Why it must not stand there.
     *
     * @return for people.
     */
    public String why() {
        return why;
    }

    /**
     * What to do instead.
     *
     * @return for people.
     */
    public String advice() {
        return advice;
    }

    /** Whether it is about what somebody is, not who. */
    boolean isSpecialCategory() {
        return ordinal() >= HEALTH.ordinal();
    }
}
