package io.opportune.engine.exchange;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;

/** All exchanges that may ask. Immutable, any thread; looking up allocates nothing. */
public final class ExchangeProfiles {
    private final List<ExchangeProfile> profiles;
    private final byte[][] ids;
    private final ExchangeProfile[] byId;
    private final Int2ObjectHashMap<ExchangeProfile> byNumber = new Int2ObjectHashMap<>();

    /**
     * Gathers profiles.
     *
     * @param profiles with different ids and numbers.
     * @throws IllegalArgumentException when two have the same id or number.
     */
    public ExchangeProfiles(final Collection<ExchangeProfile> profiles) {
        this.profiles = profiles.stream().sorted(Comparator.comparing(ExchangeProfile::id)).toList();
        ids = new byte[this.profiles.size()][];
        byId = this.profiles.toArray(new ExchangeProfile[0]);
        for (int i = 0; i < ids.length; i++) {
            ids[i] = byId[i].id().getBytes(StandardCharsets.US_ASCII);
            if (i > 0 && byId[i].id().equals(byId[i - 1].id())) {
                throw new IllegalArgumentException("two exchanges are called " + byId[i].id());
            }
            if (byNumber.put(byId[i].number(), byId[i]) != null) {
                throw new IllegalArgumentException("two exchanges have the number " + byId[i].number());
            }
        }
    }

    /**
     * All of them.
     *
     * @return in the order of their ids; unmodifiable.
     */
    public List<ExchangeProfile> all() {
        return profiles;
    }

    /**
     * Finds a profile by the last part of a bid endpoint's path.
     *
     * @param text        holding the id.
     * @param offset      of the id.
     * @param lengthBytes of the id.
     * @return the profile, or null.
     */
    public ExchangeProfile find(final DirectBuffer text, final int offset, final int lengthBytes) {
        for (int i = 0; i < ids.length; i++) {
            if (Bytes.equal(ids[i], text, offset, lengthBytes)) {
                return byId[i];
            }
        }
        return null;
    }

    /**
     * Finds a profile.
     *
     * @param id of the exchange.
     * @return the profile, or null.
     */
    public ExchangeProfile find(final String id) {
        for (final ExchangeProfile profile : profiles) {
            if (profile.id().equals(id)) {
                return profile;
            }
        }
        return null;
    }

    /**
     * Finds a profile by its number in tokens and records.
     *
     * @param number of the exchange.
     * @return the profile, or null.
     */
    public ExchangeProfile find(final int number) {
        return byNumber.get(number);
    }
}
