package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.WithheldBlock;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.protocol.client.TillClient;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Placements that leave something to chance, among offers whose budgets run out: decided the same again. */
@Timeout(120)
class ChoiceBudgetTest extends ServerFixture {
    private static final int CAMPAIGNS = 6;
    private static final int MESSAGES = 4_000;
    private static final String OFFER = """
        - id: many-$i
          campaign: few-#
          category: many-$i
          value: "$value"
          propensity: 0.03
          discount: {type: none}
          benefit: "Number $i"
          targeting: 'moment.hour >= 0'
          priority: 1
          channels: [till, app]
          placements: [checkout]
          creatives:
            - {id: many-$i-all, title: "Number $i"}
        """;

    private static String catalogue(final String choice) {
        final StringBuilder campaigns = new StringBuilder();
        for (int i = 0; i < CAMPAIGNS; i++) {
            campaigns.append("""
                  - id: few-%d
                    advertiser: acme
                    flights: [{start: 2017-01-01, end: 2037-01-01}]
                    budget: {currency: USD}
                    budgets: [{count: %d}]
                """.formatted(i, 40 + 30 * i));
        }
        String text = withOffers(30, OFFER).replaceFirst("  - id: spring\n", campaigns + "  - id: spring\n")
            .replaceFirst("  - id: checkout\n", "  - id: checkout\n    choice: {" + choice + "}\n")
            .replaceFirst("    offers: 2\n", "    offers: 3\n") + "control: {percent: 10}\n";
        for (int i = 0; text.contains("few-#"); i++) {
            text = text.replaceFirst("few-#", "few-" + i % CAMPAIGNS);
        }
        return text;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {"inline ~ policy: softmax, candidates: 5",
        "ring ~ policy: thompson, floor: 0.2, learned: true", "ring ~ policy: epsilon, epsilon: 0.7"})
    void shouldDecideTheSameAgainWhereBudgetsRunOut(final String threading, final String choice) throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), catalogue(choice));
        threading(threading, 3).set("learning.model", "house:1 bayes offer-rows=10 campaign-rows=6 linear-bits=14")
            .set("learning.publish-interval", "20ms").set("learning.pending", "256k");
        test.start();
        try (TillClient client = test.client()) {
            final MixedTraffic traffic = new MixedTraffic(client, seed, 100);
            traffic.introduce();
            traffic.run(MESSAGES);
        }
        test.stop();
        assertRefused();
        assertDecidedTheSameAgain();
    }

    /** Budgets held offers back, before the search and beside others of the answer. */
    private void assertRefused() {
        final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
        final DecisionRecordDecoder record = new DecisionRecordDecoder();
        final UnsafeBuffer block = new UnsafeBuffer(0, 0);
        int first = 0;
        int beside = 0;
        for (final Path queue : new JournalDirectory(folder.resolve("data/journal")).queues()) {
            try (JournalReader reader = new JournalReader(queue)) {
                while (reader.next()) {
                    header.wrap(reader.buffer(), reader.offset());
                    if (header.templateId() == DecisionRecordDecoder.TEMPLATE_ID) {
                        record.wrapAndApplyHeader(reader.buffer(), reader.offset(), new MessageHeaderDecoder());
                        record.skipRequest();
                        record.skipResponse();
                        record.skipReservations();
                        record.skipCounts();
                        record.wrapWithheld(block);
                        for (int at = 0; at < block.capacity(); at += WithheldBlock.ENTRY_LENGTH) {
                            if ((WithheldBlock.reason(block, at) & WithheldBlock.BESIDE_OTHERS) == 0) {
                                first++;
                            } else {
                                beside++;
                            }
                        }
                    }
                }
            }
        }
        assertTrue(first > MESSAGES && beside > 5,
            "seed " + seed + ": held back " + first + " times, beside others " + beside + " times");
    }
}
