package io.opportune.engine.catalogue;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/** Reads control groups: the global one, which stands in one file only, and those of campaigns. One for each load. */
final class ControlReader {
    /** Salt of the global group where none is given; a campaign's is its name. */
    static final String GLOBAL_SALT = "global";
    /** Longest time after which an outcome may still be counted for an offer. */
    static final long MAX_WINDOW_NS = 365L * 86_400 * 1_000_000_000L;

    private static final int BASIS_POINT_DIGITS = 2;

    private final Map<String, YamlValue> shareBySalt = new HashMap<>();
    private YamlValue seen;
    private ControlGroup global = ControlGroup.NONE;

    ControlGroup global() {
        return global;
    }

    void use(final ControlGroup group) {
        global = group;
    }

    /** Reads the global control group of a file, if it has one. */
    void global(final YamlValue file) {
        final YamlValue value = file.get("control");
        if (value == null) {
            return;
        }
        if (seen != null) {
            value.file().problems().add(value, "a second global control group", "one in all files; the first is at "
                + seen.file().path() + ":" + seen.line());
            return;
        }
        seen = value;
        global = of(file, GLOBAL_SALT);
    }

    /**
     * The control group of a campaign. Campaigns of one salt share one group, or nobody could tell them apart: its
     * share is the same for all.
     */
    ControlGroup ofCampaign(final YamlValue campaign, final String id) {
        final ControlGroup group = of(campaign, id);
        if (!group.exists()) {
            return group;
        }
        final YamlValue at = campaign.get("control").get("percent");
        final YamlValue other = shareBySalt.putIfAbsent(group.salt(), at);
        if (other != null && new BigDecimal(other.text()).compareTo(new BigDecimal(at.text())) != 0) {
            at.file().problems().add(at, at.words() + " for the salt \"" + group.salt() + "\", which has "
                + other.words() + " at " + other.file().path() + ":" + other.line(),
                "the same share, or another salt");
        }
        return group;
    }

    /** The control group of anything that has one; {@link ControlGroup#NONE} without, and after an error. */
    static ControlGroup of(final YamlValue owner, final String defaultSalt) {
        final YamlValue value = owner.get("control");
        final BigDecimal percent = value == null ? null : Fields.number(value, "percent");
        if (percent == null) {
            return ControlGroup.NONE;
        }
        final BigDecimal points = percent.movePointRight(BASIS_POINT_DIGITS).stripTrailingZeros();
        if (points.signum() < 0 || points.compareTo(BigDecimal.valueOf(ControlGroup.ALL)) > 0) {
            return ControlGroup.NONE; // reported by the structure check
        }
        if (points.scale() > 0) {
            final YamlValue at = value.get("percent");
            at.file().problems().add(at, at.words() + " has more than 2 decimals",
                "allowed: 0 to 100 with 2 decimals at most");
            return ControlGroup.NONE;
        }
        final String salt = value.get("salt") == null ? defaultSalt : Fields.id(value.get("salt"));
        return salt == null ? ControlGroup.NONE : new ControlGroup(points.intValueExact(), salt);
    }

    /** How long after an offer outcomes are counted for it, nanoseconds. */
    static long attributionWindowNs(final YamlValue campaign) {
        final long windowNs = Fields.durationNs(campaign, "attribution_window", MAX_WINDOW_NS);
        return windowNs == 0 ? Campaign.DEFAULT_ATTRIBUTION_WINDOW_NS : windowNs;
    }
}
