package io.opportune.engine.server;

import io.opportune.engine.admission.CustomerKeys;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.identity.EventIdHorizon;
import io.opportune.engine.identity.NoticeIdHorizon;
import io.opportune.engine.identity.Partitioner;
import io.opportune.engine.identity.PseudonymKey;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.ledger.Ledger;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.profile.ProfileStoreSettings;
import io.opportune.engine.recovery.Recovery;
import io.opportune.engine.state.AnswerCache;
import io.opportune.engine.state.PartitionTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Everything a start restores: profiles, identities, event ids, partitions, answers. The maps start empty every time
 * and are filled from the snapshot and the journal.
 */
public final class ServerState implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(ServerState.class);
    private static final long MAX_ANSWER_CACHE_BYTES = 1L << 30;

    private final Path root;
    private final PseudonymKey key;
    private final Partitioner partitioner;
    private final ProfileStoreSettings storeSettings;
    private final ProfileStore profiles;
    private final IdentityIndex identities;
    private final EventIdHorizon eventIds;
    private final Path liveFolder;
    private final PartitionTable table;
    private final JournalDirectory journals;
    private AnswerCache[] answers;

    private ServerState(final Path root, final PseudonymKey key, final ServerSettings settings) throws IOException {
        this.root = root;
        this.key = key;
        final int partitions = settings.config().integer(ConfigKey.STORE_PARTITIONS);
        partitioner = new Partitioner(key, partitions);
        final Path headers = DataDirectory.store(root);
        storeSettings = new ProfileStoreSettings(
            partitions, settings.config().integer(ConfigKey.STORE_MAX_PROFILES), CustomerKeys.TENANT, key.id());
        liveFolder = settings.liveFolder(root, storeSettings);
        table = new PartitionTable(partitions);
        journals = new JournalDirectory(DataDirectory.journal(root));
        final OpenedParts opened = new OpenedParts();
        try {
            profiles = opened.add(ProfileStore.open(
                headers.resolve("profiles"), liveFolder.resolve("profiles"), storeSettings));
            identities = opened.add(IdentityIndex.open(
                headers.resolve("identities"), liveFolder.resolve("identities"),
                settings.config().integer(ConfigKey.STORE_MAX_IDENTITIES), key.id()));
            eventIds = new EventIdHorizon(settings.config().integer(ConfigKey.STORE_EVENT_ID_HORIZON),
                settings.config().flag(ConfigKey.GATEWAY_HTTP_ENABLED)
                    ? settings.config().integer(ConfigKey.STORE_NOTICE_ID_HORIZON) : NoticeIdHorizon.MIN_CAPACITY);
        } catch (final RuntimeException | Error failed) {
            opened.closeAfter(failed);
            throw failed;
        }
    }

    static ServerState open(final ServerSettings settings, final Path root) throws IOException {
        Files.createDirectories(DataDirectory.store(root));
        final Path keyFile = settings.keyFile();
        final boolean used = Files.exists(DataDirectory.store(root).resolve("profiles"));
        final PseudonymKey key;
        if (Files.exists(keyFile)) {
            key = PseudonymKey.load(keyFile);
        } else if (used) {
            throw new IOException("pseudonym key " + keyFile + " is missing, but " + root
                + " holds customers under it: put the key file back, or set store.key-file to where it is");
        } else {
            key = PseudonymKey.create(keyFile, new SecureRandom());
        }
        return new ServerState(root, key, settings);
    }

    Recovery.Result recover(final int shardCount, final ServerSettings settings, final Ledger ledger)
        throws IOException {
        answers = new AnswerCache[shardCount];
        final int horizon = Math.max(1, settings.config().integer(ConfigKey.STORE_REQUEST_ID_HORIZON) / shardCount);
        for (int i = 0; i < shardCount; i++) {
            answers[i] = new AnswerCache(
                horizon, Math.min((long) horizon * ServerSettings.MEAN_ANSWER_BYTES, MAX_ANSWER_CACHE_BYTES));
        }
        final List<Path> queues = journals.queues().stream()
            .filter(queue -> !queue.equals(journals.registryQueue()))
            .toList();
        return new Recovery(profiles, identities, eventIds, table, key.id()).ledger(ledger)
            .run(DataDirectory.snapshots(root), queues, partition -> answers[partition % shardCount],
                settings.config().flag(ConfigKey.RECOVERY_ACCEPT_GAPS));
    }

    PseudonymKey key() {
        return key;
    }

    ProfileStoreSettings storeSettings() {
        return storeSettings;
    }

    AnswerCache[] answers() {
        return answers;
    }

    JournalDirectory journals() {
        return journals;
    }

    /**
     * Which partition a root belongs to.
     *
     * @return shared, immutable.
     */
    public Partitioner partitioner() {
        return partitioner;
    }

    /**
     * All profiles. While the server runs only the owning shard may touch a partition.
     *
     * @return the store.
     */
    public ProfileStore profiles() {
        return profiles;
    }

    /**
     * Which ids belong to one root.
     *
     * @return the index.
     */
    public IdentityIndex identities() {
        return identities;
    }

    /**
     * Event ids seen lately.
     *
     * @return the horizon.
     */
    public EventIdHorizon eventIds() {
        return eventIds;
    }

    /**
     * Last sequence and business time of each partition.
     *
     * @return the table; entries belong to the owning shard.
     */
    public PartitionTable table() {
        return table;
    }

    @Override
    public void close() {
        profiles.close();
        identities.close();
        eventIds.close();
        try {
            LiveFolder.close(liveFolder);
        } catch (final IOException e) {
            LOG.warn("the memory of the live maps could not be given back: {}", e.toString());
        }
    }

    /** Folder of the live maps. */
    Path liveFolder() {
        return liveFolder;
    }
}
