package io.opportune.engine.bidding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.opportune.engine.catalogue.BlockKey;
import io.opportune.engine.screening.ImpRestrictions;
import io.opportune.engine.screening.RequestRestrictions;
import io.opportune.protocol.openrtb.OpenRtbReader;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.ReadStatus;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which advertisers an impression takes because of its deals. */
class RestrictionsReaderTest {
    private final BidRequest request = new BidRequest();
    private final ImpRestrictions restrictions = new ImpRestrictions(new RequestRestrictions());

    private boolean names(final String domain) {
        final byte[] text = domain.getBytes(StandardCharsets.US_ASCII);
        return restrictions.wadomain().contains(BlockKey.ofDomain(new UnsafeBuffer(text), 0, text.length));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1 | {'id':'1','wadomain':['a.example','b.example']} | ab",
        "1 | {'id':'1','wadomain':['a.example']},{'id':'2','wadomain':['b.example']} | ab",
        "1 | {'id':'1','wadomain':['a.example']},{'id':'2'} | all",
        "1 | {'id':'1'} | all",
        "0 | {'id':'1','wadomain':['a.example']} | all"})
    void shouldTakeOnlyAdvertisersOfDealsWhereOnlyDealsAreOpen(
        final int closed, final String deals, final String expected) {
        final byte[] body = ("{'id':'r','imp':[{'id':'1','banner':{},'pmp':{'private_auction':%d,'deals':[%s]}}]}")
            .formatted(closed, deals).replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        request.begin();
        request.append(body, 0, body.length);
        assertEquals(ReadStatus.OK, new OpenRtbReader().readJson(request));
        RestrictionsReader.read(request, request.imp(0), restrictions);
        assertEquals(expected, restrictions.wadomain().isEmpty() ? "all"
            : (names("a.example") ? "a" : "") + (names("b.example") ? "b" : "") + (names("c.example") ? "c" : ""));
    }
}
