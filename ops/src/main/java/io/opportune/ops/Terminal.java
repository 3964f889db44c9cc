package io.opportune.ops;

import picocli.CommandLine.Help.Ansi;

/** Whether a person looks at the output. Colours and a moving screen are for people only. */
final class Terminal {
    private Terminal() {
    }

    /**
     * Whether standard output is a terminal that may be coloured.
     *
     * @return never when NO_COLOR is set (no-color.org), when the terminal is dumb, or behind a pipe.
     */
    static Ansi ansi() {
        return isTerminal() && mayColour(System.getenv("NO_COLOR"), System.getenv("TERM")) ? Ansi.ON : Ansi.OFF;
    }

    /**
     * Whether standard output is a terminal.
     *
     * @return false behind a pipe or in a file.
     */
    static boolean isTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    static boolean mayColour(final String noColour, final String terminal) {
        return (noColour == null || noColour.isEmpty()) && !"dumb".equals(terminal);
    }
}
