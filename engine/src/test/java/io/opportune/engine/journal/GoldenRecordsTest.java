package io.opportune.engine.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that any version wrote must be read by every later version, with the same meaning. */
class GoldenRecordsTest {
    private static final String VERSION_1 = "/golden/journal-v1/";
    private static final String VERSION_2 = "/golden/journal-v2/";
    private static final String VERSION_3 = "/golden/journal-v3/";
    /** Templates that came after the first version. */
    private static final Map<String, String> NEW = Map.of("ModelRecord", VERSION_3);

    @ParameterizedTest
    @ValueSource(strings = {VERSION_1, VERSION_2, VERSION_3})
    void shouldReadWhatEachVersionWrote(final String version) throws IOException {
        final JournalPrinter printer = new JournalPrinter(JournalFilter.all());
        final Map<String, byte[]> golden = goldenFiles(version);
        final Set<String> expected = new LinkedHashSet<>(GoldenRecords.all().keySet());
        expected.removeIf(name -> NEW.getOrDefault(name, version).compareTo(version) > 0);
        assertEquals(expected, golden.keySet());
        for (final Map.Entry<String, byte[]> record : golden.entrySet()) {
            final UnsafeBuffer bytes = new UnsafeBuffer(record.getValue());
            final String line = printer.line(0x1_0000_0002L, bytes, 0, bytes.capacity());
            assertEquals(GoldenRecords.resource(version + record.getKey() + ".json").strip(), line);
        }
    }

    @Test
    void shouldWriteTheBytesOfVersion3WhileTheSchemaIsVersion3() throws IOException {
        assertEquals(3, MessageHeaderDecoder.SCHEMA_VERSION,
            "a new version gets golden files of its own; those before it stay, and are no longer written");
        for (final Map.Entry<String, byte[]> record : GoldenRecords.all().entrySet()) {
            final String hex = GoldenRecords.resource(VERSION_3 + record.getKey() + ".hex").strip();
            assertEquals(hex.replaceAll("\\s", ""), HexFormat.of().formatHex(record.getValue()), record.getKey());
        }
    }

    @Test
    void shouldReadTheHeaderOfAnyTemplate() {
        final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
        for (final Map.Entry<String, byte[]> record : GoldenRecords.all().entrySet()) {
            header.wrap(new UnsafeBuffer(record.getValue()), 0);
            assertEquals(JournalPrinter.templateId(record.getKey()), header.templateId());
            assertEquals(MessageHeaderDecoder.SCHEMA_ID, header.schemaId());
            assertEquals(1, header.tenant());
            assertEquals(3, header.term());
            assertTrue(header.sequence() > 0);
            final boolean control = header.partition() == RecordHeaderFlyweight.CONTROL_PARTITION;
            final boolean rootless = control || record.getKey().equals("RedactedRecord");
            assertEquals(rootless ? 0 : 0x0123_4567_89AB_CDEFL, header.rootKeyHigh());
            assertEquals(rootless ? 0 : 0xFEDC_BA98_7654_3210L, header.rootKeyLow());
            assertEquals(control ? 1_483_228_800_123_456_789L : 1_483_228_801_123_456_789L, header.appendTimeNs());
            assertEquals(1_483_228_800_123_456_789L + (control ? 0 : header.sequence()), header.businessTimeNs());
        }
    }

    private static Map<String, byte[]> goldenFiles(final String version) throws IOException {
        final Map<String, byte[]> files = new LinkedHashMap<>();
        for (final String name : GoldenRecords.resource(version + "index.txt").lines().toList()) {
            final String hex = GoldenRecords.resource(version + name + ".hex").replaceAll("\\s", "");
            files.put(name, HexFormat.of().parseHex(hex));
        }
        return files;
    }
}
