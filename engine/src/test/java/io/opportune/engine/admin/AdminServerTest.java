package io.opportune.engine.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.bidding.BidReport;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.counters.MetricsReference;
import io.opportune.engine.counters.Stage;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.journal.JournalRefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class AdminServerTest {
    private final List<Throwable> unexpected = new ArrayList<>();
    private final StubOperations operations = new StubOperations();
    private final StageTimers timers = new StageTimers(0);
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    @TempDir
    private Path folder;
    private CountersFile counters;
    private AdminServer admin;

    @BeforeEach
    void start() throws IOException {
        counters = CountersFile.create(folder.resolve("counters.dat"));
        admin = AdminServer.start("127.0.0.1", 0, operations,
            new MetricsExporter(counters, List.of(timers, new StageTimers(1)), "1.2.3", operations::bids, List::of),
            unexpected::add);
    }

    @AfterEach
    void stop() {
        admin.close();
        client.close();
        counters.close();
    }

    private HttpRequest.Builder to(final String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin.port() + path))
            .timeout(Duration.ofSeconds(10));
    }

    private HttpResponse<String> send(final String method, final String path) throws Exception {
        return client.send(to(path).method(method, HttpRequest.BodyPublishers.noBody()).build(),
            HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(final HttpResponse<String> response) throws IOException {
        assertEquals("application/json; charset=utf-8", response.headers().firstValue("Content-Type").orElseThrow());
        return new ObjectMapper().readTree(response.body());
    }

    @Test
    void shouldTellWhatCameOfBidRequests() throws Exception {
        final String text = send("GET", "/metrics").body();
        for (final String line : List.of(
            "opportune_exchange_requests_total{exchange=\"generic\"} 10.0",
            "opportune_exchange_responses_total{exchange=\"generic\"} 4.0",
            "opportune_exchange_bids_total{exchange=\"generic\"} 5.0",
            "opportune_exchange_no_bids_total{exchange=\"generic\",nbr=\"500\",reason=\"no_offer\"} 6.0",
            "opportune_exchange_notices_total{exchange=\"generic\",kind=\"win\"} 2.0",
            "opportune_exchange_losses_total{exchange=\"generic\",reason=\"102\"} 1.0",
            "opportune_campaign_bids_total{campaign=\"milk\"} 5.0",
            "opportune_campaign_no_bids_total{campaign=\"milk\",reason=\"below_floor\"} 7.0",
            "opportune_campaign_held_back_total{campaign=\"milk\",reason=\"cap_reached\"} 8.0",
            "opportune_campaign_notices_total{campaign=\"milk\",kind=\"win\"} 2.0",
            "opportune_campaign_losses_total{campaign=\"milk\",reason=\"102\"} 1.0")) {
            assertTrue(text.contains(line + "\n"), line + " is not in\n" + text);
        }
        final String page = MetricsReference.markdown();
        text.lines().filter(line -> line.startsWith("opportune_exchange_") || line.startsWith("opportune_campaign_"))
            .map(line -> line.substring(0, line.indexOf('{')))
            .forEach(name -> assertTrue(page.contains("`" + name + "`"), name + " is not in METRICS.md"));
        final String json = send("GET", "/bids").body();
        assertTrue(json.contains("\"name\": \"milk\""), json);
        assertTrue(json.contains("\"heldBack\": {\"cap_reached\": 8}"), json);
    }

    @Test
    void shouldShowModelsAndPromoteTheNamedOne() throws Exception {
        final JsonNode report = json(send("GET", "/models"));
        assertEquals(7, report.path("publication").asInt());
        assertEquals("house:1", report.at("/models/0/name").asText());
        assertEquals(0.25, report.at("/models/0/heads/0/logLoss").asDouble());
        assertEquals(200, send("POST", "/models/fast:2/promote").statusCode());
        assertEquals("fast:2", operations.asked);
        final HttpResponse<String> refused = send("POST", "/models/slow:1/promote");
        assertEquals(409, refused.statusCode());
        assertTrue(refused.body().contains("not that one"), refused.body());
        assertEquals(405, send("GET", "/models/fast:2/promote").statusCode());
    }

    @Test
    void shouldShowAndLoadTheImportedModel() throws Exception {
        assertEquals("{\"version\":\"shop:3\",\"contentHash\":\"00fe\",\"predicts\":\"clicks\",\"columns\":49,"
            + "\"predicted\":1000,\"skipped\":7,\"failed\":1}",
            json(send("GET", "/models")).path("imported").toString());
        final HttpResponse<String> without = send("POST", "/models/import");
        assertEquals(409, without.statusCode());
        assertTrue(without.body().contains("set learning.onnx"), without.body());
        operations.imported = new ImportOutcome("shop:4", "00ff", true, List.of());
        final JsonNode loaded = json(send("POST", "/models/import"));
        assertEquals("shop:4", loaded.path("version").asText());
        assertTrue(loaded.path("new").asBoolean());
        final HttpResponse<String> bad = send("POST", "/models/check");
        assertEquals(422, bad.statusCode());
        assertEquals("house.onnx: one\ntwo", json(bad).path("error").asText());
        operations.importFailure = "disk full";
        assertEquals(500, send("POST", "/models/import").statusCode());
        assertEquals(405, send("GET", "/models/import").statusCode());
    }

    @Test
    void shouldBeLiveEvenWhenNotReady() throws Exception {
        operations.reasons = List.of("the journal cannot be written", "no catalogue is loaded");
        assertEquals(200, send("GET", "/live").statusCode());
        final HttpResponse<String> response = send("GET", "/ready");
        assertEquals(503, response.statusCode());
        assertEquals("the journal cannot be written", json(response).at("/reasons/0").asText());
        assertEquals("no catalogue is loaded", json(response).at("/reasons/1").asText());
    }

    @Test
    void shouldBeReadyWithoutReasons() throws Exception {
        final HttpResponse<String> response = send("GET", "/ready");
        assertEquals(200, response.statusCode());
        assertEquals("ready", json(response).get("status").asText());
        assertEquals(0, send("HEAD", "/ready").body().length());
        assertEquals(200, send("HEAD", "/ready").statusCode());
    }

    @Test
    void shouldShowTheStatus() throws Exception {
        final JsonNode status = json(send("GET", "/status"));
        assertEquals("1.2.3", status.get("version").asText());
        assertEquals(12, status.at("/catalogue/version").asLong());
        assertEquals("00ff", status.at("/catalogue/contentHash").asText());
        assertEquals(1, status.at("/shards/1/shard").asLong());
        assertEquals(128, status.at("/shards/1/partitions").asLong());
        assertEquals(1_000_000, status.at("/profiles/capacity").asLong());
        assertTrue(status.at("/journal/healthy").asBoolean());
        assertTrue(status.at("/memory/heapUsedBytes").asLong() > 0);
        assertTrue(status.get("ready").asBoolean());
    }

    @Test
    void shouldSumCountersOverThreadsInPrometheusText() throws Exception {
        counters.counter(CounterDescriptor.DECISIONS_FULL, 0).set(40);
        counters.counter(CounterDescriptor.DECISIONS_FULL, 1).set(2);
        counters.counter(CounterDescriptor.GATEWAY_SESSIONS_OPEN).set(3);
        counters.counter(CounterDescriptor.SNAPSHOT_LAST_DURATION_NS).set(1_500_000_000L);
        timers.record(Stage.TOTAL, 15_000);
        timers.record(Stage.TOTAL, 15_000_000);
        final HttpResponse<String> response = send("GET", "/metrics");
        assertEquals(200, response.statusCode());
        assertTrue(response.headers().firstValue("Content-Type").orElseThrow().startsWith("text/plain; version=0.0.4"));
        final List<String> lines = response.body().lines().toList();
        for (final String expected : List.of(
            "# TYPE opportune_decisions_full_total counter",
            "opportune_decisions_full_total 42.0",
            "opportune_decisions_shed_total 0.0",
            "# TYPE opportune_gateway_sessions_open gauge",
            "opportune_gateway_sessions_open 3.0",
            "opportune_snapshot_last_duration_seconds 1.5",
            "opportune_build_info{version=\"1.2.3\"} 1.0",
            "opportune_stage_duration_seconds_count{stage=\"total\"} 2",
            "opportune_stage_duration_seconds_bucket{stage=\"total\",le=\"1.0E-5\"} 0",
            "opportune_stage_duration_seconds_bucket{stage=\"total\",le=\"2.0E-5\"} 1",
            "opportune_stage_duration_seconds_bucket{stage=\"total\",le=\"0.02\"} 2",
            "opportune_stage_duration_seconds_bucket{stage=\"total\",le=\"+Inf\"} 2")) {
            assertTrue(lines.contains(expected), () -> "missing: " + expected + " in\n" + response.body());
        }
        for (final String name : List.of(
            "jvm_memory_used_bytes{area=\"heap\"} ", "process_start_time_seconds ", "jvm_threads_current ",
            "jvm_gc_collection_seconds_count{gc=", "process_cpu_seconds_total ")) {
            assertTrue(lines.stream().anyMatch(line -> line.startsWith(name)), "missing: " + name);
        }
        assertFalse(response.body().contains("opportune_profiles_capacity"), "a gauge that nobody has set");
    }

    @Test
    void shouldTellWhatTheCatalogueCanHardlyMean() throws Exception {
        operations.warnings = List.of(new ReloadOutcome.Warning(
            "NEVER", "shop.yaml", 12, 17, "offers[0].targeting", "milk-10", "the rule never matches"));
        final JsonNode json = json(send("POST", "/catalogue/reload"));
        assertTrue(json.get("accepted").asBoolean(), json.toString());
        assertEquals("milk-10", json.at("/warnings/0/offer").asText(), json.toString());
        assertEquals(12, json.at("/warnings/0/line").asInt(), json.toString());
    }

    @Test
    void shouldReloadTheCatalogue() throws Exception {
        final HttpResponse<String> response = send("POST", "/catalogue/reload");
        assertEquals(200, response.statusCode());
        assertEquals(13, json(response).get("catalogueVersion").asLong());
        assertEquals(500, json(response).get("offers").asLong());
    }

    @Test
    void shouldTellEveryMistakeOfARefusedCatalogueAsJsonAndAsText() throws Exception {
        operations.problems = List.of(
            new CatalogueProblem("offers.yaml", 3, 7, "offers[0].value", "\"much\"", "an amount such as \"1.20\""),
            new CatalogueProblem("offers.yaml", 9, 0, "offers[1].id", "nothing", "a unique id"));
        final HttpResponse<String> response = send("POST", "/catalogue/reload");
        assertEquals(422, response.statusCode());
        assertEquals(12, json(response).get("catalogueVersion").asLong());
        assertEquals("\"much\"", json(response).at("/errors/0/found").asText());
        assertEquals(2, json(response).get("errors").size());
        final String text = """
            offers.yaml:3:7: offers[0].value: found "much", allowed: an amount such as "1.20"
            offers.yaml:9: offers[1].id: found nothing, allowed: a unique id""";
        assertEquals(text, json(response).get("text").asText());
        final HttpResponse<String> plain = client.send(
            to("/catalogue/reload").header("Accept", "text/plain").POST(HttpRequest.BodyPublishers.noBody()).build(),
            HttpResponse.BodyHandlers.ofString());
        assertEquals(422, plain.statusCode());
        assertEquals(text + "\n", plain.body());
    }

    @Test
    void shouldTakeASnapshotOrSayWhyNot() throws Exception {
        final HttpResponse<String> done = send("POST", "/snapshot");
        assertEquals(200, done.statusCode());
        assertEquals(250, json(done).get("durationMs").asLong());
        operations.snapshotFailure = "the disk is full";
        final HttpResponse<String> failed = send("POST", "/snapshot");
        assertEquals(500, failed.statusCode());
        assertEquals("the disk is full", json(failed).get("error").asText());
    }

    @Test
    void shouldPauseAndResumeByName() throws Exception {
        final JsonNode paused = json(send("POST", "/offers/milk%2F10%20off/pause"));
        assertEquals("offer milk/10 off pause", operations.asked);
        assertEquals("milk/10 off", paused.get("name").asText());
        assertTrue(paused.get("paused").asBoolean() && paused.get("changed").asBoolean());
        assertEquals(7, paused.get("controlEpoch").asLong());
        assertEquals("its campaign \"spring\" is paused",
            json(send("POST", "/offers/milk/resume")).get("remark").asText());
        assertEquals(200, send("POST", "/campaigns/spring/resume").statusCode());
        assertEquals("campaign spring resume", operations.asked);
        assertEquals("milk", json(send("GET", "/paused")).at("/offers/0").asText());
        final HttpResponse<String> unknown = send("POST", "/offers/mlik/pause");
        assertEquals(404, unknown.statusCode());
        assertTrue(json(unknown).get("error").asText().endsWith("known: milk"));
    }

    @Test
    void shouldTakeOneOffer() throws Exception {
        final HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofString("id: milk");
        assertEquals(200, client.send(to("/offers").POST(body).build(),
            HttpResponse.BodyHandlers.ofString()).statusCode());
        assertEquals("put null id: milk", operations.asked);
        assertEquals(13, json(client.send(to("/offers/milk%2010").PUT(body).build(),
            HttpResponse.BodyHandlers.ofString())).get("catalogueVersion").asLong());
        assertEquals("put milk 10 id: milk", operations.asked);
        operations.problems = List.of(new CatalogueProblem("offer", 1, 1, "offers[0].id", "milk", "cheese"));
        assertEquals(422, client.send(to("/offers").POST(body).build(),
            HttpResponse.BodyHandlers.ofString()).statusCode());
        final HttpResponse<String> failed = send("POST", "/offers");
        assertEquals(500, failed.statusCode());
        assertTrue(json(failed).get("error").asText().endsWith("read-only"));
        assertEquals(403, client.send(to("/offers/milk").header("Origin", "https://example.org").PUT(body).build(),
            HttpResponse.BodyHandlers.ofString()).statusCode());
    }

    @Test
    void shouldRefuseASecondSnapshotButAnswerProbesWhileOneRuns() throws Exception {
        operations.hold = new CountDownLatch(1);
        final CompletableFuture<HttpResponse<String>> first = client.sendAsync(
            to("/snapshot").POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
        assertTrue(operations.entered.await(10, TimeUnit.SECONDS));
        assertEquals(409, send("POST", "/snapshot").statusCode());
        assertEquals(200, send("GET", "/live").statusCode());
        operations.hold.countDown();
        assertEquals(200, first.get(10, TimeUnit.SECONDS).statusCode());
    }

    private CompletableFuture<HttpResponse<String>> slowPut() {
        return client.sendAsync(to("/offers").POST(HttpRequest.BodyPublishers.ofString("id: slow")).build(),
            HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void shouldSendChangesAwayRatherThanKeepProbesWaiting() throws Exception {
        operations.hold = new CountDownLatch(1);
        operations.entered = new CountDownLatch(2);
        final List<CompletableFuture<HttpResponse<String>>> slow = List.of(slowPut(), slowPut());
        assertTrue(operations.entered.await(10, TimeUnit.SECONDS));
        final HttpResponse<String> sentAway = send("POST", "/offers/milk/pause");
        assertEquals(503, sentAway.statusCode());
        assertTrue(json(sentAway).get("error").asText().contains("ask again"));
        assertEquals(503, slowPut().get(10, TimeUnit.SECONDS).statusCode());
        assertEquals(200, send("GET", "/live").statusCode());
        assertEquals(200, send("POST", "/catalogue/reload").statusCode());
        operations.hold.countDown();
        for (final CompletableFuture<HttpResponse<String>> each : slow) {
            assertEquals(200, each.get(10, TimeUnit.SECONDS).statusCode());
        }
        assertEquals(200, send("POST", "/offers/milk/pause").statusCode());
    }

    @Test
    void shouldSayWhatTheJournalRefuses() throws Exception {
        final HttpResponse<String> refused = client.send(
            to("/offers").POST(HttpRequest.BodyPublishers.ofString("id: refused")).build(),
            HttpResponse.BodyHandlers.ofString());
        assertEquals(503, refused.statusCode());
        assertEquals("the disk is full, free some", json(refused).get("error").asText());
        assertEquals(List.of(), unexpected);
    }

    @Test
    void shouldRefuseAnOfferThatIsNotUtf8AndTakeOneWithAMark() throws Exception {
        final HttpResponse<String> malformed = client.send(
            to("/offers").POST(HttpRequest.BodyPublishers.ofByteArray(new byte[] {'i', (byte) 0xE4})).build(),
            HttpResponse.BodyHandlers.ofString());
        assertEquals(400, malformed.statusCode());
        assertEquals(0, operations.calls);
        assertEquals(200, client.send(to("/offers").POST(HttpRequest.BodyPublishers.ofString("\uFEFFid: milk")).build(),
            HttpResponse.BodyHandlers.ofString()).statusCode());
        assertEquals("put null id: milk", operations.asked);
    }

    @Test
    void shouldSayHowMuchIsNotListed() throws Exception {
        operations.moreProblems = 3;
        assertEquals(3, json(send("POST", "/catalogue/reload")).get("moreWarnings").asInt());
        operations.problems = List.of(new CatalogueProblem("offers.yaml", 9, 0, "offers[1].id", "nothing", "an id"));
        final JsonNode refused = json(send("POST", "/catalogue/reload"));
        assertEquals(3, refused.get("moreErrors").asInt());
        assertTrue(refused.get("text").asText().endsWith("\nand 3 more"), refused.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/,404,", "GET,/statu,404,", "GET,/status/,404,", "POST,/shutdown,404,",
        "POST,/ready,405,'GET, HEAD'", "DELETE,/metrics,405,'GET, HEAD'", "GET,/snapshot,405,POST",
        "GET,/catalogue/reload,405,POST", "GET,/offers/milk/pause,405,POST", "POST,/offers/milk/stop,404,",
        "POST,/offers//pause,404,"})
    void shouldRefuseUnknownPathsAndWrongMethods(
        final String method, final String path, final int status, final String allow) throws Exception {
        final HttpResponse<String> response = send(method, path);
        assertEquals(status, response.statusCode());
        assertEquals(status, json(response).get("status").asInt());
        assertTrue(json(response).get("error").asText().contains(path));
        assertEquals(allow, response.headers().firstValue("Allow").orElse(null));
        assertEquals(0, operations.calls);
    }

    @Test
    void shouldRefuseAPostOfAWebPage() throws Exception {
        final HttpResponse<String> response = client.send(
            to("/snapshot").header("Origin", "https://example.org").POST(HttpRequest.BodyPublishers.noBody()).build(),
            HttpResponse.BodyHandlers.ofString());
        assertEquals(403, response.statusCode());
        assertEquals(0, operations.calls);
    }

    @Test
    void shouldAnswer500AndReportWhenAnOperationThrows() throws Exception {
        operations.toThrow = new IllegalStateException("secret detail");
        final HttpResponse<String> response = send("GET", "/status");
        assertEquals(500, response.statusCode());
        assertFalse(response.body().contains("secret detail"));
        assertEquals(List.of(operations.toThrow), unexpected);
        operations.toThrow = null;
        assertEquals(200, send("GET", "/status").statusCode());
    }

    @Test
    void shouldOutliveGarbageOnItsPort() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin.port())) {
            socket.getOutputStream().write("no http at all\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(5_000);
            while (socket.getInputStream().read() >= 0) {
                // Whatever it answers, it must close the connection.
            }
        }
        assertEquals(200, send("GET", "/live").statusCode());
    }

    @Test
    void shouldNameThePortThatIsTaken() {
        final IOException thrown = assertThrows(IOException.class, () -> AdminServer.start(
            "127.0.0.1", admin.port(), operations, new MetricsExporter(counters, List.of(), "1"), unexpected::add));
        assertTrue(thrown.getMessage().startsWith("admin port 127.0.0.1:" + admin.port() + ": "), thrown.getMessage());
    }

    /** Answers at once with what the test has set. */
    private static final class StubOperations implements AdminOperations {
        private static final BidReport BIDS = new BidReport(
            List.of(new BidReport.Row("generic", 1, 10, 4, 5, new BidReport.Row.Shading(4, 0.75, 1),
                Map.of("no_offer", 6L), Map.of(), Map.of("win", 2L), Map.of("102", 1L))),
            List.of(new BidReport.Row("milk", 3, 0, 0, 5, BidReport.Row.Shading.NONE, Map.of("below_floor", 7L),
                Map.of("cap_reached", 8L), Map.of("win", 2L), Map.of("102", 1L))));

        private volatile CountDownLatch entered = new CountDownLatch(1);
        private volatile List<String> reasons = List.of();
        private volatile List<CatalogueProblem> problems = List.of();
        private volatile List<ReloadOutcome.Warning> warnings = List.of();
        private volatile int moreProblems;
        private volatile String snapshotFailure;
        private volatile String importFailure;
        private volatile ImportOutcome imported;
        private volatile RuntimeException toThrow;
        private volatile CountDownLatch hold = new CountDownLatch(0);
        private volatile int calls;
        private volatile String asked;

        @Override
        public BidReport bids() {
            return BIDS;
        }

        @Override
        public ModelReport models() {
            return new ModelReport(7, 1_000, 20, 3, 1, 40, List.of(new ModelReport.Model("house:1 bayes", "decides",
                List.of(new ModelReport.HeadReport("CLICK", 1_000, 0.25, 0.75, 0.01)))),
                new ModelReport.Imported("shop:3", "00fe", true, 49, 1_000, 7, 1));
        }

        @Override
        public ImportOutcome importModel(final boolean onlyCheck) throws IOException {
            if (importFailure != null) {
                throw new IOException(importFailure);
            }
            return onlyCheck ? new ImportOutcome("shop:3", "00fe", false, List.of("house.onnx: one", "two"))
                : imported;
        }

        @Override
        public String promote(final String name) {
            asked = name;
            return name.equals("fast:2") ? null : "not that one";
        }

        @Override
        public DeliveryReport delivery() {
            return DeliveryReport.EMPTY;
        }

        @Override
        public List<String> notReadyReasons() {
            return reasons;
        }

        @Override
        public ServerStatus status() {
            if (toThrow != null) {
                throw toThrow;
            }
            return new ServerStatus("1.2.3", 1_000, 2_000, "ring", "epoll", 7700, 4,
                new ServerStatus.CatalogueStatus(12, "00ff", 500, 900),
                List.of(new ServerStatus.ShardStatus(0, 128, 3, 2048, 77),
                    new ServerStatus.ShardStatus(1, 128, 0, 2048, 78)),
                new ServerStatus.ProfilesStatus(100_000, 1_000_000, 64_000_000),
                new ServerStatus.JournalStatus(true, "interval", 155, 40_000, 9_000_000_000L));
        }

        @Override
        public ReloadOutcome reloadCatalogue() {
            calls++;
            return new ReloadOutcome(problems.isEmpty() ? 13 : 12, "00ff", 500, problems, moreProblems, warnings,
                moreProblems);
        }

        @Override
        public ReloadOutcome putOffer(final String name, final String yaml) throws IOException {
            calls++;
            asked = "put " + name + " " + yaml;
            if (yaml.isEmpty()) {
                throw new IOException("read-only");
            }
            if (yaml.equals("id: refused")) {
                throw new JournalRefusedException("the disk is full, free some");
            }
            if (yaml.equals("id: slow")) {
                takeSnapshot();
            }
            return reloadCatalogue();
        }

        @Override
        public PauseOutcome pause(final boolean campaign, final String name, final boolean paused) {
            calls++;
            asked = (campaign ? "campaign " : "offer ") + name + (paused ? " pause" : " resume");
            return name.equals("mlik")
                ? new PauseOutcome("\"mlik\" is not an offer of the catalogue; known: milk", false, 0, "")
                : new PauseOutcome(null, true, 7, paused ? "" : "its campaign \"spring\" is paused");
        }

        @Override
        public PausedNames paused() {
            return new PausedNames(7, List.of("milk"), List.of("spring"));
        }

        @Override
        public SnapshotOutcome takeSnapshot() {
            calls++;
            entered.countDown();
            try {
                assertTrue(hold.await(10, TimeUnit.SECONDS));
            } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new SnapshotOutcome(snapshotFailure, 100_000, 64_000_000, 250_000_000);
        }
    }
}
