package io.opportune.bench;

import io.opportune.bench.fixture.AdmittedTape;
import io.opportune.bench.fixture.Disk;
import io.opportune.bench.fixture.EngineFixture;
import io.opportune.bench.fixture.RequestTape;
import io.opportune.engine.profile.ProfileFlyweight;
import java.io.IOException;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The engine and the requests that benches share: equal parameters make equal worlds. */
@State(Scope.Benchmark)
public class WorldState {
    /** Customers, each with a profile; every seventh has a second one, of a linked app account: a million in all. */
    @Param("873000")
    public int customers;

    /** Offers of the catalogue. */
    @Param("500")
    public int offers;

    /** Requests that are sent in turn. */
    @Param("262144")
    public int requests;

    EngineFixture fixture;
    RequestTape tape;
    AdmittedTape admitted;

    /**
     * Builds the world, or takes the one of the last bench in this process when its parameters were the same.
     *
     * @throws IOException when files cannot be written.
     */
    @Setup(Level.Trial)
    public void build() throws IOException {
        synchronized (Shared.LOCK) {
            if (!Shared.fits(this)) {
                Shared.close();
                Shared.build(this);
            }
            fixture = Shared.fixture;
            tape = Shared.tape;
            admitted = Shared.admitted;
        }
    }

    /** The request after this one. */
    int after(final int i) {
        return i + 1 == admitted.count() ? 0 : i + 1;
    }

    /**
     * Looks up the profile of the customer that a request is about.
     *
     * @param i    of the request, 0..count - 1.
     * @param into wrapped around it.
     * @return that, or null where there is no profile.
     */
    ProfileFlyweight profileOf(final int i, final ProfileFlyweight into) {
        return fixture.profiles().find(admitted.partition(i), admitted.rootHigh(i), admitted.rootLow(i), into)
            ? into : null;
    }

    /** Outlives the benches of a process, because building a world takes longer than measuring with it. */
    private static final class Shared {
        private static final Object LOCK = new Object();
        private static String parameters = "";
        private static EngineFixture fixture;
        private static RequestTape tape;
        private static AdmittedTape admitted;

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(Shared::closeAtEnd));
        }

        private static String parameters(final WorldState state) {
            return state.customers + "/" + state.offers + "/" + state.requests;
        }

        private static boolean fits(final WorldState state) {
            return fixture != null && parameters.equals(parameters(state));
        }

        private static void build(final WorldState state) throws IOException {
            fixture = new EngineFixture(state.customers, state.offers);
            tape = fixture.record(state.requests);
            admitted = AdmittedTape.of(fixture, tape);
            parameters = parameters(state);
            Disk.settle();
            System.out.printf("%,d profiles%n", fixture.profiles().size());
        }

        private static void close() throws IOException {
            if (fixture != null) {
                fixture.close();
                fixture = null;
            }
        }

        private static void closeAtEnd() {
            synchronized (LOCK) {
                try {
                    close();
                } catch (final IOException e) {
                    System.err.println("files of the bench could not be deleted: " + e);
                }
            }
        }
    }
}
