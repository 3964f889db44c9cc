package io.opportune.protocol.openrtb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.ReadStatus;
import io.opportune.protocol.openrtb.request.RecordFlyweight;
import io.opportune.protocol.openrtb.schema.ObjectType;
import io.opportune.protocol.openrtb.schema.OpenRtbSchema;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was given but cannot be used, or was given twice with different values, is told from what was not given. */
class UnclearValueTest {
    private final BidRequest request = new BidRequest(1 << 16, 4096);
    private final OpenRtbReader reader = new OpenRtbReader();

    private static void add(
        final Set<String> names, final String prefix, final ObjectType type, final RecordFlyweight object) {
        for (int slot = 0; object != null && slot < type.slotCount(); slot++) {
            if (object.isUnclear(slot)) {
                names.add(prefix + type.slotName(slot));
            }
        }
    }

    private String unclear() {
        final Set<String> names = new TreeSet<>();
        add(names, "", OpenRtbSchema.BID_REQUEST, request);
        add(names, "regs.", OpenRtbSchema.REGS, request.regs());
        add(names, "user.", OpenRtbSchema.USER, request.user());
        add(names, "device.", OpenRtbSchema.DEVICE, request.device());
        return String.join(" ", names);
    }

    private void read(final String more) {
        final byte[] body = ("{\"id\":\"r\",\"imp\":[{\"id\":\"1\",\"banner\":{}}]," + more.replace('\'', '"') + "}")
            .getBytes(StandardCharsets.UTF_8);
        request.begin();
        request.append(body, 0, body.length);
        assertEquals(ReadStatus.OK, reader.readJson(request), () -> reader.errorText(request));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'regs':{'coppa':1,'gdpr':0,'gpp_sid':[7],'ext':{'gpc':'1'}},'user':{'consent':'C'},'device':{'lmt':0}|``",
        "'regs':{'coppa':true,'gdpr':'0','gpp_sid':7,'us_privacy':['1YNN']}|``",
        "'regs':null,'user':null,'device':null|``", "'regs':[],'user':[],'device':[]|``", "'regs':{'ext':[ ]}|``",
        "'regs':{'coppa':null,'gdpr':null,'gpp':null,'gpp_sid':[null],'ext':null}|``",
        "'regs':{'coppa':'yes'}|regs.coppa", "'regs':{'coppa':1.5}|regs.coppa", "'regs':{'coppa':[1,1]}|regs.coppa",
        "'regs':{'coppa':2147483648}|regs.coppa", "'regs':{'coppa':{}}|regs.coppa", "'regs':{'gdpr':''}|regs.gdpr",
        "'device':{'lmt':'Y'}|device.lmt", "'device':{'dnt':1e99}|device.dnt",
        "'regs':{'us_privacy':['1YYN','1YYN']}|regs.us_privacy", "'regs':{'gpp':{}}|regs.gpp",
        "'regs':{'gpp_sid':['usca']}|regs.gpp_sid", "'regs':{'gpp_sid':[7,'x']}|regs.gpp_sid",
        "'regs':{'gpp_sid':[[7]]}|regs.gpp_sid", "'regs':{'ext':{'gpc':[1,1]}}|regs.ext.gpc",
        "'regs':{'ext':[{'gdpr':1}]}|regs.ext", "'regs':{'ext':'gdpr'}|regs.ext",
        "'user':{'ext':1}|user.ext", "'user':{'consent':{}}|user.consent",
        "'regs':'x'|regs", "'regs':[{},{}]|regs", "'user':7|user", "'device':true|device",
        // Once more, the same and another.
        "'regs':{'coppa':1,'coppa':1}|``", "'regs':{'coppa':1,'coppa':0}|regs.coppa",
        "'regs':{'coppa':1,'coppa':null}|regs.coppa", "'regs':{'coppa':null,'coppa':0}|``",
        "'regs':{'coppa':'yes','coppa':0}|regs.coppa", "'regs':{'coppa':1},'regs':{}|regs",
        "'regs':{'us_privacy':'1YNN','us_privacy':'1YYN'}|regs.us_privacy",
        "'regs':{'ext':{'gpc':'1'},'ext':{'gpc':'0'}}|regs.ext.gpc",
        // At its declared place and at an old one.
        "'regs':{'gdpr':1,'ext':{'gdpr':1}}|``", "'regs':{'gdpr':0,'ext':{'gdpr':1}}|regs.gdpr",
        "'regs':{'ext':{'gdpr':1},'gdpr':0}|regs.gdpr", "'regs':{'gdpr':0,'ext':{'gdpr':null}}|``",
        "'regs':{'gdpr':null,'ext':{'gdpr':1}}|``", "'regs':{'gdpr':0,'ext':{'gdpr':'yes'}}|regs.gdpr",
        "'regs':{'us_privacy':'1YNN','ext':{'us_privacy':'1YNN'}}|``",
        "'regs':{'us_privacy':'1YNN','ext':{'us_privacy':'1\\u0059NN'}}|``",
        "'regs':{'us_privacy':'','ext':{'us_privacy':'1YYN'}}|regs.us_privacy",
        "'regs':{'gpp':'DB','ext':{'gpp':'DC'}}|regs.gpp", "'regs':{'gpp_sid':[7],'ext':{'gpp_sid':['7']}}|``",
        "'regs':{'gpp_sid':[7],'ext':{'gpp_sid':[7,8]}}|regs.gpp_sid",
        "'user':{'consent':'CA','ext':{'consent':'CB'}}|user.consent",
    })
    void shouldTellWhatIsNotClear(final String more, final String expected) {
        read(more);
        assertEquals(expected, unclear());
        read("'at':1");
        assertEquals("", unclear(), "forgotten with the request");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        // regs (14): coppa (1), gdpr (4), us_privacy (5), gpp_sid (3), ext (99): gdpr (1)
        "72020801,``", "7206088080808010,regs.coppa", "72090900000000000000f0,regs.coppa", "72030a0101,regs.coppa",
        "72022801,regs.us_privacy", "720408010800,regs.coppa", "72020801 72020801,regs", "7000,regs",
        "7207 2000 9a06020801,regs.gdpr", "7207 2001 9a06020801,``", "7202 1807,``", "7206188080808010,regs.gpp_sid"})
    void shouldTellItOfProtobuf(final String regs, final String expected) {
        final byte[] body = HexFormat.of().parseHex("0a0172" + "12050a01311200" + regs.replace(" ", ""));
        request.begin();
        request.append(body, 0, body.length);
        assertEquals(ReadStatus.OK, reader.readProtobuf(request), () -> reader.errorText(request));
        assertEquals(expected, unclear());
    }

    /** Reading ends with the text, whatever stands behind it in the body. */
    @Test
    void shouldNotReadBeyondTheTextOfANativeRequest() {
        for (final String text : new String[] {"{", "{ ", "{}x", "x{}", "", " ", "}"}) {
            read("'x':1");
            final byte[] body = ("{\"id\":\"r\",\"imp\":[{\"id\":\"1\",\"native\":{\"request\":\"" + text
                + "\",\":[{},{}],\":1,\":{\":{}}}]}").getBytes(StandardCharsets.UTF_8);
            request.begin();
            request.append(body, 0, body.length);
            assertEquals(ReadStatus.OK, reader.readJson(request), () -> reader.errorText(request));
            assertNull(request.imp(0).nativeAd().requestNative(), text);
            assertEquals(1, request.ignoredCount());
            assertFalse(request.isUnclear(OpenRtbSchema.BID_REQUEST.slot("imp")));
        }
    }
}
