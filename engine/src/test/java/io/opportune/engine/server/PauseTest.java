package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.decision.OfferOrder;
import io.opportune.engine.decision.ShardCatalogue;
import io.opportune.engine.shard.ShardEngine;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pausing by the admin port: at once on every shard, over restarts, and decided the same again. */
@Timeout(120)
class PauseTest extends ServerFixture {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void closeClient() {
        http.close();
    }

    private String post(final String path, final int status) throws Exception {
        final HttpResponse<String> response = http.send(HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + test.server().adminPort() + path))
            .POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(status, response.statusCode(), response.body());
        return response.body().replace("\": ", "\":");
    }

    private static Decision decide(final TillClient client) throws Exception {
        final int checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
        return client.decide(DecisionCall.at(checkout, Channel.TILL, Moment.TENDER).build(), PATIENCE_NS,
            Decision::none).get();
    }

    private boolean makesMilk(final TillClient client) throws Exception {
        final int milk = TestServer.id(client, NameKind.OFFER, "milk-10");
        return decide(client).offers().stream().anyMatch(offer -> offer.offerId() == milk);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldNotMakeWhatIsPausedUntilItIsResumedAlsoOverARestart(final String threading) throws Exception {
        test.set("server.threading", threading).start();
        try (TillClient client = test.client()) {
            assertTrue(makesMilk(client));
            assertTrue(post("/offers/milk-10/pause", 200).contains("\"changed\":true"));
            assertFalse(makesMilk(client));
            assertTrue(post("/campaigns/spring/pause", 200).contains("\"controlEpoch\":2"));
            assertTrue(post("/offers/milk-10/resume", 200).contains("its campaign \\\"spring\\\" is paused"));
            assertFalse(makesMilk(client), "its campaign is still paused");
            assertTrue(post("/offers/mlik-10/pause", 404).contains("milk-10"));
            assertTrue(post("/campaigns/summer/pause", 404).contains("known: ales, spring"));
        }
        test.stop();
        test.start();
        try (TillClient client = test.client()) {
            assertFalse(makesMilk(client), "a pause is kept");
            assertTrue(post("/campaigns/spring/resume", 200).contains("\"controlEpoch\":4"));
            assertTrue(makesMilk(client));
            assertTrue(post("/campaigns/spring/resume", 200).contains("\"changed\":false"));
        }
    }

    @Test
    void shouldNotFallBackToWhatIsPaused() throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), TestServer.CATALOGUE.replace("    offers: 2\n",
            "    offers: 2\n    fallback: milk-10\n    moments: [tender]\n"));
        test.set("server.threading", "inline").start();
        try (TillClient client = test.client()) {
            post("/offers/milk-10/pause", 200);
            assertEquals(List.of(), decide(client).offers());
            post("/offers/milk-10/resume", 200);
            post("/campaigns/ales/pause", 200);
            assertTrue(makesMilk(client));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldDecideTheSameAgainOverPausesAndARestart(final String threading) throws Exception {
        threading(threading, 4).start();
        for (int term = 0; term < 2; term++) {
            try (TillClient client = test.client()) {
                final MixedTraffic traffic = new MixedTraffic(client, seed + term, 100);
                traffic.introduce();
                final FutureTask<Void> operator = meanwhile(() -> pauseAndResume(40));
                traffic.run(2_000);
                operator.get();
                assertTrue(test.server().counters().total(CounterDescriptor.CATALOGUE_HOLDS) > 5);
            }
            test.stop();
            if (term == 0) {
                test.start();
            }
        }
        assertDecidedTheSameAgain();
    }

    private Void pauseAndResume(final int times) throws Exception {
        final String[] things = {"/offers/milk-10", "/offers/gold-beer", "/campaigns/ales", "/campaigns/spring"};
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < times; i++) {
            post(things[random.nextInt(things.length)] + (random.nextBoolean() ? "/pause" : "/resume"), 200);
            if (i % 15 == 7) {
                useCatalogue(TestServer.CATALOGUE.replace("propensity: 0.05", "propensity: 0." + (10 + i)));
            }
        }
        return null;
    }

    @Test
    void shouldPauseOnTheShardThatDidNotTakeItWhenAskedAgain() throws Exception {
        threading("ring", 2).start();
        final ShardEngine engine = test.server().shards().engine(1);
        final FreeOffers other = new FreeOffers(new OfferOrder(test.server().catalogue()), Holds.NONE);
        test.server().shards().call(1, () -> engine.useCatalogue(ShardCatalogue.first(other, 0)));
        post("/offers/milk-10/pause", 500);
        assertTrue(post("/offers/milk-10/pause", 200).contains("\"changed\":true"));
        assertTrue(post("/offers/milk-10/pause", 200).contains("\"changed\":false"));
        try (TillClient client = test.client()) {
            for (int i = 0; i < 20; i++) {
                assertFalse(makesMilk(client));
            }
        }
    }
}
