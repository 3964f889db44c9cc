package io.opportune.ops;

import io.opportune.protocol.Namespaces;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.client.Attribute;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.Explanation;
import io.opportune.protocol.client.Name;
import io.opportune.protocol.client.Offer;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.ResolvedNames;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.client.TillClientSettings;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import io.opportune.protocol.codec.TextKind;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Asks a server for three decisions, as a till or an app would, and tells in plain words what came and why. */
final class DemoDecisions {
    private static final int US_DOLLAR = 840;
    private static final double MICROS = 1e6;
    private static final double NANOS_PER_MICRO = 1e3;
    /** Far more than a decision takes: the demonstration wants the explanation, not the deadline. */
    private static final long TIME_BUDGET_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int WAIT_SECONDS = 15;
    private static final List<Name> NAMES = List.of(
        new Name(NameKind.PLACEMENT, "till-basket"),
        new Name(NameKind.PLACEMENT, "app-home"),
        new Name(NameKind.PLACEMENT, "service-desk"),
        new Name(NameKind.STORE, "S001"),
        new Name(NameKind.CATEGORY, "milk"),
        new Name(NameKind.CATEGORY, "bread"),
        new Name(NameKind.ATTRIBUTE, "request.weather"));

    private final PrintWriter out;
    private final TillClient client;
    private final Map<String, Integer> ids = new HashMap<>();

    private DemoDecisions(final PrintWriter out, final TillClient client) {
        this.out = out;
        this.client = client;
    }

    static void explain(final PrintWriter out, final int port, final String clientId, final String key)
        throws Exception {
        try (TillClient client = TillClient.start(
            TillClientSettings.builder("127.0.0.1", port, clientId, key).build())) {
            client.firstLogon().get(WAIT_SECONDS, TimeUnit.SECONDS);
            final DemoDecisions decisions = new DemoDecisions(out, client);
            decisions.resolve();
            decisions.atTheTill();
            decisions.inTheApp();
            decisions.atTheServiceDesk();
        }
    }

    private void resolve() throws Exception {
        final Outcome<ResolvedNames> outcome = client.resolve(NAMES, PATIENCE_NS).get(WAIT_SECONDS, TimeUnit.SECONDS);
        switch (outcome) {
            case final Outcome.Answered<ResolvedNames> answered -> {
                for (int i = 0; i < NAMES.size(); i++) {
                    ids.put(NAMES.get(i).name(), answered.answer().ids().get(i));
                }
            }
            case final Outcome.Failed<ResolvedNames> failed -> throw new CommandFailure(
                ExitCode.NOT_POSSIBLE, "the server did not resolve the names: " + failed.failure());
        }
    }

    private void atTheTill() throws Exception {
        tell("A customer with a card (L00000007) has milk and bread in the basket, at a till of store S001",
            DecisionCall.at(ids.get("till-basket"), Channel.TILL, Moment.BASKET_UPDATE)
                .customer(Namespaces.LOYALTY, "L00000007").intent(Intent.BUYING).storeId(ids.get("S001"))
                .line(1_000_001, ids.get("milk"), 1_000, 1_290_000)
                .line(1_000_002, ids.get("bread"), 2_000, 4_980_000));
    }

    private void inTheApp() throws Exception {
        tell("The same customer opens the app on a hot day",
            DecisionCall.at(ids.get("app-home"), Channel.APP, Moment.APP_OPEN)
                .customer(Namespaces.LOYALTY, "L00000007").intent(Intent.BROWSING)
                .attribute(Attribute.text(ids.get("request.weather"), "hot")));
    }

    private void atTheServiceDesk() throws Exception {
        tell("A customer (L00000011) returns something at the service desk",
            DecisionCall.at(ids.get("service-desk"), Channel.TILL, Moment.RETURN)
                .customer(Namespaces.LOYALTY, "L00000011").intent(Intent.SUPPORT).storeId(ids.get("S001"))
                .line(1_000_001, ids.get("milk"), -1_000, -1_290_000));
    }

    private void tell(final String situation, final DecisionCall.Builder call) throws Exception {
        final Decision decision = client.decide(
            call.currency(US_DOLLAR).explain().withTexts().build(), TIME_BUDGET_NS, Decision::none)
            .get(WAIT_SECONDS, TimeUnit.SECONDS);
        out.println();
        out.println("   " + situation + ".");
        if (!decision.fromServer()) {
            out.println("   No answer: " + decision.failure() + ".");
            out.flush();
            return;
        }
        if (decision.offers().isEmpty()) {
            out.println("   Nothing is offered: " + text(decision.reason()) + ".");
        }
        for (final Offer offer : decision.offers()) {
            out.println(String.format(Locale.ROOT,
                "   Offered: \"%s\" (%s), worth %.2f when taken, chance %.1f %%, so it counts %.4f.",
                offer.texts().getOrDefault(TextKind.TITLE, "offer " + offer.offerId()),
                offer.texts().getOrDefault(TextKind.BENEFIT, "no benefit text"),
                offer.valueMicros() / MICROS, offer.propensity() * 100, offer.score() / MICROS));
        }
        final Map<Integer, Integer> countByReason = new TreeMap<>();
        for (final Explanation explanation : decision.explanations()) {
            countByReason.merge(explanation.reasonCode(), 1, Integer::sum);
        }
        countByReason.forEach((code, count) ->
            out.println(String.format(Locale.ROOT, "   Not offered, %,d: %s.", count, text(ReasonCode.of(code)))));
        out.println(String.format(
            Locale.ROOT, "   Decided in %.0f microseconds.", decision.timeTakenNs() / NANOS_PER_MICRO));
        out.flush();
    }

    private static String text(final ReasonCode reason) {
        return reason == null ? "for a reason that this version does not know" : reason.text();
    }
}
