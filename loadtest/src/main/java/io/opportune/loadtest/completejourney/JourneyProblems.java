package io.opportune.loadtest.completejourney;

import java.util.LinkedHashMap;
import java.util.Map;

/** Counts what is odd in the data but does not stop a replay, so that nothing is dropped in silence. */
public final class JourneyProblems {
    private final Map<String, Long> counts = new LinkedHashMap<>();

    void count(final String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /**
     * What was found, in order of first sight.
     *
     * @return description to count.
     */
    public Map<String, Long> counts() {
        return java.util.Collections.unmodifiableMap(counts);
    }
}
