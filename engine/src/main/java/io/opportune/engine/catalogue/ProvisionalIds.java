package io.opportune.engine.catalogue;

import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.codec.NameKind;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Ids while it is not yet known whether what is being read is good: those of the registry where a name has one, and
 * for the others those that the registry will give next. So what was read holds for good once the names are committed,
 * and a bad catalogue adds none. One thread.
 */
final class ProvisionalIds implements PartsReader.Ids {
    private final NameRegistry registry;
    private final Map<NameKind, Map<String, Integer>> promised = new EnumMap<>(NameKind.class);
    private final Map<NameKind, Integer> firstFree = new HashMap<>();

    ProvisionalIds(final NameRegistry registry) {
        this.registry = registry;
    }

    @Override
    public int of(final NameKind kind, final String name) {
        final Map<String, Integer> ofKind = promised.get(kind);
        final Integer before = ofKind == null ? null : ofKind.get(name);
        if (before != null) {
            return before;
        }
        final int known = registry.find(kind, name);
        return known != 0 ? known : promise(kind, name);
    }

    private int promise(final NameKind kind, final String name) {
        final Map<String, Integer> ofKind = promised.computeIfAbsent(kind, key -> new LinkedHashMap<>());
        final int first = firstFree.computeIfAbsent(kind, key -> registry.lastId(key) + 1);
        final int id = first + ofKind.size();
        ofKind.put(name, id);
        return id;
    }

    /**
     * Adds the new names to the registry.
     *
     * @return false when one got another id than was promised, because somebody else added names: all have ids now, and
     *     whatever was read must be read again.
     * @throws NameRegistry.LimitReachedException when the registry is full.
     */
    boolean commit() {
        final Map<NameKind, Collection<String>> names = new EnumMap<>(NameKind.class);
        promised.forEach((kind, ids) -> names.put(kind, ids.keySet()));
        registry.addAll(names);
        boolean kept = true;
        for (final Map.Entry<NameKind, Map<String, Integer>> kind : promised.entrySet()) {
            for (final Map.Entry<String, Integer> name : kind.getValue().entrySet()) {
                kept &= registry.find(kind.getKey(), name.getKey()) == name.getValue();
            }
        }
        return kept;
    }
}
