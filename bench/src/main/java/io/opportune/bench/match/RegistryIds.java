package io.opportune.bench.match;

import io.opportune.protocol.MessageBounds;
import io.opportune.protocol.client.Name;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.TillClient;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Registry ids as a server tells them over the wire. Owned by one thread. */
final class RegistryIds {
    private final Map<Name, Integer> ids = new HashMap<>();

    /** Asks for ids, as many at a time as one message holds. */
    void resolve(final TillClient client, final Collection<Name> names, final long patienceNs) throws IOException {
        final List<Name> unknown = names.stream().distinct().filter(name -> !ids.containsKey(name)).toList();
        for (int from = 0; from < unknown.size(); from += MessageBounds.MAX_NAMES) {
            final List<Name> some =
                unknown.subList(from, Math.min(unknown.size(), from + MessageBounds.MAX_NAMES));
            if (!(client.resolve(some, patienceNs).join() instanceof Outcome.Answered(var resolved))) {
                throw new IOException("the server does not tell the ids of " + some.getFirst() + " and others");
            }
            for (int i = 0; i < some.size(); i++) {
                ids.put(some.get(i), resolved.ids().get(i));
            }
        }
    }

    /** The id of a name that was asked for; 0 when the server does not know it. */
    int of(final Name name) {
        return ids.get(name);
    }
}
