package io.opportune.bench;

import io.opportune.bench.fixture.AdmittedTape;
import io.opportune.bench.fixture.EngineFixture;
import io.opportune.bench.fixture.RequestTape;
import java.io.IOException;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The engine and the requests that benches share: equal parameters make equal worlds. */
@State(Scope.Benchmark)
public class WorldState {
    /** Customers; nine in ten have a profile, and every seventh an app account, so that a million profiles come out. */
    @Param("1030000")
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
     * Builds the world.
     *
     * @throws IOException when files cannot be written.
     */
    @Setup(Level.Trial)
    public void build() throws IOException {
        fixture = new EngineFixture(customers, offers);
        tape = fixture.record(requests);
        admitted = AdmittedTape.of(fixture, tape);
        System.out.printf("%,d profiles%n", fixture.profiles().size());
    }

    /**
     * Deletes the world's files.
     *
     * @throws IOException when they cannot be deleted.
     */
    @TearDown(Level.Trial)
    public void delete() throws IOException {
        fixture.close();
    }

    /** The request after this one. */
    int after(final int i) {
        return i + 1 == admitted.count() ? 0 : i + 1;
    }
}
