package io.opportune.bench.bid;

import io.opportune.loadtest.pause.PauseRecorder;
import io.opportune.loadtest.pause.Pauses;
import java.io.IOException;

/**
 * Records the pauses of one core in a process of its own, before everything else that runs there where that is
 * permitted. Prints a line when it has begun, and at the end of its standard input one for each pause.
 */
final class PauseMain {
    /** Begins the first line; {@code ServerProcess} waits for it. */
    static final String BEGUN = "port=0";
    /** Asks for the pauses, and begins the line of the answer: pairs of begin and end, nanoseconds. */
    static final String PAUSES = "pauses";

    private PauseMain() {
    }

    /**
     * Records.
     *
     * @param args none.
     * @throws IOException          when standard input cannot be read.
     * @throws InterruptedException when interrupted.
     */
    public static void main(final String[] args) throws IOException, InterruptedException {
        final PauseRecorder recorder = new PauseRecorder();
        System.out.println(BEGUN);
        // Any question ends it.
        if (System.in.read() >= 0) {
            System.out.println(text(recorder.stop()));
        }
    }

    private static String text(final Pauses pauses) {
        final StringBuilder text = new StringBuilder(PAUSES);
        for (int i = 0; i < pauses.count(); i++) {
            text.append(' ').append(pauses.beginNs(i)).append(' ').append(pauses.endNs(i));
        }
        return text.toString();
    }

    /** Reads what {@link #main} printed behind {@link #PAUSES}. */
    static Pauses read(final String text) {
        final Pauses pauses = new Pauses();
        if (!text.isBlank()) {
            final String[] numbers = text.strip().split(" ");
            for (int i = 0; i < numbers.length; i += 2) {
                pauses.add(Long.parseLong(numbers[i]), Long.parseLong(numbers[i + 1]));
            }
        }
        return pauses;
    }
}
