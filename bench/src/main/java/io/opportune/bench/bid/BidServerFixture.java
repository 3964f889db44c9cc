package io.opportune.bench.bid;

import io.opportune.bench.fixture.EngineFixture;
import io.opportune.bench.fixture.TalkingServer;
import io.opportune.engine.files.DurableFiles;
import io.opportune.loadtest.generator.LoadRun;
import io.opportune.loadtest.generator.LoadSettings;
import io.opportune.loadtest.generator.Schedule;
import io.opportune.loadtest.report.RunCounter;
import io.opportune.loadtest.report.RunResult;
import io.opportune.loadtest.source.MessageSource;
import io.opportune.loadtest.world.ExchangeLinkSource;
import io.opportune.loadtest.world.ExchangeUsers;
import io.opportune.loadtest.world.World;
import io.opportune.loadtest.world.WorldSettings;
import io.opportune.loadtest.world.WorldSetupSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A server that bids, with its catalogue, its customers and the ids by which the exchange knows some of them. Owned by
 * the thread that made it.
 */
final class BidServerFixture implements AutoCloseable {
    /** Some minutes of journal, and the profiles. */
    private static final long MEMORY_BYTES = 6L << 30;

    private final Path folder;
    private final ExchangeUsers users;
    private final TalkingServer server;
    private final int httpPort;

    private BidServerFixture(final Path folder, final ExchangeUsers users, final TalkingServer server)
        throws IOException {
        this.folder = folder;
        this.users = users;
        this.server = server;
        httpPort = Integer.parseInt(
            server.ask(BidServerMain.HTTP_PORT, BidServerMain.HTTP_PORT + BidServerMain.EQUALS));
    }

    /**
     * Starts a server and introduces everybody.
     *
     * @param parent  folder in which one is made for everything that the server writes.
     * @param size    of it.
     * @param further lines of configuration.
     * @param starter of the server.
     * @return serving.
     */
    static BidServerFixture start(final Path parent, final BidRunSize size, final List<String> further,
        final TalkingServer.Starter starter) throws IOException, InterruptedException {
        final Path folder = Files.createTempDirectory(parent, "opportune-bid-");
        final World world =
            new World(WorldSettings.ofSeed(EngineFixture.SEED).sized(size.customers(), size.lineItems()));
        final ExchangeUsers users = new ExchangeUsers(world, size.users());
        final Path config = BidServerFiles.write(
            folder, size.lineItems(), EngineFixture.profileCapacity(size.customers()) + size.users(), further);
        final BidServerFixture fixture = new BidServerFixture(folder, users,
            starter.start(BidServerMain.class, List.of(config.toString()), folder.resolve("server.log")));
        fixture.introduce(world);
        return fixture;
    }

    /** Where temporary files usually are: on the disk. */
    static Path disk() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** A folder in memory, where there is one with room for the journal of a run; else on the disk. */
    static Path memory() throws IOException {
        final Path memory = Path.of("/dev/shm");
        if (Files.isWritable(memory) && Files.getFileStore(memory).getUsableSpace() > MEMORY_BYTES) {
            return memory;
        }
        System.out.println("no folder in memory with " + MEMORY_BYTES + " bytes of room: a store into a page of the"
            + " journal that the disk is just writing waits for it, and answers may be late by that");
        return disk();
    }

    private void introduce(final World world) throws IOException, InterruptedException {
        final RunResult customers = send(new WorldSetupSource(world, 1));
        final RunResult links = send(new ExchangeLinkSource(users, 2));
        System.out.printf(Locale.ROOT,
            "%,d customers introduced in %.1f s (%,d updates and links accepted, %,d refused), %,d of %,d users of the"
            + " exchange linked (%,d refused): %,d profiles%n", world.settings().customers(),
            customers.elapsedNs() / 1e9, customers.count(RunCounter.UPDATES_ACCEPTED),
            customers.count(RunCounter.UPDATES_REFUSED), links.count(RunCounter.UPDATES_ACCEPTED), users.count(),
            links.count(RunCounter.UPDATES_REFUSED), counters().get(BidServerMain.PROFILES));
    }

    private RunResult send(final MessageSource source) throws IOException, InterruptedException {
        return new LoadRun(new LoadSettings()
            .port(server.port())
            .client(BidServerFiles.CLIENT, BidServerFiles.KEY)
            .connections(8, 32)
            .schedule(new Schedule.ClosedLoop())
            .duration(0, Long.MAX_VALUE), source).run();
    }

    /** The exchange's users. */
    ExchangeUsers users() {
        return users;
    }

    /** Where the exchange connects. */
    int httpPort() {
        return httpPort;
    }

    /** The server itself. */
    TalkingServer server() {
        return server;
    }

    /** A place for files that are deleted with the server's. */
    Path folder() {
        return folder;
    }

    /** All counters of the server by name. */
    Map<String, Long> counters() throws IOException {
        final Map<String, Long> counters = new HashMap<>();
        final String text = server.ask(BidServerMain.COUNTERS, BidServerMain.COUNTERS + BidServerMain.EQUALS);
        for (final String pair : text.split(" ")) {
            final int equals = pair.indexOf(BidServerMain.EQUALS);
            counters.put(pair.substring(0, equals), Long.parseLong(pair.substring(equals + 1)));
        }
        return counters;
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (!Boolean.getBoolean("bench.keep")) {
            DurableFiles.deleteTree(folder);
        }
    }
}
