package io.opportune.bench.match;

import java.util.Map;
import java.util.Set;

/**
 * What the workload's attributes are called where they come over the wire. A profile holds 24 segments and an event of
 * the workload up to 50, so that these come as categories of basket lines, of which a request has up to 500, and the
 * workload's categories, 8 at most, are the customer's segments. Six attributes are the customer's own.
 */
final class WireNames {
    /** Most segments that a profile holds; the server refuses what is more. */
    static final int MAX_SEGMENTS = 24;

    private static final Map<String, String> LISTS = Map.of(
        "segments", "basket.categories", "categories", "customer.segments", "brands", "basket.items");
    private static final Set<String> OF_CUSTOMER =
        Set.of("age", "tier", "tenure_days", "is_member", "opt_email", "has_app");

    private WireNames() {
    }

    /** The name in rules of an attribute of the workload. */
    static String of(final String name) {
        return LISTS.getOrDefault(name, (isOfCustomer(name) ? "customer." : "request.") + name);
    }

    static boolean isList(final String name) {
        return LISTS.containsKey(name);
    }

    static boolean isOfCustomer(final String name) {
        return OF_CUSTOMER.contains(name);
    }
}
