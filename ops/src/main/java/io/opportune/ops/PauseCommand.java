package io.opportune.ops;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Pausing or resuming one offer or campaign of a running server. */
abstract class PauseCommand implements Callable<Integer> {
    @Mixin
    private AdminOptions admin;

    @Parameters(paramLabel = "NAME", description = "Its id in the catalogue.")
    private String name;

    @Spec
    private CommandSpec spec;

    private final String kind;
    private final boolean pause;

    PauseCommand(final String kind, final boolean pause) {
        this.kind = kind;
        this.pause = pause;
    }

    @Override
    public final Integer call() throws IOException {
        final JsonNode answer = admin.ask(
            "POST", "/" + kind + "s/" + AdminOptions.step(name) + (pause ? "/pause" : "/resume"), "");
        final PrintWriter out = spec.commandLine().getOut();
        final String remark = answer.path("remark").asText();
        out.println("The " + kind + " " + name + " is " + (pause ? "paused" : "no longer paused")
            + (answer.path("changed").asBoolean() ? "" : ", as before") + "."
            + (remark.isEmpty() ? "" : " It is still not made: " + remark + "."));
        return ExitCode.OK;
    }
}
