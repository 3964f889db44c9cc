package io.opportune.protocol.client;

import io.opportune.protocol.codec.NameKind;
import java.util.Objects;

/**
 * A named thing of the catalogue whose registry id is wanted.
 *
 * @param kind of thing.
 * @param name as written in the catalogue, 1..256 bytes of UTF-8.
 */
public record Name(NameKind kind, String name) {
    /** Refuses missing parts. */
    public Name {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
    }
}
