package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the script on a copy of what it needs, so that nothing is built. */
class ScriptTest {
    private static final Path ROOT = Path.of(System.getenv("OPPORTUNE_ROOT"));

    @TempDir
    private Path folder;
    private Path script;

    @BeforeEach
    void copy() throws IOException {
        assumeTrue(System.getProperty("os.name").startsWith("Linux"), "the script is tested on Linux");
        final Path project = folder.resolve("a project");
        Files.createDirectories(project.resolve("ops/target/classes"));
        Files.writeString(project.resolve("pom.xml"), "");
        for (final String module : List.of("protocol", "engine", "loadtest", "ops")) {
            Files.createDirectories(project.resolve(module));
            Files.writeString(project.resolve(module).resolve("pom.xml"), "");
        }
        Files.copy(ROOT.resolve("ops/jvm.args"), project.resolve("ops/jvm.args"));
        Files.copy(ROOT.resolve("ops/jdk.sh"), project.resolve("ops/jdk.sh"));
        script = project.resolve("ops/opportune");
        Files.copy(ROOT.resolve("ops/opportune"), script, StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(project.resolve("ops/target/classpath.txt"),
            project + "/none:" + System.getProperty("java.class.path"));
    }

    private static CommandRun run(final Path directory, final Map<String, String> environment, final String... command)
        throws IOException, InterruptedException {
        final ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        final Path out = Files.createTempFile(directory, "out", null);
        final Path err = Files.createTempFile(directory, "err", null);
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().remove("JDK_JAVA_OPTIONS");
        builder.environment().put("OPPORTUNE_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        final Process process = builder.start();
        try {
            assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the script hangs");
        } finally {
            process.destroyForcibly();
        }
        return new CommandRun(process.exitValue(),
            Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    private static void executable(final Path file, final String command) throws IOException {
        Files.writeString(file, "#!/bin/bash\n" + command + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void shouldRunFromAnyFolderThroughASymbolicLinkAndSpaces() throws Exception {
        final Path elsewhere = Files.createDirectories(folder.resolve("else where"));
        final Path link = Files.createSymbolicLink(elsewhere.resolve("opp"),
            elsewhere.relativize(script));
        final CommandRun run = run(elsewhere, Map.of(), link.toString(), "config", "show", "--changed", "-s",
            "catalogue.dir=my shop");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("my shop"), run.out());
        assertEquals("", run.err());
    }

    @Test
    void shouldPassTheExitCodeOn() throws Exception {
        assertEquals(ExitCode.USAGE, run(folder, Map.of(), script.toString(), "nonsense").exitCode());
    }

    @Test
    void shouldGiveVerificationTheMemoryOfAServer() throws Exception {
        final Map<String, String> environment = Map.of(
            "OPPORTUNE_JAVA_OPTS", "-XX:+PrintCommandLineFlags", "OPPORTUNE_HEAP", "700m");
        for (final String[] words : new String[][] {{"journal", "verify"}, {"--verbose", "journal", "verify"},
            {"replay"}}) {
            final String[] command = new String[words.length + 2];
            command[0] = script.toString();
            System.arraycopy(words, 0, command, 1, words.length);
            command[words.length + 1] = "--help";
            final String out = run(folder, environment, command).out();
            assertTrue(out.contains("-XX:+UseZGC") && out.contains("-XX:MaxHeapSize=" + (700 << 20)), out);
        }
        final String small = run(folder, environment, script.toString(), "journal", "info", "--help").out();
        assertTrue(small.contains("-XX:+UseSerialGC") && small.contains("-XX:MaxHeapSize=" + (512 << 20)), small);
    }

    @Test
    void shouldRunMavenOnTheJdkThatTheCiScriptFound() throws Exception {
        final Path ci = copyCi();
        final Path tools = Files.createDirectories(folder.resolve("tools"));
        executable(tools.resolve("mvn"), "echo \"mvn $* on $JAVA_HOME\"");
        final Path runtime = withoutCompiler();
        final String path = tools + ":" + System.getenv("PATH");
        final String jdk = System.getProperty("java.home");
        final CommandRun good = run(folder, Map.of("PATH", path), ci.toString());
        assertEquals(0, good.exitCode(), good.err());
        assertTrue(good.out().contains("mvn -B verify on " + jdk), good.out());
        final CommandRun second = run(
            folder, Map.of("PATH", path, "OPPORTUNE_JAVA_HOME", "", "JAVA_HOME", jdk), ci.toString());
        assertTrue(second.out().contains("mvn -B verify on " + jdk), second.out() + second.err());
        final CommandRun bad = run(
            folder, Map.of("PATH", path, "OPPORTUNE_JAVA_HOME", runtime.toString()), ci.toString());
        assertEquals(1, bad.exitCode());
        assertEquals("ci: OPPORTUNE_JAVA_HOME is " + runtime
            + ", which holds Java 25 without a compiler (javac); to build is needed a JDK 25 or newer with a compiler;"
            + " set it to one, or unset it\n", bad.err());
    }

    private Path withoutCompiler() throws IOException {
        final Path runtime = Files.createDirectories(folder.resolve("jre 25/bin")).getParent();
        Files.writeString(runtime.resolve("release"), "JAVA_VERSION=\"25\"\n");
        executable(runtime.resolve("bin/java"), "echo \"runs on $0\"");
        return runtime;
    }

    @Test
    void shouldRunWithoutACompilerAndNotBuildWithoutOne() throws Exception {
        final Map<String, String> environment = Map.of("OPPORTUNE_JAVA_HOME", withoutCompiler().toString());
        final CommandRun run = run(folder, environment, script.toString(), "config", "show");
        assertEquals("runs on " + folder.resolve("jre 25/bin/java") + "\n", run.out(), run.err());
        Files.delete(script.resolveSibling("target/classpath.txt"));
        final CommandRun build = run(folder, environment, script.toString(), "config", "show");
        assertEquals(ExitCode.NOT_POSSIBLE, build.exitCode());
        assertTrue(build.err().contains("without a compiler (javac); to build is needed a JDK 25"), build.err());
        assertEquals("", build.out());
    }

    /** Maven of this test sees whether somebody holds the lock that every build must hold. */
    @Test
    void shouldHoldTheLockOfAllBuildsWhileBuildingTheBenches() throws Exception {
        final Path tools = Files.createDirectories(folder.resolve("tools"));
        final Path project = script.resolve("../..").normalize();
        executable(tools.resolve("mvn"), "flock -n '" + project.resolve("ops/target/build.lock")
            + "' true && exit 1; echo /none > '" + project + "/bench/target/classpath.txt'");
        final CommandRun run = run(
            folder, Map.of("PATH", tools + ":" + System.getenv("PATH")), script.toString(), "bench");
        assertTrue(run.err().contains("building the benches"), run.err());
        assertFalse(run.err().contains("the build failed"), run.err());
        assertTrue(run.err().contains("BenchMain"), run.err());
    }

    private Path copyCi() throws IOException {
        final Path ci = script.resolve("../../.ci/run").normalize();
        Files.createDirectories(ci.getParent());
        return Files.copy(ROOT.resolve(".ci/run"), ci, StandardCopyOption.COPY_ATTRIBUTES);
    }

    @Test
    void shouldNameTheJdkThatIsTooOld() throws Exception {
        final Path old = Files.createDirectories(folder.resolve("jdk 17/bin")).getParent();
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
        executable(old.resolve("bin/java"), "exit 0");
        final CommandRun run = run(folder, Map.of("OPPORTUNE_JAVA_HOME", old.toString()), script.toString());
        assertEquals(ExitCode.NOT_POSSIBLE, run.exitCode());
        assertEquals("opportune: OPPORTUNE_JAVA_HOME is " + old
            + ", which holds Java 17; to run is needed a JDK 25 or newer; set it to one, or unset it\n", run.err());
    }

    @Test
    void shouldNotBuildWhenToldNotTo() throws Exception {
        final Path source = Files.createDirectories(script.resolve("../../ops/src/main").normalize());
        Files.setLastModifiedTime(source, FileTime.fromMillis(
            System.currentTimeMillis() + 60_000));
        final CommandRun run = run(folder, Map.of("OPPORTUNE_NO_BUILD", "1"), script.toString());
        assertEquals(ExitCode.NOT_POSSIBLE, run.exitCode());
        assertEquals("opportune: the build is missing or old, and OPPORTUNE_NO_BUILD is set\n", run.err());
    }

    @Test
    void shouldSayThatMavenIsMissing() throws Exception {
        Files.delete(script.resolveSibling("target/classpath.txt"));
        final Path tools = Files.createDirectories(folder.resolve("tools"));
        for (final String tool : List.of("bash", "env", "dirname", "readlink", "sed", "head", "find", "grep", "cat")) {
            executable(tools.resolve(tool), "exec /usr/bin/" + tool + " \"$@\"");
        }
        final CommandRun run = run(folder, Map.of("PATH", tools.toString()), script.toString());
        assertEquals(ExitCode.NOT_POSSIBLE, run.exitCode());
        assertTrue(run.err().startsWith("opportune: Maven (mvn) is needed to build"), run.err());
    }
}
