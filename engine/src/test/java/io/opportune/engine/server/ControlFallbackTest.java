package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.admission.CustomerKeys;
import io.opportune.engine.experiment.ControlGroups;
import io.opportune.engine.identity.PseudonymKey;
import io.opportune.engine.identity.Pseudonymiser;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is in the control group of all offers is offered no fallback either where there is no time to decide. */
@Timeout(120)
class ControlFallbackTest extends ServerFixture {
    private static final int CUSTOMERS = 3_000;
    private static final int MOST_ROUNDS = 40;
    private static final String FALLBACK = """
          - id: house-brand
            campaign: spring
            category: house
            value: "0.10"
            propensity: 0.01
            channels: [till, app]
            placements: [checkout]
            creatives:
              - {id: house-brand-all, title: "The house brand"}
        placements:
          - id: checkout
            fallback: house-brand
        """;

    /** Many at once with little time; the answers say where it was found out that it is up. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldOfferNothingWhereTimeIsUp(final String threading) throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"),
            TestServer.CATALOGUE.replace("placements:\n  - id: checkout\n", FALLBACK) + "control: {percent: 40}\n");
        threading(threading, 2).set("decision.max-time-budget", "100us");
        test.start();
        final PseudonymKey key = PseudonymKey.load(new ServerSettings(test.config()).keyFile());
        final ControlGroups groups = ControlGroups.of(key, test.server().catalogue());
        final Map<ReasonCode, Integer> withoutFallback = new EnumMap<>(ReasonCode.class);
        final Map<ReasonCode, Integer> withFallback = new EnumMap<>(ReasonCode.class);
        try (TillClient client = test.client();
            IdentityIndex nobody = IdentityIndex.open(folder.resolve("nobody"), 1_024, key.id())) {
            final CustomerKeys keys = new CustomerKeys(new Pseudonymiser(key), nobody);
            final int placement = TestServer.id(client, NameKind.PLACEMENT, "checkout");
            // How many are shed is up to the machine: again until there are some of both.
            for (int round = 0;
                round < MOST_ROUNDS && !(wereShed(withFallback) && wereShed(withoutFallback)); round++) {
                ask(client, placement, keys, groups, withFallback, withoutFallback);
            }
        }
        final String counted = withoutFallback + " in the group, " + withFallback + " others";
        assertTrue(wereShed(withoutFallback) && wereShed(withFallback), counted);
    }

    private static boolean wereShed(final Map<ReasonCode, Integer> counts) {
        return counts.getOrDefault(ReasonCode.SHED_ON_ENTRY, 0) > 3;
    }

    private static void ask(
        final TillClient client, final int placement, final CustomerKeys keys, final ControlGroups groups,
        final Map<ReasonCode, Integer> withFallback, final Map<ReasonCode, Integer> withoutFallback)
        throws Exception {
        final List<CompletableFuture<Decision>> decisions = new ArrayList<>();
        for (int i = 0; i < CUSTOMERS; i++) {
            decisions.add(client.decide(
                DecisionCall.at(placement, Channel.TILL, Moment.TENDER)
                    .customer(Namespaces.LOYALTY, "c-" + i).build(),
                TimeUnit.SECONDS.toNanos(20), Decision::none));
        }
        for (int i = 0; i < CUSTOMERS; i++) {
            final byte[] id = ("c-" + i).getBytes(StandardCharsets.UTF_8);
            keys.resolve(Namespaces.LOYALTY, new UnsafeBuffer(id), 0, id.length);
            final Decision decision = decisions.get(i).get();
            // Some are decided in time.
            if (decision.fromServer() && decision.decisionId().equals(new UUID(0, 0))) {
                final boolean controlled = groups.inGlobal(keys.rootHigh(), keys.rootLow());
                assertEquals(controlled ? 0 : 1, decision.offers().size(), decision::toString);
                (controlled ? withoutFallback : withFallback).merge(decision.reason(), 1, Integer::sum);
            }
        }
    }
}
