package io.opportune.engine.exchange;

/**
 * Where a secret is found; never the secret itself. Exactly one of the two is given.
 *
 * @param file        path, relative to the directory that the server keeps secrets in; or null.
 * @param environment name of an environment variable; or null.
 */
public record SecretSource(String file, String environment) {
    /** Checks that one of the two is given. */
    public SecretSource {
        if ((file == null) == (environment == null)) {
            throw new IllegalArgumentException("a secret has a file or an environment variable");
        }
    }

    @Override
    public String toString() {
        return file != null ? "file " + file : "environment variable " + environment;
    }
}
