package io.opportune.engine.admin;

import java.util.List;

/**
 * What operators have paused.
 *
 * @param controlEpoch counts all changes so far.
 * @param offers       by name.
 * @param campaigns    by name.
 */
public record PausedNames(long controlEpoch, List<String> offers, List<String> campaigns) {
    /** Copies the lists. */
    public PausedNames {
        offers = List.copyOf(offers);
        campaigns = List.copyOf(campaigns);
    }
}
