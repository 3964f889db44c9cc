package io.opportune.engine.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logs of all forms are read to the same columns, and each mistake is told with its place. */
class LogReaderTest {
    private static final String GENERAL = """
        action,reward,propensity,position,customer,feature:tier,number:age,pair:a,pair:b,note
        a,1,0.25,1,c1,gold,30,0.5,1.5,x
        b,-2.5,1,2,c2,"a ""quoted"", one",4e1,0,,y
        a,0,.5,1,c1,gold,-1,2,3,z
        a,0,0.5,1,,gold,-1,2,3,
        """;

    @TempDir
    private Path folder;

    private Path file(final String name, final String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private List<String> mistakes(final String name, final String text) throws IOException {
        final Path file = file(name, text);
        final LogFormatException refused =
            assertThrows(LogFormatException.class, () -> new LogReader(file).read(null));
        assertTrue(refused.getMessage().startsWith(file + ": "), refused.getMessage());
        refused.mistakes().forEach(mistake ->
            assertTrue(refused.getMessage().contains(name + " " + mistake), refused.getMessage()));
        return refused.mistakes().stream().map(LogMistake::toString).toList();
    }

    @Test
    void shouldReadGeneralCsv() throws Exception {
        for (final String text : List.of(
            GENERAL, GENERAL.replace("\n", "\r\n"), "\uFEFF" + GENERAL, GENERAL.stripTrailing(), GENERAL + "\n\n")) {
            final LoggedRows log = new LogReader(file("log.csv", text)).read(null);
            assertEquals(LogForm.CSV, log.form());
            assertEquals(List.of("a", "b"), log.actions());
            assertEquals(4, log.rowCount());
            assertEquals(0, log.skippedRows());
            assertEquals(List.of("note"), log.unusedColumns());
            assertEquals(1, log.action(1));
            assertEquals(-2.5, log.reward(1));
            assertEquals(0.5, log.propensity(2));
            assertEquals(1, log.position(1));
            assertEquals(2, log.positionCount());
            assertEquals(40, log.numbers[0][1]);
            assertEquals(2, log.categoryCounts[0]);
            assertEquals(1.5f, log.pairs[1]);
            assertEquals(0, log.pairs[3]);
            // Who has no customer stands alone.
            assertEquals(3, log.clusters.count());
            assertEquals(log.clusters.of(0), log.clusters.of(2));
            assertFalse(log.givesTarget());
        }
    }

    @Test
    void shouldReadJsonLinesAsCsv() throws Exception {
        final LoggedRows log = new LogReader(file("log.jsonl", """
            {"action": "a", "reward": 1, "propensity": 0.25, "target": {"a": 0.75, "b": 0.25}, "feature": {"vip": true}}
            {"action": "c", "reward": 0.5, "propensity": 1e0, "target": {"c": 1}, "feature": {"vip": null}}

            {"action":"\\u0062","reward":-1,"propensity":0.5,"target":{"a":0.5,"b":0.5},"feature":{"vip":false}}
            """)).read(null);
        assertEquals(LogForm.JSON_LINES, log.form());
        assertEquals(List.of("a", "b", "c"), log.actions());
        assertEquals(3, log.rowCount());
        final TargetPolicy given = TargetPolicy.given(log);
        assertTrue(given.isComplete());
        assertEquals(0.75, given.probability(0, 0));
        assertEquals(1, given.probability(1, 2));
        assertEquals(0, given.probability(1, 0));
        assertEquals(0.5, given.probability(2, 1));
        assertEquals(1, log.action(2));
        assertEquals(3, log.categoryCounts[0]);
        final LoggedRows single = new LogReader(file("one.csv", """
            action,reward,propensity,target
            a,1,0.5,0.1
            b,0,0.5,0
            """)).read(null);
        assertFalse(TargetPolicy.given(single).isComplete());
        assertEquals(0.1, TargetPolicy.given(single).probability(0, 0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "propensity | 0       | a probability above 0, at most 1",
        "propensity | 1.0001  | a probability above 0, at most 1",
        "propensity | -0.5    | a probability above 0, at most 1",
        "propensity | NaN     | a probability above 0, at most 1",
        "propensity | 0x1p-1  | a probability above 0, at most 1",
        "propensity | 0.5d    | a probability above 0, at most 1",
        "propensity | ''      | a probability above 0, at most 1",
        "reward     | Infinity| a finite number",
        "reward     | 1e999   | a finite number",
        "reward     | yes     | a finite number",
        "position   | 0       | a whole number from 1 to 1000",
        "position   | 1.5     | a whole number from 1 to 1000",
        "action     | ''      | the name of an action",
        "action     | c       | one of the 2 actions that the heading names",
        "number:age | old     | a finite number",
        "pair:a     | nan     | a finite number or nothing"})
    void shouldTellWhatIsWrongAndWhere(final String column, final String found, final String allowed)
        throws Exception {
        final String[] lines = GENERAL.split("\n");
        final List<String> columns = List.of(lines[0].split(","));
        final String[] cells = lines[3].split(",");
        cells[columns.indexOf(column)] = found;
        lines[3] = String.join(",", cells);
        final String text = String.join("\n", lines);
        assertEquals(List.of("line 4, column " + column + ": found " + (found.isEmpty() ? "nothing" : found)
            + ", allowed " + allowed), mistakes("log.csv", text));
        // Asked to, the row is left out, and nothing else changes.
        final LoggedRows log = new LogReader(folder.resolve("log.csv")).skippingBadRows().read(null);
        assertEquals(1, log.skippedRows());
        assertEquals(3, log.rowCount());
        assertEquals(4, log.firstSkipped().getFirst().line());
        assertEquals(List.of("a", "b"), log.actions());
        assertEquals(1, log.reward(0));
        assertEquals(-2.5, log.reward(1));
        assertEquals(0, log.reward(2));
        final EvaluationReport report = new LogEvaluation(log).of(TargetPolicy.uniform(log));
        assertTrue(report.cautions().stream().anyMatch(caution ->
            caution.kind() == Caution.Kind.SKIPPED_ROWS && caution.text().startsWith("1 rows of 4")));
    }

    @Test
    void shouldTellWhatIsWrongWithTheHeadingAndTheForm() throws Exception {
        final List<String> missing = mistakes("log.csv", "action,reward\na,1\n");
        assertEquals(1, missing.size());
        assertTrue(missing.getFirst().startsWith("line 1, column propensity: found no such column, allowed columns"),
            missing::toString);
        assertTrue(missing.getFirst().endsWith("there are action, reward"), missing::toString);
        assertEquals(List.of("line 1, column click: found no such column"),
            mistakes("log.csv", "item_id,propensity_score\n1,1\n").stream()
                .map(text -> text.substring(0, text.indexOf(','  , text.indexOf(':')))).toList());
        assertEquals(List.of("line 1, column reward: found the column twice, allowed each column once"),
            mistakes("log.csv", "action,reward,propensity,reward\na,1,1,1\n"));
        assertEquals(List.of("line 1, column target: found this column beside target:ACTION, allowed one of the two"),
            mistakes("log.csv", "action,reward,propensity,target,target:a\na,1,1,1,1\n"));
        assertEquals(List.of("line 3: found 2 cells, allowed 3 cells as in the heading"),
            mistakes("log.csv", "action,reward,propensity\na,1,1\na,1\na,0,1\n"));
        assertEquals(List.of("line 2: found a quote that is never closed, allowed a closing quote"),
            mistakes("log.csv", "action,reward,propensity\n\"a,1,1\na,0,1\n"));
        assertEquals(List.of("line 1: found 0 rows that can be used, allowed 2 rows or more"),
            mistakes("log.csv", "action,reward,propensity\n").stream()
                .map(text -> text.replaceFirst("line [0-9]+", "line 1")).toList());
        assertEquals(3, mistakes("log.csv", "").size());
        assertEquals(List.of("line 2, column target:*: found a sum of 0.75 over 2 actions, allowed a sum of 1"),
            mistakes("log.csv", "action,reward,propensity,target:a,target:b\na,1,1,0.5,0.25\na,1,1,0.5,0.5\n"));
        assertEquals(List.of("line 2, column click: found 0.5, allowed 0 or 1"),
            mistakes("log.csv", "item_id,click,propensity_score\n1,0.5,1\n1,1,1\n0,0,1\n"));
        final Path binary = Files.write(folder.resolve("bad.csv"),
            "action,reward,propensity\n\u00e4,1,1\n".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(assertThrows(IOException.class, () -> new LogReader(binary).read(null)).getMessage()
            .contains("is no UTF-8 text"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"action\": \"a\"",
        "[1]",
        "{\"action\": \"a\", \"action\": \"b\"}",
        "{\"action\": [\"a\"]}",
        "{\"feature\": {\"deep\": {\"er\": 1}}}",
        "{\"reward\": 01}",
        "{\"reward\": NaN}",
        "{\"reward\": 1} x",
        "{\"action\": \"\\x\"}",
        "{'action': 1}",
        "{\"action\": \"a\", }"})
    void shouldRefuseWhatIsNoJson(final String line) throws Exception {
        final List<String> told = mistakes("log.jsonl", """
            {"action": "a", "reward": 1, "propensity": 1}
            %s
            {"action": "a", "reward": 1, "propensity": 1}
            """.formatted(line));
        assertEquals(1, told.size(), told::toString);
        assertTrue(told.getFirst().startsWith("line 2: found ") && told.getFirst().endsWith(
            ", allowed one JSON object a line"), told::toString);
    }

    @Test
    void shouldTellTheFirstMistakesAndCountAll() throws Exception {
        final StringBuilder text = new StringBuilder("action,reward,propensity\n");
        for (int i = 0; i < 100; i++) {
            text.append("a,1,").append(i % 2).append('\n');
        }
        final Path file = file("log.csv", text.toString());
        final LogFormatException refused =
            assertThrows(LogFormatException.class, () -> new LogReader(file).read(null));
        assertEquals(LogReader.MAX_MISTAKES, refused.mistakes().size());
        assertTrue(refused.getMessage().contains(": 50 mistakes, the first 20\n"), refused.getMessage());
        final LoggedRows log = new LogReader(file).skippingBadRows().read(null);
        assertEquals(50, log.skippedRows());
        assertEquals(50, log.rowCount());
    }

    @Test
    void shouldTakeTheActionsThatAreGiven() throws Exception {
        final Path file = file("log.csv", "action,reward,propensity\na,1,0.5\nb,0,0.5\n");
        final LoggedRows log = new LogReader(file).actions(List.of("c", "b", "a")).read(null);
        assertEquals(List.of("c", "b", "a"), log.actions());
        assertEquals(1.0 / 3, TargetPolicy.uniform(log).probability(0, 0));
        final LogFormatException refused = assertThrows(LogFormatException.class,
            () -> new LogReader(file).actions(List.of("a")).read(null));
        assertEquals("line 3, column action: found b, allowed one of the 1 actions given",
            refused.mistakes().getFirst().toString());
        final LoggedRows seen = new LogReader(file).read(null);
        assertTrue(new LogEvaluation(seen).of(TargetPolicy.uniform(seen)).cautions().stream()
            .anyMatch(caution -> caution.kind() == Caution.Kind.ACTIONS_FROM_LOG));
    }

    /** Bytes changed at random give a log or a mistake, nothing else. */
    @Test
    void shouldNeverFailOtherwise() throws Exception {
        final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        int read = 0;
        final String json = "{\"action\": \"a\", \"reward\": 1, \"propensity\": 0.5, \"number\": {\"x\": -1.5e3}}\n";
        for (int i = 0; i < 2_000; i++) {
            final boolean csv = i % 2 == 0;
            final char[] text = (csv ? GENERAL : json.repeat(3)).toCharArray();
            for (int change = random.nextInt(4); change >= 0; change--) {
                text[random.nextInt(text.length)] = (char) random.nextInt(1, 128);
            }
            final Path file = file(csv ? "fuzzed.csv" : "fuzzed.jsonl", new String(text));
            try {
                final LoggedRows log = new LogReader(file).read(null);
                assertTrue(log.rowCount() >= 2);
                for (int row = 0; row < log.rowCount(); row++) {
                    assertTrue(log.propensity(row) > 0 && log.propensity(row) <= 1 && Double.isFinite(log.reward(row)));
                }
                read++;
            } catch (final LogFormatException told) {
                assertFalse(told.mistakes().isEmpty());
            } catch (final RuntimeException failed) {
                throw new AssertionError("seed " + seed + ": " + new String(text), failed);
            }
        }
        assertTrue(read > 100, "seed " + seed + ": " + read);
    }

    @Test
    void shouldReadPriors() throws Exception {
        final Path file = file("priors.yaml", """
            # of two campaigns
            men:
              alpha:
                - 1.0
                - 3
              beta:
                - 10.0
                - 20
            women:
              alpha: []
            """.replace("  alpha: []\n", ""));
        final BetaPriors priors = BetaPriors.read(file, "men");
        assertEquals(3, priors.alpha()[1]);
        assertEquals(20, priors.beta()[1]);
        assertEquals(1, priors.bestByMean());
        assertTrue(assertThrows(LogFormatException.class, () -> BetaPriors.read(file, "all")).getMessage()
            .contains("found no campaign all, allowed men, women"));
        assertTrue(assertThrows(LogFormatException.class, () -> BetaPriors.read(file, "women")).getMessage()
            .contains("0 of alpha and 0 of beta"));
        final Path bad = file("bad.yaml", "men:\n  alpha:\n    - -1\n");
        assertTrue(assertThrows(LogFormatException.class, () -> BetaPriors.read(bad, "men")).getMessage()
            .contains("line 3: found -1, allowed a number above 0"));
        final Path other = file("other.yaml", "men: {alpha: [1]}\n");
        assertTrue(assertThrows(LogFormatException.class, () -> BetaPriors.read(other, "men")).getMessage()
            .contains("line 1: found men: {alpha: [1]}"));
    }
}
