package io.opportune.engine.config;

/** Writes the reference page of all keys, {@code CONFIGURATION.md}, from their descriptors. */
public final class ConfigReference {
    private ConfigReference() {
    }

    /**
     * The page.
     *
     * @return Markdown, ending with a new line.
     */
    public static String markdown() {
        final StringBuilder page = new StringBuilder(8192);
        page.append("""
            # Configuration

            Generated from `ConfigKey` and `ClientKey`; do not edit. `ops/opportune config reference` prints this
            page, `ops/opportune config show` the effective values and where each comes from,
            `ops/opportune config check` only
            the mistakes.

            One file of lines `key = value`; a line that begins with `#` is a comment. Each key can be overridden by an
            environment variable and by a system property; the property wins over the variable, the variable over the
            file. Unknown keys are refused. Sizes take `k`, `m`, `g` (powers of 1,024); durations take `ns`, `us`, `ms`,
            `s`, `m`, `h`, `d`. Relative paths belong to the working directory.

            ```properties
            # A till that may connect, and a longer time for decisions.
            clients.till-1.key = change-me-please
            decision.max-time-budget = 50ms
            ```

            The same by environment: `OPPORTUNE_CLIENTS_TILL_1_KEY=change-me-please`,
            `OPPORTUNE_DECISION_MAX_TIME_BUDGET=50ms`; by system property: `-Dopportune.decision.max-time-budget=50ms`.

            ## Keys

            | key | default | allowed | meaning |
            |---|---|---|---|
            """);
        for (final ConfigKey key : ConfigKey.values()) {
            row(page, key.key(), key.defaultValue(), key.allowed(), key.help());
        }
        page.append("""

            ## Clients

            Only clients that stand here can log on. The id takes the place of `<id>`: lower case letters, digits and
            hyphens.

            | key | default | allowed | meaning |
            |---|---|---|---|
            """);
        for (final ClientKey key : ClientKey.values()) {
            final String value = key.defaultValue() == null ? "" : key.defaultValue();
            row(page, "clients.<id>." + key.suffix(), value, key.allowed(), key.help());
        }
        return page.toString();
    }

    private static void row(
        final StringBuilder page, final String key, final String value, final String allowed, final String help) {
        page.append("| `").append(key).append("` | ")
            .append(value.isEmpty() ? "" : "`" + value + "`").append(" | ")
            .append(allowed).append(" | ").append(help).append(" |\n");
    }
}
