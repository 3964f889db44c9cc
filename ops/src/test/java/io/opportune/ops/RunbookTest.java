package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunbookTest {
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern COUNTER = Pattern.compile("[a-z]+(_[a-z]+)+");
    private static final Pattern KEY = Pattern.compile("(server|catalogue|gateway|decision|pipeline|store|journal"
        + "|snapshot|recovery|admin|bidding)(\\.[a-z-]+)+");
    /** A fault, lost data or lost business: each needs an action under the heading of the alarms. */
    private static final Set<CounterDescriptor> ALARMS = EnumSet.of(
        CounterDescriptor.ERRORS, CounterDescriptor.ERRORS_NOT_KEPT, CounterDescriptor.JOURNAL_FAILURES,
        CounterDescriptor.PROFILES_REFUSED_FULL, CounterDescriptor.CATALOGUE_RELOAD_FAILURES,
        CounterDescriptor.DECISIONS_SHED, CounterDescriptor.DECISIONS_LATE, CounterDescriptor.GATEWAY_LOGON_FAILURES,
        CounterDescriptor.GATEWAY_SESSIONS_REFUSED, CounterDescriptor.RECOVERY_GAPS);

    private String runbook;
    private Set<String> quoted;

    @BeforeEach
    void read() throws IOException {
        runbook = Files.readString(Path.of(System.getenv("OPPORTUNE_ROOT"), "ops", "RUNBOOK.md"));
        quoted = quotedIn(runbook);
    }

    private static Set<String> quotedIn(final String text) {
        final Set<String> words = new TreeSet<>();
        final Matcher matcher = QUOTED.matcher(text);
        while (matcher.find()) {
            words.add(matcher.group(1));
        }
        return words;
    }

    private static Set<String> labels() {
        return Arrays.stream(CounterDescriptor.values()).map(CounterDescriptor::label).collect(Collectors.toSet());
    }

    @Test
    void shouldNameOnlyCountersThatExist() {
        final Set<String> named = quoted.stream()
            .filter(word -> COUNTER.matcher(word).matches() && !word.endsWith("_seconds"))
            .collect(Collectors.toCollection(TreeSet::new));
        assertFalse(named.isEmpty());
        named.removeAll(labels());
        assertEquals(Set.of(), named, "counters that do not exist");
    }

    @Test
    void shouldNameEveryCounter() {
        final Set<String> missing = new TreeSet<>(labels());
        missing.removeAll(quoted);
        assertEquals(Set.of(), missing, "counters that the runbook does not name");
    }

    @Test
    void shouldSayWhatToDoAboutEveryAlarm() {
        final int begin = runbook.indexOf("## Alarms");
        final Set<String> inAlarms = quotedIn(runbook.substring(begin, runbook.indexOf("\n## ", begin + 1)));
        for (final CounterDescriptor alarm : ALARMS) {
            assertTrue(inAlarms.contains(alarm.label()), alarm.label() + " has no action under Alarms");
        }
    }

    @Test
    void shouldNameOnlyKeysAndStagesThatExist() {
        final Set<String> keys = Arrays.stream(ConfigKey.values()).map(ConfigKey::key).collect(Collectors.toSet());
        for (final String word : quoted) {
            final Matcher matcher = KEY.matcher(word);
            if (matcher.lookingAt() && !word.contains("/")) {
                assertTrue(keys.contains(matcher.group()), matcher.group() + " is no key");
            }
        }
        for (final Stage stage : new Stage[] {Stage.QUEUE, Stage.CONTEXT, Stage.TARGETING, Stage.JOURNAL}) {
            assertTrue(quoted.contains(stage.label()), stage.label());
        }
    }
}
