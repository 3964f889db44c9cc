package io.opportune.engine.notice;

import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.ExchangeProfiles;
import io.opportune.engine.exchange.PriceScheme;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The price keys of all exchanges that encrypt. Immutable, any thread. */
public final class PriceKeyring {
    private final Map<Integer, PriceKeys> byExchange;
    private final List<String> missing;

    private PriceKeyring(final Map<Integer, PriceKeys> byExchange, final List<String> missing) {
        this.byExchange = Map.copyOf(byExchange);
        this.missing = List.copyOf(missing);
    }

    /**
     * Gathers keys that are known.
     *
     * @param byExchange keys by the number of the exchange.
     * @return the keyring.
     */
    public static PriceKeyring of(final Map<Integer, PriceKeys> byExchange) {
        return new PriceKeyring(byExchange, List.of());
    }

    /**
     * Reads the keys that profiles name.
     *
     * @param profiles    of all exchanges.
     * @param directory   that key files are relative to.
     * @param environment variables by name.
     * @return the keys that were found; what was not is in {@link #missing()}.
     */
    public static PriceKeyring load(
        final ExchangeProfiles profiles, final Path directory, final Map<String, String> environment) {
        final Map<Integer, PriceKeys> found = new HashMap<>();
        final List<String> missing = new ArrayList<>();
        for (final ExchangeProfile profile : profiles.all()) {
            if (profile.price().scheme() == PriceScheme.PLAIN) {
                continue;
            }
            try {
                found.put(profile.number(), PriceKeys.load(profile.price(), directory, environment));
            } catch (final IOException failure) {
                missing.add(profile.id() + ": " + failure.getMessage());
            }
        }
        return new PriceKeyring(found, missing);
    }

    /**
     * Exchanges whose prices cannot be read, and why: their notices count, with the bid as the price.
     *
     * @return one sentence each; no key is in it.
     */
    public List<String> missing() {
        return missing;
    }

    /** The keys of an exchange, or null. */
    PriceKeys keys(final int exchange) {
        return byExchange.get(exchange);
    }
}
