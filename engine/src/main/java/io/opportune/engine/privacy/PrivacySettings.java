package io.opportune.engine.privacy;

/**
 * What we need permission for: our id in the Global Vendor List, the TCF purposes each action rests on, and for which
 * of them we have declared legitimate interest. Immutable.
 * <p>
 * Purposes are those of the TCF policies, appendix A. The defaults: reading a profile 1 (store and access) and 4 (use
 * profiles to select advertising); keeping events 1, 3 (create profiles) and 7 (measure advertising); precise location
 * 2 (limited data to select advertising) with special feature 1.
 */
public final class PrivacySettings {
    /** {@link Builder#vendorId(int)}: none, so that nothing is permitted where TCF applies. */
    public static final int NO_VENDOR = 0;

    private static final int MAX_VENDOR = 65_535;
    private static final int PURPOSE_1 = 1;
    private static final int DEFAULT_CACHED_STRINGS = 4096;
    private static final int DEFAULT_CACHED_LENGTH = 2000;

    private final int vendorId;
    private final int[] purposes;
    private final int legitimateInterests;
    private final boolean globalScopeAccepted;
    private final int cachedStrings;
    private final int cachedLength;

    private PrivacySettings(final Builder builder) {
        vendorId = builder.vendorId;
        purposes = builder.purposes.clone();
        legitimateInterests = builder.legitimateInterests;
        globalScopeAccepted = builder.globalScopeAccepted;
        cachedStrings = builder.cachedStrings;
        cachedLength = builder.cachedLength;
    }

    /**
     * Settings to change.
     *
     * @return a builder that holds the defaults and no vendor.
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Our id in the Global Vendor List.
     *
     * @return 1 to 65,535, or {@link #NO_VENDOR}.
     */
    public int vendorId() {
        return vendorId;
    }

    /**
     * Purposes that an action needs, all of them.
     *
     * @param action of ours.
     * @return purpose 1 in bit 0.
     */
    public int purposes(final PrivacyAction action) {
        return purposes[action.ordinal()];
    }

    /**
     * Purposes for which legitimate interest will do.
     *
     * @return purpose 1 in bit 0, which is never set.
     */
    public int legitimateInterests() {
        return legitimateInterests;
    }

    /**
     * Whether TC strings of global scope are accepted.
     *
     * @return false unless set: the specification calls them invalid since September 2021.
     */
    public boolean globalScopeAccepted() {
        return globalScopeAccepted;
    }

    /**
     * Strings whose outcome a gate remembers.
     *
     * @return 0 for none.
     */
    public int cachedStrings() {
        return cachedStrings;
    }

    /**
     * Longest string whose outcome a gate remembers; longer ones are decoded each time.
     *
     * @return characters.
     */
    public int cachedLength() {
        return cachedLength;
    }

    private static int flags(final int... purposes) {
        int flags = 0;
        for (final int purpose : purposes) {
            if (purpose < 1 || purpose > TcfString.MAX_PURPOSE) {
                throw new IllegalArgumentException(
                    "purpose: found " + purpose + ", allowed are 1 to " + TcfString.MAX_PURPOSE);
            }
            flags |= 1 << (purpose - 1);
        }
        return flags;
    }

    /** Collects settings; one thread. */
    public static final class Builder {
        private final int[] purposes = new int[PrivacyAction.COUNT];
        private int vendorId = NO_VENDOR;
        private int legitimateInterests;
        private boolean globalScopeAccepted;
        private int cachedStrings = DEFAULT_CACHED_STRINGS;
        private int cachedLength = DEFAULT_CACHED_LENGTH;

        private Builder() {
            needs(PrivacyAction.READ_PROFILE, 1, 4);
            needs(PrivacyAction.KEEP_EVENTS, 1, 3, 7);
            needs(PrivacyAction.USE_PRECISE_LOCATION, 2);
        }

        /**
         * Sets our id in the Global Vendor List.
         *
         * @param id 1 to 65,535, or {@link #NO_VENDOR}.
         * @return this.
         * @throws IllegalArgumentException for another number.
         */
        public Builder vendorId(final int id) {
            if (id < NO_VENDOR || id > MAX_VENDOR) {
                throw new IllegalArgumentException("vendor id: found " + id + ", allowed are 0 to " + MAX_VENDOR);
            }
            vendorId = id;
            return this;
        }

        /**
         * Sets the purposes that an action rests on; all of them are needed.
         *
         * @param action  of ours.
         * @param purpose at least one, each 1 to 24.
         * @return this.
         * @throws IllegalArgumentException for no purpose or another number.
         */
        public Builder needs(final PrivacyAction action, final int... purpose) {
            if (purpose.length == 0) {
                throw new IllegalArgumentException("purposes of " + action + ": found none, at least 1 is needed");
            }
            purposes[action.ordinal()] = flags(purpose);
            return this;
        }

        /**
         * Sets the purposes for which we have declared legitimate interest (or flexibility) in the Global Vendor List;
         * for TCF Canada, implied consent. Under TCF 2.2 and later it never counts for purposes 3 to 6.
         *
         * @param purpose each 2 to 24; the framework knows no legitimate interest for purpose 1.
         * @return this.
         * @throws IllegalArgumentException for another number.
         */
        public Builder legitimateInterestFor(final int... purpose) {
            final int flags = flags(purpose);
            if ((flags & PURPOSE_1) != 0) {
                throw new IllegalArgumentException("legitimate interest: found purpose 1, allowed are 2 to 24");
            }
            legitimateInterests = flags;
            return this;
        }

        /**
         * Accepts TC strings of global scope, against the specification.
         *
         * @param accepted whether to.
         * @return this.
         */
        public Builder globalScopeAccepted(final boolean accepted) {
            globalScopeAccepted = accepted;
            return this;
        }

        /**
         * Sets how much a gate remembers. Memory is about {@code strings * (length + 32)} bytes, taken at once.
         *
         * @param strings 0 for none, otherwise rounded up to a power of two, at most 1,048,576.
         * @param length  longest string remembered, 1 to {@link GppString#MAX_LENGTH}.
         * @return this.
         * @throws IllegalArgumentException for other numbers, or when it would be 1 GiB and more.
         */
        public Builder cache(final int strings, final int length) {
            if (strings < 0 || strings > 1 << 20 || length < 1 || length > GppString.MAX_LENGTH) {
                throw new IllegalArgumentException("cache: found " + strings + " strings of " + length +
                    " characters, allowed are 0 to 1048576 of 1 to " + GppString.MAX_LENGTH);
            }
            if (VerdictCache.sizeBytes(strings, length) >= 1L << 30) {
                throw new IllegalArgumentException(
                    "cache: " + strings + " strings of " + length + " characters are 1 GiB and more");
            }
            cachedStrings = strings;
            cachedLength = length;
            return this;
        }

        /**
         * Makes the settings.
         *
         * @return immutable settings.
         */
        public PrivacySettings build() {
            return new PrivacySettings(this);
        }
    }
}
