package io.opportune.engine.config;

/**
 * One value of the effective configuration.
 *
 * @param key    full key.
 * @param value  as written; {@code ***} for a secret.
 * @param source where it comes from: {@code default}, file with line, system property or environment variable.
 */
public record ConfigEntry(String key, String value, String source) {
}
