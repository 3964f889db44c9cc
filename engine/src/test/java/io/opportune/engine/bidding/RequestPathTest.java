package io.opportune.engine.bidding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.openrtb.OpenRtbReader;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.ReadStatus;
import io.opportune.protocol.openrtb.schema.Field;
import io.opportune.protocol.openrtb.schema.Kind;
import io.opportune.protocol.openrtb.schema.ObjectType;
import io.opportune.protocol.openrtb.schema.OpenRtbSchema;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {
    private static final String BODY = """
        {"id":"r","tmax":120,"imp":[{"id":"a","bidfloor":1.5,"banner":{"w":300,"btype":[3,1]}},
        {"id":"b","tagid":"top","video":{"plcmt":2,"mimes":["video/mp4"]}}],"site":{"cat":["IAB1","IAB2"],
        "content":{"genre":"news"}},"device":{"geo":{"country":"USA","lat":40.5},"ext":{"atts":3,"ifv":"v"}},
        "regs":{"ext":{"us_privacy":"1YNN"},"gpp_sid":[7]},"user":{"data":[{"segment":[{"id":"s"}]}]}}""";

    private final BidRequest request = new BidRequest();

    @BeforeEach
    void read() {
        final byte[] body = BODY.getBytes(StandardCharsets.UTF_8);
        request.append(body, 0, body.length);
        assertEquals(ReadStatus.OK, new OpenRtbReader().readJson(request));
    }

    @ParameterizedTest
    @CsvSource({
        "tmax, 0, 120", "imp_bidfloor, 0, 1.5", "imp_banner_w, 0, 300", "imp_banner_btype, 0, 3", "imp_id, 1, b",
        "imp_tagid, 0, ", "imp_tagid, 1, top", "imp_video_plcmt, 1, 2", "imp_video_plcmt, 0, ",
        "imp_video_mimes, 1, video/mp4", "site_cat, 1, IAB1", "site_content_genre, 0, news", "app_bundle, 0, ",
        "device_geo_country, 0, USA", "device_geo_lat, 0, 40.5", "device_ext_atts, 0, 3", "device_ext_ifv, 0, v",
        "regs_us_privacy, 0, 1YNN", "regs_gpp_sid, 0, 7", "user_data_segment_id, 0, s"})
    void shouldReadWhatStandsThere(final String name, final int imp, final String expected) {
        final RequestPath path = RequestPath.of(name);
        final long word = path.read(request, imp);
        final String found = word == Long.MIN_VALUE ? null : switch (path.kind()) {
            case INTEGER -> Integer.toString((int) word);
            case DECIMAL -> Double.toString(Double.longBitsToDouble(word));
            default -> request.string(word);
        };
        assertEquals(expected, found);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "imp_", "nothing", "site_nothing", "site_domain_x", "device_ext", "user_ext_consent"})
    void shouldKnowNoOtherNames(final String name) {
        assertNull(RequestPath.of(name));
    }

    @Test
    void shouldKnowEveryPathThatIsRead() {
        assertTrue(knows("", OpenRtbSchema.BID_REQUEST) > 300, "paths");
    }

    private static int knows(final String prefix, final ObjectType type) {
        int count = 0;
        for (final Field field : type.fields()) {
            final boolean scalar = field.kind() == Kind.INTEGER || field.kind() == Kind.DECIMAL
                || field.kind() == Kind.TEXT || field.kind() == Kind.INTEGERS || field.kind() == Kind.TEXTS;
            if (field.moved() || field.name().equals("schain")) {
                continue;
            }
            final String name = prefix + field.name();
            if (scalar) {
                assertNotNull(RequestPath.of(name), name);
                assertEquals(field.kind() == Kind.INTEGERS ? Kind.INTEGER
                    : field.kind() == Kind.TEXTS ? Kind.TEXT : field.kind(), RequestPath.of(name).kind(), name);
                count++;
            } else if (field.kind() == Kind.OBJECT || field.kind() == Kind.OBJECTS) {
                count += knows(name + "_", field.child());
            }
        }
        return count;
    }

    @ParameterizedTest
    @CsvSource({
        "user_yob, true, false", "user_geo_lat, true, true", "user_data_segment_id, true, false",
        "device_ifa, true, false", "device_ip, true, false", "device_ipv6, true, false", "device_ext_ifv, true, false",
        "device_geo_lat, false, true", "device_geo_lon, false, true", "device_geo_country, false, false",
        "device_os, false, false", "site_domain, false, false", "imp_bidfloor, false, false"})
    void shouldTellWhatIsPersonal(final String name, final boolean personal, final boolean precise) {
        assertEquals(personal, RequestPath.of(name).personal());
        assertEquals(precise, RequestPath.of(name).precise());
    }
}
