package io.opportune.engine.server;

import io.opportune.engine.catalogue.CatalogueError;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The catalogue to start with has mistakes; the message lists them all. */
public final class CatalogueRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CatalogueRefusedException(final Path directory, final List<CatalogueError> errors) {
        super("catalogue " + directory + " has " + errors.size() + " mistakes:\n"
            + errors.stream().map(CatalogueError::toString).collect(Collectors.joining("\n")));
    }
}
