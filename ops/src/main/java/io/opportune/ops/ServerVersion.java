package io.opportune.ops;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the class path. */
public final class ServerVersion implements IVersionProvider {
    private static final String RESOURCE = "/io/opportune/ops/version.properties";

    /**
     * The version of this build.
     *
     * @return for instance 0.1.0-SNAPSHOT.
     * @throws IOException when the build left it out.
     */
    public static String read() throws IOException {
        try (InputStream in = ServerVersion.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IOException("the build left out " + RESOURCE);
            }
            final Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        }
    }

    @Override
    public String[] getVersion() throws IOException {
        return new String[] {
            "Opportune " + read(),
            "Java " + Runtime.version() + " on " + System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        };
    }
}
