package io.opportune.bench.bid;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The programs beside ours that a run needs; those that are missing are installed where that is allowed. Stateless. */
final class Tools {
    private Tools() {
    }

    /** A program and the Debian package that has it. */
    record Tool(String program, String debianPackage) {
    }

    static final Tool WRK = new Tool("wrk", "wrk");
    static final Tool NGINX = new Tool("nginx", "nginx-light");
    static final Tool TASKSET = new Tool("taskset", "util-linux");

    /** Whether a program can be started. */
    static boolean has(final Tool tool) {
        return find(tool) != null;
    }

    /** Where a program is; null when it is nowhere. Some stand where only administrators look. */
    static Path find(final Tool tool) {
        for (final String folder : (System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin").split(
            ":")) {
            final Path program = Path.of(folder.isEmpty() ? "." : folder, tool.program());
            if (Files.isExecutable(program) && !Files.isDirectory(program)) {
                return program;
            }
        }
        return null;
    }

    /**
     * Sees to it that all are there.
     *
     * @throws IOException naming what is missing and how it is installed, when that cannot be done here.
     */
    static void require(final Tool... tools) throws IOException, InterruptedException {
        final List<String> packages = new ArrayList<>();
        final List<String> programs = new ArrayList<>();
        for (final Tool tool : tools) {
            if (!has(tool)) {
                packages.add(tool.debianPackage());
                programs.add(tool.program());
            }
        }
        if (packages.isEmpty()) {
            return;
        }
        final String command = "apt-get install -y --no-install-recommends " + String.join(" ", packages);
        if (!has(new Tool("apt-get", "apt")) || !"root".equals(System.getProperty("user.name"))) {
            throw new IOException(String.join(", ", programs) + " not found, and not to be installed from here; as root"
                + " on Debian: " + command);
        }
        System.out.println("missing: " + String.join(", ", programs) + "; installing: " + command);
        apt("update");
        // Not to be started by the package: the bench starts it with a configuration of its own.
        final Path policy = Path.of("/usr/sbin/policy-rc.d");
        final boolean ours = !Files.exists(policy);
        if (ours) {
            Files.writeString(policy, "#!/bin/sh\nexit 101\n");
            policy.toFile().setExecutable(true);
        }
        try {
            apt(command.substring("apt-get ".length()).split(" "));
        } finally {
            if (ours) {
                Files.deleteIfExists(policy);
            }
        }
        for (final Tool tool : tools) {
            if (!has(tool)) {
                throw new IOException(tool.program() + " not found after: " + command);
            }
        }
    }

    private static void apt(final String... arguments) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of("apt-get", "-q"));
        command.addAll(List.of(arguments));
        final ProcessBuilder apt = new ProcessBuilder(command).redirectErrorStream(true);
        apt.environment().put("DEBIAN_FRONTEND", "noninteractive");
        final Process process = apt.start();
        process.getOutputStream().close();
        final String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed:\n" + output);
        }
    }
}
