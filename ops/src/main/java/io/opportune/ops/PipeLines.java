package io.opportune.ops;

import java.io.IOException;
import java.io.PrintWriter;

/** Many lines to standard output, which notices now and then that nobody reads any more. For one thread. */
final class PipeLines implements Appendable {
    /** Asking flushes, so it is not done for each line. */
    private static final int LINES_PER_CHECK = 256;

    private final PrintWriter out;
    private int lines;

    PipeLines(final PrintWriter out) {
        this.out = out;
    }

    /** The reader of the pipe has gone; nothing is wrong. */
    static final class ClosedPipeException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    boolean isClosed() {
        return out.checkError();
    }

    void flush() {
        out.flush();
    }

    @Override
    public Appendable append(final CharSequence text) {
        out.append(text);
        return this;
    }

    @Override
    public Appendable append(final CharSequence text, final int start, final int end) {
        out.append(text, start, end);
        return this;
    }

    @Override
    public Appendable append(final char c) throws IOException {
        out.append(c);
        if (c == '\n' && ++lines % LINES_PER_CHECK == 0 && out.checkError()) {
            throw new ClosedPipeException();
        }
        return this;
    }
}
