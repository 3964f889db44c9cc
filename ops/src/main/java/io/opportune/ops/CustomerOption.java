package io.opportune.ops;

import io.opportune.engine.admission.CustomerKeys;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.identity.PseudonymKey;
import io.opportune.engine.identity.RootKey;
import io.opportune.engine.recovery.CustomerRoots;
import io.opportune.protocol.Namespaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A customer as an operator names one: an id with its namespace, or the root key that the journal shows.
 *
 * @param namespace of the id; 0 with a root key.
 * @param text      the id or the root key.
 */
record CustomerOption(int namespace, String text) {
    private static final Pattern ROOT_KEY = Pattern.compile("[0-9a-fA-F]{32}");
    private static final Pattern ID = Pattern.compile("([a-z-]+|[0-9]{1,5}):(.+)");
    private static final int HEX_DIGITS_PER_LONG = 16;
    private static final int MAX_NAMESPACE = 65_535;
    private static final Map<String, Integer> NAMESPACES = new LinkedHashMap<>();

    static {
        NAMESPACES.put("loyalty", Namespaces.LOYALTY);
        NAMESPACES.put("household", Namespaces.HOUSEHOLD);
        NAMESPACES.put("device", Namespaces.DEVICE);
        NAMESPACES.put("app-account", Namespaces.APP_ACCOUNT);
        NAMESPACES.put("email-hash", Namespaces.EMAIL_HASH);
        NAMESPACES.put("payment-token", Namespaces.PAYMENT_TOKEN);
        NAMESPACES.put("advertising-id", Namespaces.ADVERTISING_ID);
    }

    /** Reads what was typed; throws IllegalArgumentException with what was found and what is allowed. */
    static CustomerOption parse(final String typed) {
        if (ROOT_KEY.matcher(typed).matches()) {
            return new CustomerOption(0, typed);
        }
        final Matcher id = ID.matcher(typed);
        if (id.matches()) {
            final String name = id.group(1);
            final int namespace = Character.isDigit(name.charAt(0))
                ? Integer.parseInt(name) : NAMESPACES.getOrDefault(name, 0);
            if (namespace >= 1 && namespace <= MAX_NAMESPACE) {
                return new CustomerOption(namespace, id.group(2));
            }
        }
        throw new IllegalArgumentException("'" + typed + "', allowed are NAMESPACE:ID, the namespace one of "
            + String.join(", ", NAMESPACES.keySet()) + " or its number from 1 to " + MAX_NAMESPACE
            + ", and a root key of 32 hexadecimal digits");
    }

    /** The root keys under which records of the customer stand. */
    List<RootKey> roots(final Config config) throws IOException {
        if (namespace == 0) {
            return List.of(new RootKey(
                Long.parseUnsignedLong(text, 0, HEX_DIGITS_PER_LONG, HEX_DIGITS_PER_LONG),
                Long.parseUnsignedLong(text, HEX_DIGITS_PER_LONG, text.length(), HEX_DIGITS_PER_LONG)));
        }
        final Path keyFile = config.path(ConfigKey.STORE_KEY_FILE);
        if (!Files.exists(keyFile)) {
            throw new CommandFailure(ExitCode.NOT_POSSIBLE, "no key of the pseudonyms at " + keyFile
                + ": a customer's id is found only with the server's key file, set store.key-file to where it is;"
                + " a root key needs none");
        }
        return CustomerRoots.find(config.path(ConfigKey.SERVER_DATA_DIR), CustomerRoots.pseudonym(
            PseudonymKey.load(keyFile), CustomerKeys.TENANT, namespace, text.getBytes(StandardCharsets.UTF_8)));
    }
}
