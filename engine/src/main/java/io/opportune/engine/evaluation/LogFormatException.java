package io.opportune.engine.evaluation;

import java.io.Serial;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A log that cannot be used as it is: the file and its first mistakes. */
public final class LogFormatException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<LogMistake> mistakes;

    LogFormatException(final Path file, final long count, final List<LogMistake> mistakes) {
        super(file + ": " + (count == 1 ? "1 mistake" : count + " mistakes")
            + (count > mistakes.size() ? ", the first " + mistakes.size() : "") + "\n"
            + mistakes.stream().map(mistake -> "  " + file.getFileName() + " " + mistake)
                .collect(Collectors.joining("\n")));
        this.mistakes = List.copyOf(mistakes);
    }

    /**
     * What is wrong.
     *
     * @return the first mistakes.
     */
    public List<LogMistake> mistakes() {
        return mistakes;
    }
}
