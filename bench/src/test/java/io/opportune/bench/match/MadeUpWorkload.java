package io.opportune.bench.match;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A workload of every operator and attribute type, small enough for a test. Some attributes are missing in some events;
 * as in the real one, only what is always there is negated. Seeded.
 */
final class MadeUpWorkload {
    private static final int TEXTS = 6;
    private static final int NUMBERS = 50;
    private static final int SEGMENTS = 60;
    private static final int SEGMENTS_OF_EVENT = 30;

    private final SplittableRandom random;

    MadeUpWorkload(final long seed) {
        random = new SplittableRandom(seed);
    }

    void write(final Path directory, final int rules, final int events) throws IOException {
        Files.writeString(directory.resolve("schema.jsonl"), """
            {"name":"country","type":"string","required":true}
            {"name":"segments","type":"intlist","required":true}
            {"name":"age","type":"int","required":true}
            {"name":"tier","type":"string","required":true}
            {"name":"is_member","type":"bool","required":true}
            {"name":"categories","type":"intlist","required":true}
            {"name":"weather","type":"string","required":false}
            {"name":"income","type":"int","required":false}
            {"name":"brands","type":"intlist","required":false}
            """);
        Files.write(directory.resolve("exprs-" + rules + ".jsonl"), IntStream.range(0, rules)
            .mapToObj(id -> "{\"id\":" + id + ",\"e\":" + rule() + "}").toList());
        Files.write(directory.resolve("events-" + events + ".jsonl"), IntStream.range(0, events)
            .mapToObj(id -> "{\"id\":" + id + ",\"a\":{" + event() + "}}").toList());
    }

    private String rule() {
        final List<String> parts = new ArrayList<>(List.of("\"and\""));
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            parts.add(switch (random.nextInt(6)) {
                case 0 -> "[\"or\"," + leaf() + "," + leaf() + "]";
                case 1 -> "[\"not\"," + required() + "]";
                case 2 -> "[\"noneof\",\"segments\"," + numbers(SEGMENTS, 3) + "]";
                default -> leaf();
            });
        }
        return "[" + String.join(",", parts) + "]";
    }

    private String leaf() {
        return switch (random.nextInt(6)) {
            case 0 -> "[\"anyof\",\"segments\"," + numbers(SEGMENTS, 5) + "]";
            case 1 -> "[\"anyof\",\"categories\"," + numbers(20, 5) + "]";
            case 2 -> "[\"anyof\",\"brands\"," + numbers(20, 8) + "]";
            case 3 -> "[\"in\",\"weather\"," + texts("we") + "]";
            case 4 -> range("income");
            default -> required();
        };
    }

    private String required() {
        return switch (random.nextInt(4)) {
            case 0 -> "[\"in\",\"country\"," + texts("co") + "]";
            case 1 -> "[\"in\",\"tier\"," + texts("ti") + "]";
            case 2 -> "[\"eq\",\"is_member\"," + random.nextBoolean() + "]";
            default -> range("age");
        };
    }

    private String range(final String name) {
        final int low = random.nextInt(NUMBERS);
        return "[\"range\",\"" + name + "\"," + low + "," + random.nextInt(low, NUMBERS) + "]";
    }

    private String texts(final String prefix) {
        return random.ints(3, 0, TEXTS).distinct().mapToObj(number -> '"' + prefix + number + '"')
            .collect(Collectors.joining(",", "[", "]"));
    }

    private String numbers(final int bound, final int size) {
        return random.ints(size, 0, bound).distinct().mapToObj(Integer::toString)
            .collect(Collectors.joining(",", "[", "]"));
    }

    private String event() {
        final StringBuilder event = new StringBuilder("\"country\":\"co").append(random.nextInt(TEXTS))
            .append("\",\"segments\":").append(numbers(SEGMENTS, SEGMENTS_OF_EVENT))
            .append(",\"age\":").append(random.nextInt(NUMBERS))
            // One value more than rules name.
            .append(",\"tier\":\"ti").append(random.nextInt(TEXTS + 1))
            .append("\",\"is_member\":").append(random.nextBoolean())
            .append(",\"categories\":").append(numbers(20, 4));
        if (random.nextBoolean()) {
            event.append(",\"weather\":\"we").append(random.nextInt(TEXTS)).append('"');
        }
        if (random.nextBoolean()) {
            event.append(",\"income\":").append(random.nextInt(NUMBERS));
        }
        if (random.nextBoolean()) {
            event.append(",\"brands\":").append(numbers(20, 2));
        }
        return event.toString();
    }
}
