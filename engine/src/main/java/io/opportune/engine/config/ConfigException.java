package io.opportune.engine.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; holds every mistake that was found, not only the first. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<ConfigError> errors;

    /**
     * All mistakes of one load.
     *
     * @param errors at least one.
     */
    public ConfigException(final List<ConfigError> errors) {
        super(errors.stream().map(ConfigError::sentence).collect(Collectors.joining("\n")));
        this.errors = List.copyOf(errors);
    }

    /**
     * The mistakes in the order in which they were found.
     *
     * @return at least one.
     */
    public List<ConfigError> errors() {
        return errors;
    }
}
