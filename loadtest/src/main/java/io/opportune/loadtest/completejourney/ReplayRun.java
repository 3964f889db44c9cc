package io.opportune.loadtest.completejourney;

import io.opportune.loadtest.generator.LoadRun;
import io.opportune.loadtest.generator.LoadSettings;
import io.opportune.loadtest.generator.Schedule;
import io.opportune.loadtest.report.LiveLine;
import io.opportune.loadtest.report.Objective;
import io.opportune.loadtest.report.RunResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Replays the data set against a server that serves its catalogue: introduces the households, then sends the year's
 * messages and gathers what a report needs. Used from the calling thread; each run has threads of its own.
 */
public final class ReplayRun {
    private final JourneyData data;
    private final List<JourneyOffer> offers;
    private final ReplaySettings settings;
    private LiveLine liveLine;
    private Path intervalFile;
    private List<Objective> objectives = List.of();

    /**
     * Everything a replay measured.
     *
     * @param setup    of the introduction of the households.
     * @param replay   of the messages, the first of several passes excluded.
     * @param counts   beyond a load run.
     * @param settings that were used.
     * @param offers   in the catalogue.
     * @param problems of the data.
     */
    public record Outcome(
        RunResult setup,
        RunResult replay,
        ReplayCounts counts,
        ReplaySettings settings,
        int offers,
        JourneyProblems problems) {
    }

    /**
     * Prepares a replay.
     *
     * @param data     as read.
     * @param offers   of {@link JourneyOffers#choose}; the server must serve their catalogue.
     * @param settings passes, speed-up, budget.
     */
    public ReplayRun(final JourneyData data, final List<JourneyOffer> offers, final ReplaySettings settings) {
        this.data = data;
        this.offers = offers;
        this.settings = settings;
    }

    /**
     * Shows a line with a progress bar each second.
     *
     * @param line to show; null for none.
     * @return this.
     */
    public ReplayRun live(final LiveLine line) {
        liveLine = line;
        return this;
    }

    /**
     * Writes interval histograms.
     *
     * @param file to create or replace; null for none.
     * @return this.
     */
    public ReplayRun intervalLog(final Path file) {
        intervalFile = file;
        return this;
    }

    /**
     * States the objectives.
     *
     * @param list of objectives.
     * @return this.
     */
    public ReplayRun objectives(final List<Objective> list) {
        objectives = list;
        return this;
    }

    /**
     * Runs to the end. The client must be allowed to set event times back to the end of 2016.
     *
     * @param load how to connect; schedule and duration are set here.
     * @return what was measured.
     * @throws IOException          when the server cannot be reached, does not serve the replay's catalogue, or
     *                              refuses a household's introduction.
     * @throws InterruptedException when the calling thread was interrupted.
     */
    public Outcome run(final LoadSettings load) throws IOException, InterruptedException {
        load.duration(0, Long.MAX_VALUE);
        final JourneySetupSource introduction = new JourneySetupSource(data, offers, ~settings.runId());
        final RunResult setup = new LoadRun(load.schedule(new Schedule.ClosedLoop()), introduction).run();
        if (!introduction.refusals().isEmpty()) {
            throw new IOException("of " + data.households().size() + " households some could not be introduced: "
                + introduction.refusals());
        }
        final ReplayCounts counts = new ReplayCounts();
        final ReplaySource source = new ReplaySource(data, offers, settings, counts);
        final boolean paced = settings.speedUp() != ReplaySettings.AS_FAST_AS_POSSIBLE;
        final LoadRun run = new LoadRun(
            load.schedule(paced ? new Schedule.SourcePaced() : new Schedule.ClosedLoop()), source);
        if (liveLine != null) {
            run.live(liveLine, source::progress);
        }
        final RunResult replay = run.intervalLog(intervalFile).objectives(objectives).run();
        if (counts.unknownOffers() > 0) {
            throw new IOException("the server does not know " + counts.unknownOffers() + " of " + offers.size()
                + " offers: it must serve the catalogue that --catalogue-out writes");
        }
        return new Outcome(setup, replay, counts, settings, offers.size(), data.problems());
    }
}
