package io.opportune.bench.prequential.example;

import io.opportune.bench.prequential.example.Features.Field;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Open Bandit's clicks: one campaign's (men or women) two logs, of random choice and of Thompson sampling, merged by
 * time. Each row is tested and then learned before the next.
 *
 * <p>Context: the four user features, position, four hours of the day, whether the user has any affinity, and each user
 * feature with the position. Rows of the hierarchy: item features 1, 2 and 3 as advertiser, campaign and category, and
 * the item. The two logs hash item features differently: those of the Thompson log are taken for both, whose items are
 * the same (their numeric feature is compared). Pair: bucket of the user's affinity to the item, bucket of the item's
 * numeric feature.
 */
public final class BanditExamples {
    private static final List<String> POLICIES = List.of("random", "bts");
    private static final int USER_FEATURES = 4;
    private static final int ITEM_FEATURES = 4;
    private static final int HOURS = 4;
    private static final int HOUR_AT = "2019-11-24 ".length();
    private static final double SAME = 1e-12;

    private BanditExamples() {
    }

    /** A row with the log that it comes from. */
    private record Row(String timestamp, int log, String[] fields) {
    }

    /** What stands where in a log. */
    private record Columns(int timestamp, int item, int position, int click, int user, int affinity) {
        static Columns of(final Path file, final List<String> header) throws IOException {
            final Columns columns = new Columns(header.indexOf("timestamp"), header.indexOf("item_id"),
                header.indexOf("position"), header.indexOf("click"), header.indexOf("user_feature_0"),
                header.indexOf("user-item_affinity_0"));
            if (Math.min(Math.min(columns.timestamp, columns.item), Math.min(columns.position, columns.click)) < 0
                || Math.min(columns.user, columns.affinity) < 0) {
                throw new IOException(file + ": line 1: not the columns of Open Bandit: " + header);
            }
            return columns;
        }
    }

    /**
     * Reads one campaign's logs.
     *
     * @param directory of the data set.
     * @param campaign  {@code men} or {@code women}.
     * @return their examples; the group is 0 for random choice, 1 for Thompson sampling.
     * @throws IOException when they cannot be read, or are not what they should be.
     */
    public static Examples read(final Path directory, final String campaign) throws IOException {
        final Map<Integer, String[]> items = items(directory, campaign);
        final List<Row> rows = new ArrayList<>();
        Columns columns = null;
        for (int log = 0; log < POLICIES.size(); log++) {
            final Path file = directory.resolve(POLICIES.get(log)).resolve(campaign).resolve(campaign + ".csv");
            final List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            columns = Columns.of(file, List.of(lines.getFirst().split(",", -1)));
            for (final String line : lines.subList(1, lines.size())) {
                final String[] fields = line.split(",", -1);
                rows.add(new Row(fields[columns.timestamp()], log, fields));
            }
        }
        rows.sort(Comparator.comparing(Row::timestamp).thenComparingInt(Row::log));
        final Examples.Builder builder = new Examples.Builder("open-bandit " + campaign);
        final BanditRow maker = new BanditRow(builder, columns, items);
        for (final Row row : rows) {
            final int example = maker.add(row);
            builder.test(example);
            builder.learn(example);
        }
        return builder.build();
    }

    private static Map<Integer, String[]> items(final Path directory, final String campaign) throws IOException {
        final Map<Integer, String[]> items = new HashMap<>();
        for (final String policy : List.of("bts", "random")) {
            final Path file = directory.resolve(policy).resolve(campaign).resolve("item_context.csv");
            final List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            for (int i = 1; i < lines.size(); i++) {
                final String[] fields = lines.get(i).split(",", -1);
                if (fields.length != 2 + ITEM_FEATURES) {
                    throw new IOException(file + ": line " + (i + 1) + ": " + fields.length + " fields");
                }
                final String[] known = items.putIfAbsent(Integer.parseInt(fields[1]), fields);
                if (known != null && Math.abs(Double.parseDouble(known[2]) - Double.parseDouble(fields[2])) > SAME) {
                    throw new IOException(file + ": line " + (i + 1) + ": another item than in the other log");
                }
            }
        }
        return items;
    }

    /** Makes examples of rows. */
    private static final class BanditRow {
        private final Examples.Builder builder;
        private final Features features;
        private final Columns columns;
        private final Map<Integer, String[]> items;
        private final List<Ids> itemFeatures = List.of(new Ids(), new Ids(), new Ids());

        BanditRow(final Examples.Builder builder, final Columns columns, final Map<Integer, String[]> items) {
            this.builder = builder;
            this.columns = columns;
            this.items = items;
            features = new Features(builder);
        }

        int add(final Row row) {
            final String[] fields = row.fields();
            final int position = Integer.parseInt(fields[columns.position()]);
            for (int i = 0; i < USER_FEATURES; i++) {
                final long user = ((long) i << Integer.SIZE) + fields[columns.user() + i].hashCode();
                features.context(Field.USER, user);
                features.context(Field.USER_AND_POSITION, user + ((long) position << 2 * Integer.SIZE - 8));
            }
            features.context(Field.POSITION, position);
            features.context(Field.HOUR, Integer.parseInt(row.timestamp().substring(HOUR_AT, HOUR_AT + 2)) / HOURS);
            boolean any = false;
            for (int i = columns.affinity(); i < fields.length; i++) {
                any |= Double.parseDouble(fields[i]) != 0;
            }
            features.context(Field.HAS_AFFINITY, any ? 1 : 0);
            final int item = Integer.parseInt(fields[columns.item()]);
            final double affinity = Double.parseDouble(fields[columns.affinity() + item]);
            if (affinity > 0) {
                features.pair(Field.AFFINITY, Buckets.log2(Math.round(affinity)));
            }
            final String[] context = items.get(item);
            features.pair(Field.ITEM_NUMBER, Math.round(2 * Double.parseDouble(context[2])));
            final int[] ids = new int[Examples.ENTITIES];
            for (int i = 0; i < itemFeatures.size(); i++) {
                ids[i] = itemFeatures.get(i).of(context[3 + i]);
            }
            ids[itemFeatures.size()] = item + 1;
            return builder.add("1".equals(fields[columns.click()]), 1, row.log(), ids);
        }
    }
}
