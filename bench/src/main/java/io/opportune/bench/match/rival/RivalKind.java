package io.opportune.bench.match.rival;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The rivals that there are. */
public enum RivalKind {
    /** Lucene's Monitor: stored queries, events as documents. */
    LUCENE(LuceneRival::new, Integer.MAX_VALUE),
    /** RoaringBitmap: a column of offers for each value. */
    ROARING(RoaringRival::new, Integer.MAX_VALUE),
    /** Drools: a rule for each offer; beyond so many, compiling and matching take longer than anybody waits. */
    DROOLS(DroolsRival::new, 1_000);

    private final Function<RivalWorkload, Rival> builder;
    private final int maxOffers;

    RivalKind(final Function<RivalWorkload, Rival> builder, final int maxOffers) {
        this.builder = builder;
        this.maxOffers = maxOffers;
    }

    /**
     * Reads names such as {@code lucene,drools}.
     *
     * @param names between commas.
     * @return kinds in that order, each once.
     * @throws IllegalArgumentException saying what was found and what is allowed.
     */
    public static List<RivalKind> listOf(final String names) {
        final List<RivalKind> kinds = new ArrayList<>();
        for (final String name : names.split(",", -1)) {
            final RivalKind kind = Arrays.stream(values()).filter(known -> known.label().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("match: found --with " + names
                    + ", allowed: some of " + String.join(",", Arrays.stream(values()).map(RivalKind::label).toList())
                    + " between commas"));
            if (!kinds.contains(kind)) {
                kinds.add(kind);
            }
        }
        return List.copyOf(kinds);
    }

    /**
     * The name in {@code --with}.
     *
     * @return lower case.
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * How many offers it takes.
     *
     * @return number, inclusive.
     */
    public int maxOffers() {
        return maxOffers;
    }

    /**
     * Builds it.
     *
     * @param workload complete.
     * @return ready to count.
     * @throws IllegalArgumentException when the workload has more offers than {@link #maxOffers}.
     */
    public Rival build(final RivalWorkload workload) {
        if (workload.expressions().size() > maxOffers) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, "%s: found %,d offers, at most %,d allowed",
                label(), workload.expressions().size(), maxOffers));
        }
        return builder.apply(workload);
    }
}
