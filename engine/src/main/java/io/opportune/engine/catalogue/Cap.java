package io.opportune.engine.catalogue;

import io.opportune.engine.profile.CapWindow;
import io.opportune.engine.profile.ExposureKind;
import java.util.Locale;

/**
 * How often one customer may meet something.
 *
 * @param event     what is counted.
 * @param limit     most of them in the window, 1..{@link CapWindow#highestLimit()}.
 * @param window    over what time.
 * @param days      of {@link CapWindow#DAYS}, 1..8; otherwise 0.
 * @param perPerson true: persons of a household are counted apart; false: together.
 */
public record Cap(Event event, int limit, CapWindow window, int days, boolean perPerson) {
    /** What caps count. */
    public enum Event {
        /** The offer was in an answer. */
        DECISION(ExposureKind.DECISION),
        /** The customer saw it. */
        IMPRESSION(ExposureKind.IMPRESSION),
        /** The customer accepted it. */
        ACCEPT(ExposureKind.ACCEPT),
        /** The customer redeemed it. */
        REDEMPTION(ExposureKind.REDEMPTION);

        private final ExposureKind kind;

        Event(final ExposureKind kind) {
            this.kind = kind;
        }

        /** {@return the same as a counter knows it} */
        public ExposureKind kind() {
            return kind;
        }
    }

    /**
     * A cap on a household.
     *
     * @param event  what is counted.
     * @param limit  most of them in the window.
     * @param window over what time, not {@link CapWindow#DAYS}.
     */
    public Cap(final Event event, final int limit, final CapWindow window) {
        this(event, limit, window, 0, false);
    }

    /** {@return the cap in words, such as {@code 3 impressions per household within 7 days}} */
    public String words() {
        return limit + " " + event.name().toLowerCase(Locale.ROOT) + (limit == 1 ? "" : "s") + " per "
            + (perPerson ? "person" : "household") + switch (window) {
                case HOUR -> " within an hour";
                case DAY -> " within 24 hours";
                case WEEK -> " within a week";
                case MONTH -> " within 30 days";
                case DAYS -> days == 1 ? " today" : " within " + days + " days, today included";
                case LIFETIME -> " ever";
                case SESSION -> " within a session";
            };
    }
}
