package io.opportune.ops;

import picocli.CommandLine.Command;

/** {@code campaigns}: pauses and resumes campaigns of a running server, by its admin port. */
@Command(
    name = "campaigns",
    mixinStandardHelpOptions = true,
    description = "Pauses and resumes campaigns of a running server.",
    footerHeading = "%nExamples:%n",
    footer = "  opportune campaigns pause spring",
    subcommands = {CampaignsCommand.Pause.class, CampaignsCommand.Resume.class})
final class CampaignsCommand extends CommandGroup {
    /** {@code campaigns pause}. */
    @Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        description = "Stops making all offers of a campaign, at once and until it is resumed, also over restarts.",
        footerHeading = "%nExamples:%n",
        footer = "  opportune campaigns pause spring",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it is paused", "1:the catalogue has no such campaign", "3:no server answers"})
    static final class Pause extends PauseCommand {
        Pause() {
            super("campaign", true);
        }
    }

    /** {@code campaigns resume}. */
    @Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = "Lets the offers of a campaign that was paused be made again.",
        footerHeading = "%nExamples:%n",
        footer = "  opportune campaigns resume spring",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it is not paused", "1:the catalogue has no such campaign", "3:no server answers"})
    static final class Resume extends PauseCommand {
        Resume() {
            super("campaign", false);
        }
    }
}
