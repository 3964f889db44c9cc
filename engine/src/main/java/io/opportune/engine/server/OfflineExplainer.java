package io.opportune.engine.server;

import io.opportune.engine.admission.CustomerKeys;
import io.opportune.engine.bidding.BidCatalogue;
import io.opportune.engine.bidding.BidExplanations;
import io.opportune.engine.bidding.BidSettings;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.decision.OfferOrder;
import io.opportune.engine.decision.ShardModel;
import io.opportune.engine.exchange.ExchangeProfiles;
import io.opportune.engine.experiment.ControlGroups;
import io.opportune.engine.explain.BidExplainer;
import io.opportune.engine.explain.BidFunnel;
import io.opportune.engine.explain.ExplainedChoice;
import io.opportune.engine.explain.ProfileCopies;
import io.opportune.engine.identity.EventIdHorizon;
import io.opportune.engine.identity.Partitioner;
import io.opportune.engine.identity.PseudonymKey;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.learning.WeightEpoch;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.profile.ProfileStoreSettings;
import io.opportune.engine.recovery.DataFolders;
import io.opportune.engine.recovery.Recovery;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.RegistryQueue;
import io.opportune.engine.state.PartitionTable;
import io.opportune.engine.training.ModelFolder;
import io.opportune.engine.training.ModelPublication;
import io.opportune.engine.training.ModelQueue;
import io.opportune.engine.training.ModelReplay;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Explains bid requests without a server: with the catalogue's files, the configured exchanges, and, where that is
 * wanted, the customers of a stopped server's data folder, which is only read. One thread.
 */
public final class OfflineExplainer implements AutoCloseable {
    /** Nobody is remembered: applying records again asks for each event id once. */
    private static final int EVENT_IDS = 1_024;
    /** What an index without customers is laid out for. */
    private static final int NO_IDENTITIES = 1_024;

    private final OpenedParts opened = new OpenedParts();
    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    private final BidExplainer explainer;
    private PseudonymKey key;
    private Partitioner partitioner;
    private IdentityIndex identities;
    private ProfileCopies profiles = ProfileCopies.NOBODY;
    private Holds holds = Holds.NONE;
    private ExplainedChoice choice = ExplainedChoice.BY_PRIORS;
    private long catalogueCounter = 1;

    private OfflineExplainer(
        final Config config, final boolean withCustomers, final Path work, final EpochNanoClock clock)
        throws IOException {
        try {
            final ServerSettings settings = new ServerSettings(config);
            if (withCustomers) {
                restore(config, settings, work);
            } else {
                nobody(work);
            }
            final FreeOffers offers = new FreeOffers(new OfferOrder(catalogue(config)), holds);
            if (withCustomers) {
                choice = choice(config, offers.order().catalogue());
            }
            final ExchangeProfiles exchanges = BidConfig.exchanges(config);
            final BidSettings bidding = BidConfig.settings(config);
            final BidCatalogue prepared = BidCatalogue.of(offers.catalogue(), exchanges.all(), bidding, null);
            explainer = new BidExplainer(new BidExplainer.Environment(bidding, exchanges, BidConfig.rateBoard(config),
                BidConfig.privacy(config), () -> prepared, () -> offers, registry, key, identities, partitioner,
                profiles, clock, settings.maxTimeBudgetNs(), PriceLearning.asOf(config), choice));
        } catch (final IOException | RuntimeException | Error failed) {
            opened.closeAfter(failed);
            throw failed;
        }
    }

    /**
     * Reads what explanations need.
     *
     * @param config        of the server, or of nothing but the catalogue's folder.
     * @param withCustomers whether to read the profiles of the data folder; its server must have stopped.
     * @param work          folder for temporary maps.
     * @param clock         wall clock: when requests come.
     * @return to be closed.
     * @throws IOException               when a file cannot be read.
     * @throws CatalogueRefusedException when the catalogue has mistakes.
     */
    public static OfflineExplainer open(
        final Config config, final boolean withCustomers, final Path work, final EpochNanoClock clock)
        throws IOException {
        return new OfflineExplainer(config, withCustomers, work, clock);
    }

    private void nobody(final Path work) {
        final byte[] random = new byte[PseudonymKey.LENGTH_BYTES];
        new SecureRandom().nextBytes(random);
        key = PseudonymKey.of(random);
        partitioner = new Partitioner(key, 1);
        identities = opened.add(IdentityIndex.open(work.resolve("identities"), NO_IDENTITIES, key.id()));
    }

    private void restore(final Config config, final ServerSettings settings, final Path work) throws IOException {
        final Path data = config.path(ConfigKey.SERVER_DATA_DIR);
        final JournalDirectory journals = new JournalDirectory(DataFolders.journal(data));
        final RegistryQueue.Position control = RegistryQueue.restore(journals.registryQueue(), registry);
        holds = control.holdsAt(control.holds().size());
        catalogueCounter = Math.max(1, control.catalogueCounter());
        key = PseudonymKey.load(settings.keyFile());
        final int partitions = config.integer(ConfigKey.STORE_PARTITIONS);
        partitioner = new Partitioner(key, partitions);
        final ProfileStore store = opened.add(ProfileStore.open(work.resolve("profiles"), new ProfileStoreSettings(
            partitions, config.integer(ConfigKey.STORE_MAX_PROFILES), CustomerKeys.TENANT, key.id())));
        identities = opened.add(IdentityIndex.open(
            work.resolve("identities"), config.integer(ConfigKey.STORE_MAX_IDENTITIES), key.id()));
        final List<Path> queues = journals.queues().stream()
            .filter(queue -> !queue.equals(journals.registryQueue())).toList();
        new Recovery(store, identities, new EventIdHorizon(EVENT_IDS), new PartitionTable(partitions), key.id())
            .run(DataFolders.snapshots(data), queues, partition -> null,
                config.flag(ConfigKey.RECOVERY_ACCEPT_GAPS));
        final ProfileFlyweight profile = new ProfileFlyweight();
        profiles = (partition, rootHigh, rootLow, into) -> copy(store, profile, partition, rootHigh, rootLow, into);
    }

    /** Control groups of the data folder's key, and the model that decided last. */
    private ExplainedChoice choice(final Config config, final Catalogue catalogue) throws IOException {
        final ControlGroups groups = ControlGroups.of(key, catalogue);
        final ShardModel model = config.text(ConfigKey.LEARNING_MODEL).equals(LearningService.NONE)
            ? null : lastModel(config.path(ConfigKey.SERVER_DATA_DIR));
        return new ExplainedChoice(() -> groups, (before, task) -> task.accept(model), () -> null);
    }

    /** Null where no model was ever published. */
    private ShardModel lastModel(final Path data) throws IOException {
        long last = 0;
        try (ModelQueue queue = new ModelQueue(new ModelFolder(DataFolders.models(data)).queue())) {
            for (ModelPublication next = queue.next(); next != null; next = queue.next()) {
                last = next.number();
            }
        }
        if (last == 0) {
            return null;
        }
        final ModelReplay models =
            opened.add(new ModelReplay(new JournalDirectory(DataFolders.journal(data)), DataFolders.models(data)));
        final WeightEpoch epoch = models.at(last);
        if (epoch == null) {
            throw new IOException("publication " + last + " of the models cannot be had: " + models.obstacle());
        }
        return new ShardModel(last, epoch, null);
    }

    private static boolean copy(
        final ProfileStore store, final ProfileFlyweight profile, final int partition, final long rootHigh,
        final long rootLow, final MutableDirectBuffer into) {
        final boolean found = store.find(partition, rootHigh, rootLow, profile);
        if (found) {
            into.putBytes(0, profile.buffer(), 0, ProfileFlyweight.LENGTH_BYTES);
        }
        return found;
    }

    private Catalogue catalogue(final Config config) {
        final Path folder = config.path(ConfigKey.CATALOGUE_DIR);
        final LoadResult result =
            CatalogueLoader.load(folder, registry, new CatalogueLoader.Previous(catalogueCounter, null));
        if (!result.isGood()) {
            throw new CatalogueRefusedException(folder, result.errors());
        }
        return result.catalogue();
    }

    /**
     * Explains a request.
     *
     * @param question the request, and which offers to tell of.
     * @return the funnel.
     */
    public BidFunnel explain(final BidExplanations.Question question) {
        return explainer.explain(question);
    }

    @Override
    public void close() throws IOException {
        final IOException failed = new IOException("temporary maps could not be closed");
        opened.closeAfter(failed);
        if (failed.getSuppressed().length > 0) {
            throw failed;
        }
    }
}
