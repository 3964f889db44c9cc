package io.opportune.engine.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opportune.engine.files.Utf8;
import io.opportune.engine.journal.JournalRefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The admin port: a small HTTP server on threads of its own. Listens where it is told, which is loopback unless the
 * configuration says otherwise; it has no password. What changes something is a POST or a PUT and refused to web pages.
 */
public final class AdminServer implements AutoCloseable {
    /** Changes of offers, made one after the other: one goes on while another waits; more are sent away. */
    private static final int CHANGES = 2;
    /** Those, a reload, a snapshot, and two for scrapes and probes, which a slow operation never keeps waiting. */
    private static final int THREADS = CHANGES + 4;
    /** Requests beyond these are dropped with their connection. */
    private static final int WAITING = 32;
    private static final int BACKLOG = 64;
    private static final int MAX_OFFER_BYTES = 1 << 20;
    private static final int STOP_SECONDS = 1;
    private static final String JSON = "application/json; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final AdminOperations operations;
    private final MetricsExporter metrics;
    private final Consumer<Throwable> onError;
    private final HttpServer server;
    private final ExecutorService executor;
    private final ReentrantLock reloading = new ReentrantLock();
    private final ReentrantLock snapshotting = new ReentrantLock();
    private final ReentrantLock importing = new ReentrantLock();
    private final Semaphore changing = new Semaphore(CHANGES);
    private final Map<String, Route> routes;

    private AdminServer(
        final HttpServer server,
        final AdminOperations operations,
        final MetricsExporter metrics,
        final Consumer<Throwable> onError) {
        this.server = server;
        this.operations = operations;
        this.metrics = metrics;
        this.onError = onError;
        this.executor = newExecutor();
        this.routes = Map.ofEntries(
            Map.entry("/delivery", new Route("GET", exchange -> json(200, AdminPages.delivery(operations.delivery())))),
            Map.entry("/models", new Route("GET", exchange -> json(200, AdminPages.models(operations.models())))),
            Map.entry("/models/import", new Route("POST", exchange -> alone(importing, () -> importModel(false)))),
            Map.entry("/models/check", new Route("POST", exchange -> alone(importing, () -> importModel(true)))),
            Map.entry("/bids", new Route("GET", exchange -> json(200, AdminPages.bids(operations.bids())))),
            Map.entry("/live", new Route("GET", exchange -> json(200, AdminPages.health("live", List.of())))),
            Map.entry("/ready", new Route("GET", exchange -> ready())),
            Map.entry("/metrics", new Route("GET", exchange -> metrics())),
            Map.entry("/status", new Route("GET",
                exchange -> json(200, AdminPages.status(operations.status(), operations.notReadyReasons())))),
            Map.entry("/catalogue/reload", new Route("POST", exchange -> alone(reloading, () -> reload(exchange)))),
            Map.entry("/snapshot", new Route("POST", exchange -> alone(snapshotting, this::snapshot))),
            Map.entry("/offers", new Route("POST", exchange -> change(() -> put(exchange, null)))),
            Map.entry("/paused", new Route("GET", exchange -> json(200, AdminPages.paused(operations.paused())))));
    }

    /**
     * Starts to answer.
     *
     * @param host       address to listen on, loopback as a rule.
     * @param port       0 takes a free one.
     * @param operations of the server.
     * @param metrics    of the server.
     * @param onError    takes what goes wrong unexpectedly; the caller gets status 500.
     * @return to be closed.
     * @throws IOException when the port cannot be had; the message names it.
     */
    public static AdminServer start(
        final String host,
        final int port,
        final AdminOperations operations,
        final MetricsExporter metrics,
        final Consumer<Throwable> onError) throws IOException {
        final HttpServer http;
        try {
            http = HttpServer.create(new InetSocketAddress(host, port), BACKLOG);
        } catch (final IOException e) {
            throw new IOException("admin port " + host + ":" + port + ": " + e.getMessage(), e);
        }
        final AdminServer admin = new AdminServer(http, operations, metrics, onError);
        http.setExecutor(admin.executor);
        http.createContext("/", admin::handle);
        http.start();
        return admin;
    }

    /**
     * Where it listens.
     *
     * @return the port, never 0.
     */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(STOP_SECONDS);
        executor.shutdownNow();
    }

    private static ExecutorService newExecutor() {
        final AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(
            THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING),
            task -> Thread.ofPlatform().daemon().name("admin-" + number.getAndIncrement()).unstarted(task));
    }

    private void handle(final HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = answer(exchange);
            } catch (final JournalRefusedException notKept) {
                answer = error(503, notKept.getMessage());
            } catch (final Exception e) {
                onError.accept(e);
                answer = error(500, "unexpected error, see `opportune errors`");
            }
            send(exchange, answer);
        }
    }

    private Answer answer(final HttpExchange exchange) throws Exception {
        final String path = exchange.getRequestURI().getPath();
        final Route route = routes.containsKey(path) ? routes.get(path) : named(exchange.getRequestURI().getRawPath());
        if (route == null) {
            return error(404, "no page " + path + "; there are " + String.join(", ", routes.keySet().stream()
                .sorted().toList())
                + ", /offers/NAME, /offers/NAME/pause, /offers/NAME/resume, and both for /campaigns");
        }
        final String method = exchange.getRequestMethod();
        if (!route.method.equals(method) && !(route.method.equals("GET") && method.equals("HEAD"))) {
            exchange.getResponseHeaders().set("Allow", route.method.equals("GET") ? "GET, HEAD" : route.method);
            return error(405, path + " takes " + route.method + ", not " + method);
        }
        // A page in an administrator's browser can send a POST to loopback; browsers then name its origin.
        if (!route.method.equals("GET") && exchange.getRequestHeaders().containsKey("Origin")) {
            return error(403, path + " is not for web pages");
        }
        return route.handler.handle(exchange);
    }

    /** The pages of one offer, campaign or model; a slash or blank in its name stands as %2F or %20. */
    private Route named(final String rawPath) {
        final String[] steps = rawPath.split("/", -1);
        if (steps.length == 3 && steps[0].isEmpty() && steps[1].equals("offers") && !steps[2].isEmpty()) {
            return new Route("PUT", exchange -> change(() -> put(exchange, decoded(steps[2]))));
        }
        if (steps.length == 4 && steps[0].isEmpty() && steps[1].equals("models") && !steps[2].isEmpty()
            && steps[3].equals("promote")) {
            return new Route("POST", exchange -> change(() -> promote(decoded(steps[2]))));
        }
        if (steps.length != 4 || !steps[0].isEmpty() || steps[2].isEmpty()
            || !steps[1].equals("offers") && !steps[1].equals("campaigns")
            || !steps[3].equals("pause") && !steps[3].equals("resume")) {
            return null;
        }
        final String name = decoded(steps[2]);
        return new Route("POST",
            exchange -> change(() -> pause(steps[1].equals("campaigns"), name, steps[3].equals("pause"))));
    }

    private static String decoded(final String step) {
        return URI.create("/" + step).getPath().substring(1);
    }

    private Answer promote(final String name) {
        final String failure = operations.promote(name);
        return failure == null ? json(200, AdminPages.models(operations.models())) : error(409, failure);
    }

    private Answer importModel(final boolean onlyCheck) {
        final ImportOutcome outcome;
        try {
            outcome = operations.importModel(onlyCheck);
        } catch (final IOException failed) {
            return error(500, "the imported model cannot be read or kept: " + failed.getMessage());
        }
        if (outcome == null) {
            return error(409, "no imported model: set learning.onnx and restart");
        }
        return json(outcome.mistakes().isEmpty() ? 200 : 422, AdminPages.imported(outcome));
    }

    private Answer put(final HttpExchange exchange, final String name) throws IOException {
        final byte[] body = exchange.getRequestBody().readNBytes(MAX_OFFER_BYTES + 1);
        if (body.length > MAX_OFFER_BYTES) {
            return error(413, "an offer of more than " + MAX_OFFER_BYTES + " bytes");
        }
        final String text;
        try {
            text = Utf8.decode(body);
        } catch (final CharacterCodingException malformed) {
            return error(400, "the offer is not UTF-8");
        }
        final ReloadOutcome outcome;
        try {
            outcome = operations.putOffer(name, text);
        } catch (final IOException notWritten) {
            return error(500, "the offer cannot be written into the catalogue's folder: " + notWritten.getMessage());
        }
        return json(outcome.accepted() ? 200 : 422, AdminPages.reload(outcome));
    }

    private Answer pause(final boolean campaign, final String name, final boolean paused) {
        final PauseOutcome outcome = operations.pause(campaign, name, paused);
        return outcome.failure() != null ? error(404, outcome.failure())
            : json(200, AdminPages.pause(name, paused, outcome));
    }

    private void send(final HttpExchange exchange, final Answer answer) throws IOException {
        final Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.contentType);
        headers.set("Cache-Control", "no-store");
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Integer.toString(answer.body.length));
            exchange.sendResponseHeaders(answer.status, -1);
        } else {
            exchange.sendResponseHeaders(answer.status, answer.body.length);
            exchange.getResponseBody().write(answer.body);
        }
    }

    private Answer ready() {
        final List<String> reasons = operations.notReadyReasons();
        return reasons.isEmpty()
            ? json(200, AdminPages.health("ready", reasons))
            : json(503, AdminPages.health("not ready", reasons));
    }

    private Answer metrics() throws IOException {
        final ByteArrayOutputStream body = new ByteArrayOutputStream(32 * 1024);
        metrics.write(body);
        return new Answer(200, MetricsExporter.CONTENT_TYPE, body.toByteArray());
    }

    private Answer reload(final HttpExchange exchange) {
        final ReloadOutcome outcome = operations.reloadCatalogue();
        final String accept = exchange.getRequestHeaders().getFirst("Accept");
        if (accept != null && accept.startsWith("text/plain")) {
            final String text = outcome.accepted()
                ? "catalogue " + outcome.catalogueVersion() + " with " + outcome.offerCount() + " offers\n"
                    + AdminPages.warningText(outcome)
                : AdminPages.problemText(outcome) + "\n";
            return new Answer(outcome.accepted() ? 200 : 422, TEXT, text.getBytes(StandardCharsets.UTF_8));
        }
        return json(outcome.accepted() ? 200 : 422, AdminPages.reload(outcome));
    }

    private Answer snapshot() {
        final SnapshotOutcome outcome = operations.takeSnapshot();
        return json(outcome.completed() ? 200 : 500, AdminPages.snapshot(outcome));
    }

    private Answer change(final Operation operation) throws IOException {
        if (!changing.tryAcquire()) {
            return error(503, "other changes are being made; ask again when they have ended");
        }
        try {
            return operation.run();
        } finally {
            changing.release();
        }
    }

    private static Answer alone(final ReentrantLock lock, final Operation operation) throws IOException {
        if (!lock.tryLock()) {
            return error(409, "already running; ask again when it has ended");
        }
        try {
            return operation.run();
        } finally {
            lock.unlock();
        }
    }

    private static Answer json(final int status, final String body) {
        return new Answer(status, JSON, (body + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static Answer error(final int status, final String message) {
        return json(status, AdminPages.error(status, message));
    }

    private record Route(String method, Handler handler) {
    }

    private record Answer(int status, String contentType, byte[] body) {
    }

    private interface Handler {
        Answer handle(HttpExchange exchange) throws Exception;
    }

    private interface Operation {
        Answer run() throws IOException;
    }
}
