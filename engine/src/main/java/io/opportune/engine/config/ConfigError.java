package io.opportune.engine.config;

/**
 * One mistake in the configuration.
 *
 * @param source  file with line, system property or environment variable.
 * @param key     that is wrong.
 * @param found   what stands there; secrets are never shown.
 * @param allowed what may stand there.
 */
public record ConfigError(String source, String key, String found, String allowed) {
    /**
     * The mistake in one sentence.
     *
     * @return source, key, found and allowed.
     */
    public String sentence() {
        return source + ": " + key + ": found " + found + ", allowed: " + allowed;
    }
}
