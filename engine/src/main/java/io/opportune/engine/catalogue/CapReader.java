package io.opportune.engine.catalogue;

import io.opportune.engine.profile.CapScope;
import io.opportune.engine.profile.CapWindow;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.protocol.codec.NameKind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads caps, and the contact policy, which holds those on categories and on all offers. One for each load. */
final class CapReader {
    private static final String EVENTS = "decision|impression|accept|redemption";
    private static final String WINDOWS = "[1-8]d|hour|day|week|month|lifetime|session";
    private static final long MAX_SESSION_GAP_NS = 86_400L * 1_000_000_000L;
    private static final long MIN_SESSION_GAP_NS = 60L * 1_000_000_000L;
    /**
     * Bytes of a counter with windows, of a lifetime's, of a session's, of a person's tag, and of budgets per customer;
     * see PROFILE.md.
     */
    private static final int WINDOW_BYTES = 12;
    private static final int LIFETIME_BYTES = 7;
    private static final int SESSION_BYTES = 6;
    private static final int TAG_BYTES = 2;
    private static final int CUSTOMER_LINE_BYTES = 12;
    private static final int CUSTOMER_CLAIM_BYTES = 16;

    private final ContactPolicy policy = new ContactPolicy();
    private YamlValue seen;

    ContactPolicy policy() {
        return policy;
    }

    /** Reads the contact policy of a file, if it has one. */
    void contactPolicy(final YamlValue file, final PartsReader.Ids ids) {
        final YamlValue value = file.get("contact_policy");
        if (value == null) {
            return;
        }
        if (seen != null) {
            value.file().problems().add(value, "a second contact policy", "one in all files; the first is at "
                + seen.file().path() + ":" + seen.line());
            return;
        }
        seen = value;
        policy.put(CapScope.ALL, 0, "", caps(value));
        final Map<String, YamlValue> categories = new HashMap<>();
        Fields.each(value, "categories", entry -> {
            final String category = entry.get("category") == null ? null : Fields.id(entry.get("category"));
            if (category == null) {
                return;
            }
            final YamlValue before = categories.putIfAbsent(category, entry);
            if (before != null) {
                entry.file().problems().add(entry.get("category"), '"' + category + "\" stands twice",
                    "all its caps in one place; the first is in line " + before.line());
                return;
            }
            policy.put(CapScope.CATEGORY, ids.of(NameKind.CATEGORY, category), category, caps(entry));
        });
        final long gapNs = Fields.durationNs(value, "session_gap", MAX_SESSION_GAP_NS);
        if (gapNs != 0 && gapNs < MIN_SESSION_GAP_NS) {
            value.file().problems().add(value.get("session_gap"), value.get("session_gap").words() + " is too short",
                "allowed: 1m to 1d");
        } else if (gapNs != 0) {
            policy.sessionGapSeconds((int) (gapNs / 1_000_000_000L));
        }
    }

    /** Reads the caps of anything that has some. */
    static List<Cap> caps(final YamlValue owner) {
        final List<Cap> caps = new ArrayList<>();
        final Set<List<Object>> seen = new HashSet<>();
        Fields.each(owner, "caps", value -> {
            final Cap cap = cap(value);
            if (cap == null) {
                return;
            }
            if (seen.add(List.of(cap.event(), cap.window(), cap.days(), cap.perPerson()))) {
                caps.add(cap);
            } else {
                value.file().problems().add(value, "a second cap for " + what(value, cap), "one");
            }
        });
        return caps;
    }

    private static Cap cap(final YamlValue value) {
        final boolean old = value.get("event") != null;
        if (old == (value.get("count") != null)) {
            value.file().problems().add(value, old ? "both \"count\" and \"event\"" : "\"count\" is missing",
                "\"count\": what is counted; \"event\" is its former name");
            return null;
        }
        final String event = Fields.text(value, old ? "event" : "count", "");
        final String window = Fields.text(value, "window", "");
        final String per = Fields.text(value, "per", "household");
        final BigDecimal limit = Fields.number(value, "limit");
        if (limit == null || limit.scale() > 0 || limit.signum() <= 0
            || limit.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0
            || !event.matches(EVENTS) || !window.matches(WINDOWS) || !per.matches("person|household")) {
            return null; // reported by the structure check
        }
        final boolean days = window.endsWith("d");
        final Cap cap = new Cap(Cap.Event.valueOf(event.toUpperCase(Locale.ROOT)), limit.intValueExact(),
            days ? CapWindow.DAYS : CapWindow.valueOf(window.toUpperCase(Locale.ROOT)),
            days ? window.charAt(0) - '0' : 0, per.equals("person"));
        final int highest = cap.window().highestLimit();
        if (cap.limit() > highest) {
            value.file().problems().add(value, "limit " + limit + " for " + what(value, cap),
                "1.." + highest + ", what a profile can count");
            return null;
        }
        return cap;
    }

    private static String what(final YamlValue value, final Cap cap) {
        return cap.event().name().toLowerCase(Locale.ROOT) + " within " + Fields.text(value, "window", "")
            + (cap.perPerson() ? " per person" : "");
    }

    /** Reports an offer whose counters could never be kept together. */
    static void checkRoom(
        final YamlValue offer, final CountedCap[] own, final CountedCap[] shared, final int customerBudgets) {
        final int bytes = bytes(own) + bytes(shared)
            + (customerBudgets == 0 ? 0 : customerBudgets * CUSTOMER_LINE_BYTES + CUSTOMER_CLAIM_BYTES);
        if (bytes > ProfileFlyweight.COUNTER_AREA_BYTES) {
            offer.file().problems().add(offer, "the caps on this offer, its campaign, advertiser and category and on "
                + "all offers" + (customerBudgets == 0 ? "" : ", and its budgets per customer,") + " need " + bytes
                + " bytes of counters",
                ProfileFlyweight.COUNTER_AREA_BYTES + " at most, what a profile has");
        }
    }

    private static int bytes(final CountedCap[] caps) {
        int bytes = 0;
        for (final CountedCap cap : caps) {
            if (cap.counts()) {
                bytes += cap.cap().perPerson() ? TAG_BYTES : 0;
                bytes += switch (cap.cap().window()) {
                    case LIFETIME -> LIFETIME_BYTES;
                    case SESSION -> SESSION_BYTES;
                    default -> WINDOW_BYTES;
                };
            }
        }
        return bytes;
    }
}
