package io.opportune.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@link ShardBench#decide()} in a process of its own that measures whenever it is asked to, so that t_decide can be
 * taken between the turns of the echo and the server: a line with seconds comes in, a line with nanoseconds per
 * decision goes out. Ends when its standard input does.
 */
final class DecideMain {
    /** Precedes each figure on standard output. */
    static final String FIGURE = "ns=";
    private static final int WARM_UP_SECONDS = 8;
    /** Between two looks at the clock. */
    private static final int CHUNK = 1_024;

    private DecideMain() {
    }

    /**
     * Builds the world, warms up, then measures as often as it is asked.
     *
     * @param args customers, offers, requests.
     * @throws IOException when files cannot be written.
     */
    public static void main(final String[] args) throws IOException {
        final WorldState world = new WorldState();
        world.customers = Integer.parseInt(args[0]);
        world.offers = Integer.parseInt(args[1]);
        world.requests = Integer.parseInt(args[2]);
        world.build();
        final ShardBench bench = new ShardBench();
        bench.prepare(world);
        measure(bench, WARM_UP_SECONDS);
        System.out.println(ServerMain.PORT + 0);
        final BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            System.out.println(FIGURE + measure(bench, Integer.parseInt(line)));
        }
    }

    /** Nanoseconds per decision, mean over so many seconds. */
    private static double measure(final ShardBench bench, final int seconds) {
        final long durationNs = TimeUnit.SECONDS.toNanos(seconds);
        final long startNs = System.nanoTime();
        long decisions = 0;
        long elapsedNs = 0;
        while (elapsedNs < durationNs) {
            for (int i = 0; i < CHUNK; i++) {
                bench.decide();
            }
            decisions += CHUNK;
            elapsedNs = System.nanoTime() - startNs;
        }
        return (double) elapsedNs / decisions;
    }

    /** Arguments of {@link #main}. */
    static List<String> arguments(final int customers, final int offers, final int requests) {
        return List.of(Integer.toString(customers), Integer.toString(offers), Integer.toString(requests));
    }
}
