package io.opportune.ops;

import io.opportune.engine.server.BuildVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
public final class ServerVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "Opportune " + BuildVersion.read(),
            "Java " + Runtime.version() + " on " + System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        };
    }
}
