package io.opportune.ops;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * One run of the command line inside the test.
 *
 * @param exitCode what the process would end with.
 * @param out      standard output.
 * @param err      standard error.
 */
record CommandRun(int exitCode, String out, String err) {
    static CommandRun of(final String... args) {
        return of(ServerStarter.none(), args);
    }

    static CommandRun of(final ServerStarter starter, final String... args) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int exitCode = Opportune.commandLine(
            starter, new PrintWriter(out, true), new PrintWriter(err, true)).execute(args);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }
}
