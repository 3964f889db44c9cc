package io.opportune.engine.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.bidding.BidExplanations;
import io.opportune.engine.bidding.BidExplanations.Authorisation;
import io.opportune.engine.bidding.BidExplanations.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class BidExplanationDeskTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final String KEY = "fedcba9876543210";
    private static final BidExplanations.Question QUESTION =
        new BidExplanations.Question("generic", new byte[0], false, false, 1, List.of(), null);

    @TempDir
    private Path folder;

    private Path file(final String name, final String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void shouldLetFewWaitAndGoOnAfterAFailure() throws Exception {
        final CountDownLatch hold = new CountDownLatch(1);
        final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<Integer> statuses = new ConcurrentLinkedQueue<>();
        final CountDownLatch answered = new CountDownLatch(1 + BidExplanationDesk.WAITING);
        try (BidExplanationDesk desk = new BidExplanationDesk(ExplainKeys.load(file("token", TOKEN), null), () -> {
            try {
                hold.await();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException("no explainer");
        }, 1_000, failures::add)) {
            final Authorisation admin = new Authorisation(TOKEN, "1");
            assertEquals(Outcome.FORBIDDEN, desk.explain(new Authorisation("", TOKEN), QUESTION, (s, j) -> { }));
            int taken = 0;
            while (desk.explain(admin, QUESTION, (status, json) -> {
                statuses.add(status);
                answered.countDown();
            }) == Outcome.TAKEN) {
                taken++;
            }
            assertEquals(1 + BidExplanationDesk.WAITING, taken);
            hold.countDown();
            assertTrue(answered.await(10, TimeUnit.SECONDS));
            assertEquals(taken, failures.size());
            assertTrue(statuses.stream().allMatch(status -> status == 500), statuses::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0123456789abcdef, 1, ALL", "fedcba9876543210, 1, TESTS", "'', fedcba9876543210, TESTS",
        "'', 0123456789abcdef, NONE", "'', '', NONE", "0123456789abcde, 1, NONE", "0123456789abcdef0, 1, NONE",
        "x, fedcba9876543210, TESTS"})
    void shouldKnowWhoMayAsk(final String bearer, final String key, final ExplainKeys.Right right) throws IOException {
        final ExplainKeys keys = ExplainKeys.load(file("token", TOKEN + "\n"), file("key", KEY + "\r\n"));
        assertTrue(keys.isAny());
        assertEquals(right, keys.rightOf(new Authorisation(bearer, key)));
        final ExplainKeys none = ExplainKeys.load(null, null);
        assertFalse(none.isAny());
        assertEquals(ExplainKeys.Right.NONE, none.rightOf(new Authorisation(bearer, key)));
        assertFalse(new Authorisation(TOKEN, KEY).toString().contains(TOKEN), "no secret in a log");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "short", "with a blank inside it", "two-lines-of-text\nand-one-more", "schl\u00fcssel-schl\u00fcssel"})
    void shouldRefuseWeakKeys(final String text) throws IOException {
        final Path file = file("token", text);
        final IOException refused = assertThrows(IOException.class, () -> ExplainKeys.load(file, null));
        assertTrue(refused.getMessage().contains(file.toString()), refused::getMessage);
        assertTrue(text.isEmpty() || !refused.getMessage().contains(text), "no secret in a message");
    }
}
