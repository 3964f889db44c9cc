package io.opportune.bench.bid;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opportune.loadtest.world.ExchangeUsers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The captured requests of a live exchange, again and again, each time for another user: what the exchange of 2016 did
 * not send and ours does (user id, eids, {@code tmax}, consent) is laid over them by a seeded generator; nothing else
 * is changed. Immutable.
 */
final class BidTraffic {
    /** File of the captured requests below the folder of the data. */
    static final String FILE = "captured-adx-2016.jsonl";
    /** Source of the ids in {@code user.eids} that the exchange's profile knows. */
    static final String EID_SOURCE = "id.bench.example";
    /** Our id in the vendor list, as the server is configured. */
    static final int VENDOR = 284;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SEED = 20_261_122;
    /** What exchanges allow, from mobile to desktop. */
    private static final int[] USUAL_TMAX_MS = {100, 120, 150, 200, 250, 300};
    private static final int CONSENT_DAYS = 365;
    private static final int FIRST_DAY = 20_200;
    private static final int[] CMPS = {10, 28, 31, 68, 134, 300, 329, 401};

    private final List<byte[]> bodies;
    private final int[] tmaxMs;
    private final int linked;
    private final int consented;

    private BidTraffic(final List<byte[]> bodies, final int[] tmaxMs, final int linked, final int consented) {
        this.bodies = bodies;
        this.tmaxMs = tmaxMs;
        this.linked = linked;
        this.consented = consented;
    }

    /**
     * Makes the requests.
     *
     * @param directory of the data.
     * @param users     one request for each.
     * @param tmaxMs    times of which each request gets one at random; empty: what exchanges usually allow.
     * @return in the order of the capture, over and over.
     * @throws IOException when the file cannot be read.
     */
    static BidTraffic of(final Path directory, final ExchangeUsers users, final int... tmaxMs) throws IOException {
        final List<JsonNode> captured = new ArrayList<>();
        for (final String line : Files.readAllLines(directory.resolve(FILE))) {
            captured.add(JSON.readTree(line).get("request"));
        }
        final int[] times = tmaxMs.length == 0 ? USUAL_TMAX_MS : tmaxMs;
        final Random random = new Random(SEED);
        final List<byte[]> bodies = new ArrayList<>();
        final int[] given = new int[users.count()];
        int linked = 0;
        int consented = 0;
        for (int user = 0; user < users.count(); user++) {
            final ObjectNode request = captured.get(user % captured.size()).deepCopy();
            // Ids of requests are unique at an exchange.
            request.put("id", request.get("id").asText() + Integer.toHexString(user / captured.size()));
            given[user] = times[random.nextInt(times.length)];
            request.put("tmax", given[user]).put("at", 1);
            request.putArray("cur").add("USD");
            user(request.putObject("user"), users, user);
            linked += users.isLinked(user) ? 1 : 0;
            consented += consent(request, random) ? 1 : 0;
            bodies.add(JSON.writeValueAsBytes(request));
        }
        return new BidTraffic(bodies, given, linked, consented);
    }

    private static void user(final ObjectNode node, final ExchangeUsers users, final int user) {
        final String id = users.id(user);
        // The exchange's own id says nothing to us; the partner's does for those who are linked.
        node.put("id", new StringBuilder(id).reverse().toString());
        final var eids = node.putArray("eids");
        final ObjectNode other = eids.addObject().put("source", "graph.other.example");
        other.putArray("uids").addObject().put("id", "o-" + id).put("atype", 3);
        final ObjectNode ours = eids.addObject().put("source", EID_SOURCE);
        ours.putArray("uids").addObject().put("id", id).put("atype", 1);
    }

    /**
     * Lays a choice over the request: 45 % beyond the GDPR, 30 % under it with consent to everything, 10 % under the US
     * string without an opt-out; 5 % without our vendor, 5 % opted out, 3 % with limited tracking, 2 % children.
     *
     * @return whether the customer may be looked at.
     */
    private static boolean consent(final ObjectNode request, final Random random) {
        final int dice = random.nextInt(100);
        final ObjectNode regs = request.putObject("regs");
        if (dice < 45) {
            regs.put("gdpr", 0);
            return true;
        }
        if (dice < 80) {
            final boolean granted = dice < 75;
            final String string = TcString.of(FIRST_DAY + random.nextInt(CONSENT_DAYS),
                CMPS[random.nextInt(CMPS.length)], VENDOR, granted);
            // Half of the exchanges still write what moved in 2.6 at its old places.
            if (random.nextBoolean()) {
                regs.put("gdpr", 1);
                ((ObjectNode) request.get("user")).put("consent", string);
            } else {
                regs.putObject("ext").put("gdpr", 1);
                ((ObjectNode) request.get("user")).putObject("ext").put("consent", string);
            }
            return granted;
        }
        regs.put("gdpr", 0);
        if (dice < 95) {
            regs.put("us_privacy", dice < 90 ? "1YNN" : "1YYN");
            return dice < 90;
        }
        if (dice < 98) {
            ((ObjectNode) request.get("device")).put("lmt", 1);
        } else {
            regs.put("coppa", 1);
        }
        return false;
    }

    /** Bodies of the requests. */
    List<byte[]> bodies() {
        return bodies;
    }

    /** {@code tmax} of each. */
    int tmaxMs(final int request) {
        return tmaxMs[request];
    }

    /** Requests of users who are customers of ours. */
    int linked() {
        return linked;
    }

    /** Requests whose signals permit to look the customer up. */
    int consented() {
        return consented;
    }

    /** Mean length of a body. */
    double meanBytes() {
        return bodies.stream().mapToInt(body -> body.length).average().orElse(0);
    }
}
