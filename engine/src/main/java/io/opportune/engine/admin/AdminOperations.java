package io.opportune.engine.admin;

import io.opportune.engine.bidding.BidReport;
import java.io.IOException;
import java.util.List;

/**
 * What the admin port asks of the server. Called by admin threads: a reload and a snapshot by one at a time, the rest
 * by several. What the journal cannot keep is refused by an
 * {@link io.opportune.engine.journal.JournalRefusedException}, whose message is the answer.
 */
public interface AdminOperations {
    /**
     * Why the server should get no requests now.
     *
     * @return one short sentence per reason, such as {@code no catalogue is loaded}; empty when it is ready.
     */
    List<String> notReadyReasons();

    /**
     * What the server is doing.
     *
     * @return as of now.
     */
    ServerStatus status();

    /**
     * Loads the catalogue again and puts it into service when it has no mistakes. Returns when it decides.
     *
     * @return the new version, or every mistake; then the old catalogue keeps deciding.
     */
    ReloadOutcome reloadCatalogue();

    /**
     * Adds an offer or changes one. Returns when every decision knows it and it is in the catalogue's folder.
     *
     * @param name name that the offer must have; null for any.
     * @param yaml fields of the offer, as in a catalogue file.
     * @return the new version, or every mistake; then nothing has changed.
     * @throws IOException when the offer's file cannot be written; nothing has changed then.
     */
    ReloadOutcome putOffer(String name, String yaml) throws IOException;

    /**
     * Pauses an offer or a campaign on every shard, or lets it go on; it stays so over restarts and catalogues. Returns
     * when no decision makes it any more, or all may again.
     *
     * @param campaign false: an offer.
     * @param name     of the offer or campaign.
     * @param paused   false: it may be made again.
     * @return what it is now, or why it is not known.
     */
    PauseOutcome pause(boolean campaign, String name, boolean paused);

    /**
     * What is paused by {@link #pause}.
     *
     * @return offers and campaigns by name.
     */
    PausedNames paused();

    /**
     * What came of bid requests.
     *
     * @return by exchange and by campaign, since the start; empty where no exchanges are served.
     */
    BidReport bids();

    /**
     * How campaigns spend their budgets.
     *
     * @return by campaign of the catalogue in service.
     */
    DeliveryReport delivery();

    /**
     * Loads the file of the imported model again; where it is good, it predicts on every shard when this returns.
     *
     * @param onlyCheck it is loaded and tried out, and nothing changes.
     * @return which model predicts, or all mistakes; null where the configuration names none.
     * @throws IOException when a file cannot be read or written; nothing has changed then.
     */
    ImportOutcome importModel(boolean onlyCheck) throws IOException;

    /**
     * How the models do that learn from what comes of offers, and the imported one.
     *
     * @return the one that decides first; {@link ModelReport#NONE} where there is none.
     */
    ModelReport models();

    /**
     * Lets the model that learns in the shadow decide. Returns when every shard predicts by it.
     *
     * @param name of it, with its version.
     * @return null; or why not.
     */
    String promote(String name);

    /**
     * Copies the profiles to files now. Returns when the snapshot is complete on disk.
     *
     * @return what was written, or why nothing was.
     */
    SnapshotOutcome takeSnapshot();
}
