package io.opportune.engine.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version that the build wrote into the class path; the only place that knows it. Any thread. */
public final class BuildVersion {
    private static final String RESOURCE = "version.properties";

    private BuildVersion() {
    }

    /**
     * The version of this build.
     *
     * @return for instance 0.1.0-SNAPSHOT.
     * @throws UncheckedIOException when the build left it out.
     */
    public static String read() {
        try (InputStream in = BuildVersion.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IOException("the build left out " + RESOURCE);
            }
            final Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
