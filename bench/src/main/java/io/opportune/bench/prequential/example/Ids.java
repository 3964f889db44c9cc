package io.opportune.bench.prequential.example;

import java.util.HashMap;
import java.util.Map;

/** Gives names dense numbers from 1, in the order in which they are first asked for. */
final class Ids {
    private final Map<Object, Integer> byName = new HashMap<>();

    int of(final Object name) {
        return byName.computeIfAbsent(name, unknown -> byName.size() + 1);
    }
}
