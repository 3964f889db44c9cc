package io.opportune.loadtest.world;

import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import java.util.Locale;

/**
 * Users as an ad exchange knows them: each has an id in a namespace of the exchange's, and every second one is a
 * customer of the world who has agreed to be recognised across channels. Immutable; equal for equal worlds.
 */
public final class ExchangeUsers {
    /** Issuer of the ids. */
    public static final int NAMESPACE = Namespaces.FIRST_PARTNER + 1245;
    private static final long USER_SALT = 0xAD0C;
    private static final int NEEDED = Consent.PERSONALISATION | Consent.CROSS_CHANNEL_LINKING;

    private final World world;
    private final int count;

    /**
     * Makes the users.
     *
     * @param world that the known ones live in.
     * @param count of users, 1 or more.
     */
    public ExchangeUsers(final World world, final int count) {
        if (count < 1) {
            throw new IllegalArgumentException(count + " users, allowed: 1 or more");
        }
        this.world = world;
        this.count = count;
    }

    /**
     * How many there are.
     *
     * @return 1 or more.
     */
    public int count() {
        return count;
    }

    /**
     * Whether the exchange's id leads to a customer.
     *
     * @param user 0 or more.
     * @return true for every second user.
     */
    public boolean isLinked(final int user) {
        return (user & 1) == 0;
    }

    /**
     * The exchange's id.
     *
     * @param user 0 or more.
     * @return 17 letters and digits.
     */
    public String id(final int user) {
        return String.format(Locale.ROOT, "u%016x", RandomStream.hash(world.settings().seed() ^ USER_SALT, user));
    }

    /** The customer whom a linked user is: spread over all of them, who agreed to personal offers and to linking. */
    int customer(final int user) {
        final int customers = world.settings().customers();
        int customer = (int) Math.floorMod(
            RandomStream.hash(world.settings().seed() ^ ~USER_SALT, user), (long) customers);
        for (int tried = 0; tried < customers; tried++) {
            if ((world.consentMask(customer) & NEEDED) == NEEDED) {
                return customer;
            }
            customer = customer + 1 == customers ? 0 : customer + 1;
        }
        throw new IllegalStateException("no customer of " + customers + " agrees to be recognised across channels");
    }
}
