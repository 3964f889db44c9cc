package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.opportune.engine.counters.CounterDescriptor;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A server that bids, and exchanges for it: one connection that stays open. */
final class BidServer implements AutoCloseable {
    /** One offer for everybody with banners, video and native; one for members, worth more; one for phones. */
    static final String CATALOGUE = """
        attributes:
          - {name: customer.tier, type: string}
          - {name: request.device_os, type: string}
          - {name: request.device_devicetype, type: int}
          - {name: request.device_geo_country, type: string}
          - {name: request.site_cat, type: list<string>}
          - {name: request.app, type: bool}
          - {name: request.imp_bidfloor, type: decimal}
          - {name: request.imp_video_plcmt, type: int}
          - name: request.user_yob
            type: int
            lint: {allow: [birth_year], reason: "tests that it is withheld without consent"}
          - {name: request.device_ext_atts, type: int}
          - {name: request.exchange, type: string}
        advertisers:
          - {id: dairy, name: Dairy & Sons, adomain: [dairy.example], cat: [IAB8-18], lang: en}
          - {id: club, name: The Club, adomain: [club.example], cat: [IAB9], lang: en}
        campaigns:
          - id: milk-online
            advertiser: dairy
            flights: [{start: 2017-01-01, end: 2037-01-01}]
            budget: {currency: USD}
          - id: members
            advertiser: club
            flights: [{start: 2017-01-01, end: 2037-01-01}]
            budget: {currency: USD}
        offers:
          - id: milk-online
            campaign: milk-online
            category: dairy
            value: "0.10"
            propensity: 0.02
            channels: [ad_exchange]
            creatives:
              - id: milk-300x250
                title: "Milk, fresh & cold"
                banner:
                  w: 300
                  h: 250
                  image: https://cdn.dairy.example/milk.png
                  click: "https://dairy.example/milk?from=ad&x=1"
              - id: milk-728x90
                title: "Milk to your door"
                banner: {w: 728, h: 90, image: https://cdn.dairy.example/wide.png, click: "https://dairy.example/door"}
              - id: milk-video
                title: "Milk in 15 seconds"
                video:
                  duration: 15s
                  click: https://dairy.example/film
                  media_files:
                    - {url: https://cdn.dairy.example/film-720.mp4, mime: video/mp4, w: 1280, h: 720, bitrate: 1500}
              - id: milk-native
                title: "Fresh milk"
                native:
                  titles: ["Fresh milk"]
                  images:
                    - {type: main, url: https://cdn.dairy.example/main.jpg, w: 1200, h: 627}
                  data:
                    - {type: sponsored, value: "Dairy & Sons"}
                  click: https://dairy.example/native
          - id: gold-club
            campaign: members
            category: club
            value: "1.00"
            propensity: 0.02
            targeting: 'has(customer.tier) && customer.tier == "gold"'
            channels: [ad_exchange]
            caps: [{count: impression, limit: 9, window: lifetime}]
            creatives:
              - id: club-300x250
                title: "The club"
                banner: {w: 300, h: 250, image: https://cdn.club.example/c.png, click: "https://club.example/"}
          - id: phones
            campaign: members
            category: phones
            value: "0.50"
            propensity: 0.02
            targeting: 'request.device_os == "iOS" && request.device_geo_country == "USA"'
            channels: [ad_exchange]
            creatives:
              - id: phones-320x50
                title: "On the phone"
                banner: {w: 320, h: 50, image: https://cdn.club.example/p.png, click: "https://club.example/p"}
        placements:
          - id: ad_exchange
            channels: [ad_exchange]
            offers: 1
            time_budget: 50ms
        """;

    /** One answer; names of fields in lower case. */
    record Answer(int status, Map<String, String> fields, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    final TestServer test;
    private Socket socket;
    private DataInputStream in;

    BidServer(final Path folder) throws IOException {
        test = new TestServer(folder);
        Files.writeString(folder.resolve("catalogue/all.yaml"), CATALOGUE);
        test.set("gateway.http.enabled", "true").set("gateway.http.port", "0")
            .set("bidding.notice-base-url", "https://bid.example");
    }

    OpportuneServer start() throws IOException {
        final OpportuneServer server = test.start();
        connect();
        return server;
    }

    void connect() throws IOException {
        socket = new Socket("127.0.0.1", test.server().httpPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    Answer post(final String exchange, final String body) throws IOException {
        return post(exchange, body.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    Answer post(final String exchange, final byte[] body, final String contentType, final String... fields)
        throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final StringBuilder head = new StringBuilder("POST /openrtb2/bid/" + exchange
            + " HTTP/1.1\r\nHost: bid.example\r\nContent-Type: " + contentType + "\r\nContent-Length: " + body.length
            + "\r\n");
        for (final String field : fields) {
            head.append(field).append("\r\n");
        }
        out.write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        socket.getOutputStream().write(out.toByteArray());
        return read();
    }

    /** The bytes of a request. */
    static byte[] bytes(final String exchange, final byte[] body) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(("POST /openrtb2/bid/" + exchange + " HTTP/1.1\r\nHost: bid.example\r\nContent-Length: "
            + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        return out.toByteArray();
    }

    /** Sends several requests at once; how many of the answers have a body. */
    int pipeline(final byte[] requests, final int count) throws IOException {
        socket.getOutputStream().write(requests);
        int bodies = 0;
        for (int i = 0; i < count; i++) {
            bodies += read().status() == 200 ? 1 : 0;
        }
        return bodies;
    }

    Answer get(final String target) throws IOException {
        socket.getOutputStream().write(
            ("GET " + target + " HTTP/1.1\r\nHost: bid.example\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return read();
    }

    private Answer read() throws IOException {
        final String statusLine = line();
        final Map<String, String> fields = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            final int colon = line.indexOf(": ");
            fields.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
        }
        final byte[] body = new byte[Integer.parseInt(fields.getOrDefault("content-length", "0"))];
        in.readFully(body);
        final Answer answer = new Answer(Integer.parseInt(statusLine.substring(9, 12)), fields, body);
        if ("close".equals(fields.get("connection"))) {
            socket.close();
            connect();
        }
        return answer;
    }

    private String line() throws IOException {
        final ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the server closed after: " + line);
            }
            line.write(c);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    long count(final CounterDescriptor counter) {
        return test.server().counters().total(counter);
    }

    void assertNoErrors() {
        assertEquals(0, count(CounterDescriptor.ERRORS));
        assertEquals(0, count(CounterDescriptor.HTTP_HANDLER_FAILURES));
    }

    @Override
    public void close() {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            test.close();
        }
    }
}
