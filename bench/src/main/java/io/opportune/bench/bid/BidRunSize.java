package io.opportune.bench.bid;

/**
 * How large a run is.
 *
 * @param customers     of the world that the server knows.
 * @param lineItems     of its catalogue.
 * @param users         of the exchange, each with a request of its own; every second one is a customer.
 * @param rounds        of turns.
 * @param warmUpSeconds of sending before anything is measured.
 */
public record BidRunSize(int customers, int lineItems, int users, int rounds, int warmUpSeconds) {
    /**
     * A million profiles: each customer has one, and every seventh a second one, of an app account. The compiler has
     * done with the whole path after the warm-up.
     */
    public static final BidRunSize FULL = new BidRunSize(Integer.getInteger("bench.customers", 873_000), 1_000, 32_000,
        Integer.getInteger("bench.turns", 5), Integer.getInteger("bench.warm-up-seconds", 25));
}
