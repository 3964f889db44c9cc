package io.opportune.loadtest.source;

import io.opportune.protocol.codec.NameKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names that a message source uses and the registry ids the server gave them after logon. Filled before the first
 * message; the hot path reads ids by handle only. Not thread-safe: owned by the generator's thread.
 */
public final class NameTable {
    private final Map<NameKind, Map<String, Integer>> handles = new HashMap<>();
    private final List<NameKind> kinds = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private int[] ids = new int[64];

    /**
     * Declares that the source needs the id of a name. The same name may be declared again.
     *
     * @param kind of the name.
     * @param name as the catalogue writes it, 1..65535 bytes of UTF-8.
     * @return handle to ask for the id with, from 0.
     */
    public int want(final NameKind kind, final String name) {
        final Map<String, Integer> ofKind = handles.computeIfAbsent(kind, k -> new HashMap<>());
        final Integer known = ofKind.get(name);
        if (known != null) {
            return known;
        }
        final int handle = names.size();
        ofKind.put(name, handle);
        kinds.add(kind);
        names.add(name);
        if (handle == ids.length) {
            ids = java.util.Arrays.copyOf(ids, 2 * ids.length);
        }
        return handle;
    }

    /**
     * The registry id of a declared name.
     *
     * @param handle from {@link #want}.
     * @return the id, from 1; 0 when the server does not know the name or has not been asked yet.
     */
    public int id(final int handle) {
        return ids[handle];
    }

    /**
     * Sets the id of a name once the server has answered.
     *
     * @param handle from {@link #want}.
     * @param id     the registry id, 0 when unknown to the server.
     */
    public void resolve(final int handle, final int id) {
        ids[handle] = id;
    }

    /**
     * How many names were declared.
     *
     * @return 0 or more; handles are 0 .. size - 1.
     */
    public int size() {
        return names.size();
    }

    /**
     * Kind of a declared name.
     *
     * @param handle from {@link #want}.
     * @return its kind.
     */
    public NameKind kind(final int handle) {
        return kinds.get(handle);
    }

    /**
     * Text of a declared name.
     *
     * @param handle from {@link #want}.
     * @return the name.
     */
    public String name(final int handle) {
        return names.get(handle);
    }

    /**
     * How many declared names of a kind the server does not know.
     *
     * @param kind to count.
     * @return 0 when all were resolved.
     */
    public int unresolvedCount(final NameKind kind) {
        int count = 0;
        for (int handle = 0; handle < names.size(); handle++) {
            if (kinds.get(handle) == kind && ids[handle] == 0) {
                count++;
            }
        }
        return count;
    }
}
