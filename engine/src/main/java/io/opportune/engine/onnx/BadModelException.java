package io.opportune.engine.onnx;

import java.io.IOException;
import java.util.List;

/** An imported model that cannot be used. The message has a line for each mistake: where, what, and what is allowed. */
public final class BadModelException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The mistakes, each with file and, where there is one, line. */
    private final transient List<String> mistakes;

    BadModelException(final List<String> mistakes) {
        super(String.join("\n", mistakes));
        this.mistakes = List.copyOf(mistakes);
    }

    /**
     * What is wrong.
     *
     * @return one text or more, such as {@code house.onnx.manifest:7: unknown feature "moment.huor"; allowed: ...}.
     */
    public List<String> mistakes() {
        return mistakes;
    }
}
