package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules over the arrays of a request: any, none and all of their items. */
@Timeout(60)
class BidListsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CATALOGUE = """
        attributes:
          - {name: request.site_cat, type: list<string>}
          - {name: request.site_content_cat, type: list<string>}
          - {name: request.user_data_segment_id, type: list<string>}
          - {name: request.user_eids_source, type: list<string>}
          - {name: request.imp_pmp_deals_id, type: list<string>}
          - {name: request.imp_banner_format_w, type: list<int>}
          - {name: request.imp_banner_api, type: list<int>}
          - {name: request.badv, type: list<string>}
          - {name: request.site_domain, type: string}
        advertisers: [{id: a, name: A, adomain: [a.example], lang: en}]
        campaigns:
          - {id: a, advertiser: a, flights: [{start: 2017-01-01, end: 2037-01-01}], budget: {currency: USD}}
        offers:
          - id: o
            campaign: a
            value: "0.10"
            propensity: 0.02
            channels: [ad_exchange]
            targeting: 'RULE'
            creatives:
              - id: c
                title: "C"
                banner: {w: 300, h: 250, image: https://a.example/c.png, click: "https://a.example/"}
        placements: [{id: ad_exchange, channels: [ad_exchange], offers: 1, time_budget: 50ms}]
        """;

    @TempDir
    Path folder;

    private BidServer bidder;

    @BeforeEach
    void make() throws IOException {
        bidder = new BidServer(folder);
    }

    @AfterEach
    void stop() {
        bidder.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'\"news\" in request.site_cat' | ',\"site\":{\"cat\":[\"a\",\"news\",\"b\"]}'",
        "'request.site_cat.all(c, c in [\"news\", \"b\"])'               | ',\"site\":{\"cat\":[\"b\",\"news\"]}'",
        "'has(request.site_cat) && !(\"x\" in request.site_cat)'         | ',\"site\":{\"cat\":[\"b\",\"news\"]}'",
        "'request.site_cat.exists(c, c in request.site_content_cat)' "
            + "| ',\"site\":{\"cat\":[\"1\",\"2\"],\"content\":{\"cat\":[\"3\",\"2\"]}}'",
        "'\"s3\" in request.user_data_segment_id && \"s1\" in request.user_data_segment_id' | ',\"user\":{\"data\":["
            + "{\"segment\":[{\"id\":\"s1\"},{\"id\":\"s2\"}]},{},{\"segment\":[{\"id\":\"s3\"}]}]},"
            + "\"regs\":{\"gdpr\":0}'",
        "'\"b.example\" in request.user_eids_source' | ',\"user\":{\"eids\":["
            + "{\"source\":\"a.example\",\"uids\":[{\"id\":\"1\"}]},"
            + "{\"source\":\"b.example\",\"uids\":[{\"id\":\"2\"}]}]},\"regs\":{\"gdpr\":0}'",
        "'728 in request.imp_banner_format_w && 300 in request.imp_banner_format_w'                      | ''",
        "'request.imp_banner_format_w.exists(w, w > 700)'                                                 | ''",
        "'7 in request.imp_banner_api'                                                                    | ''",
        "'\"d2\" in request.imp_pmp_deals_id'                                                             | ''",
        "'!(\"d3\" in request.imp_pmp_deals_id) && !has(request.site_cat)'                                | ''",
        "'\"b9.example\" in request.badv && request.site_domain == \"d.example\"'                          "
            + "| ',\"badv\":[BADV],\"site\":{\"domain\":\"d.example\"}'",
    })
    void shouldHold(final String rule, final String more) throws IOException {
        assertEquals(1, bids(rule, more));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'\"news\" in request.site_cat'                        | ',\"site\":{\"cat\":[\"a\",\"b\"]}'",
        "'\"news\" in request.site_cat'                        | ''",
        "'request.site_cat.all(c, c in [\"news\", \"b\"])'     | ',\"site\":{\"cat\":[\"b\",\"news\",\"c\"]}'",
        "'!(\"x\" in request.site_cat)'                        | ',\"site\":{\"cat\":[\"b\",\"x\"]}'",
        // Nothing of the user without consent.
        "'\"s1\" in request.user_data_segment_id' | ',\"user\":{\"data\":[{\"segment\":[{\"id\":\"s1\"}]}]}'",
        "'\"d3\" in request.imp_pmp_deals_id'                  | ''",
        "'3 in request.imp_banner_api'                         | ''",
    })
    void shouldNotHold(final String rule, final String more) throws IOException {
        assertEquals(0, bids(rule, more));
    }

    private int bids(final String rule, final String more) throws IOException {
        Files.writeString(folder.resolve("catalogue/all.yaml"), CATALOGUE.replace("RULE", rule));
        bidder.start();
        // More than a message has room for: what has one value is there all the same.
        final String badv = IntStream.range(0, 100).mapToObj(i -> "\"b" + i + ".example\"")
            .collect(Collectors.joining(","));
        final BidServer.Answer answer = bidder.post("generic", "{\"id\":\"1\",\"tmax\":900,\"imp\":[{\"id\":\"1\","
            + "\"banner\":{\"format\":[{\"w\":300,\"h\":250},{\"w\":728,\"h\":90}],\"api\":[5,7]},"
            + "\"pmp\":{\"deals\":[{\"id\":\"d1\"},{\"id\":\"d2\"}]}}]" + more.replace("BADV", badv) + "}");
        bidder.assertNoErrors();
        if (answer.status() == 204) {
            return 0;
        }
        final JsonNode response = JSON.readTree(answer.text());
        return response.at("/seatbid/0/bid").size();
    }
}
