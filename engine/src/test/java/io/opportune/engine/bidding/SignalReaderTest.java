package io.opportune.engine.bidding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.ExchangeFiles;
import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.privacy.AbsentGdpr;
import io.opportune.engine.privacy.PrivacyAction;
import io.opportune.engine.privacy.PrivacyDecision;
import io.opportune.engine.privacy.PrivacyGate;
import io.opportune.engine.privacy.PrivacyReason;
import io.opportune.engine.privacy.PrivacySettings;
import io.opportune.engine.privacy.PrivacySignals;
import io.opportune.protocol.openrtb.OpenRtbReader;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.ReadStatus;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From a request's text to what is permitted: signals that are there and cannot be read forbid. */
class SignalReaderTest {
    private static final ExchangeProfile GENERIC = ExchangeFiles.shipped().profiles().find("generic");

    private final BidRequest request = new BidRequest();
    private final PrivacySignals signals = new PrivacySignals();
    private final PrivacyDecision decision = new PrivacyDecision();
    private final PrivacyGate gate = new PrivacyGate(PrivacySettings.builder().vendorId(284).build());

    private static ExchangeProfile with(final AbsentGdpr rule) {
        return new ExchangeProfile(GENERIC.id(), GENERIC.number(), GENERIC.name(), GENERIC.ids(), GENERIC.price(),
            GENERIC.currencies(), GENERIC.auction(), GENERIC.time(), GENERIC.limits(), GENERIC.notices(), rule,
            GENERIC.wire());
    }

    private PrivacyReason reason(final ExchangeProfile exchange, final boolean control, final String more) {
        final byte[] body = ("{\"id\":\"r\",\"imp\":[{\"id\":\"1\",\"banner\":{}}]," + more.replace('\'', '"') + "}")
            .getBytes(StandardCharsets.UTF_8);
        request.begin();
        request.append(body, 0, body.length);
        assertEquals(ReadStatus.OK, new OpenRtbReader().readJson(request));
        SignalReader.read(request, exchange, control, signals);
        gate.evaluate(signals, decision);
        return decision.reason();
    }

    private void assertForbidsAll(final PrivacyReason expected, final PrivacyReason found) {
        assertEquals(expected, found);
        for (final PrivacyAction action : PrivacyAction.values()) {
            assertEquals(expected, decision.reason(action));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'gdpr':0,'coppa':'yes'|COPPA", "'gdpr':0,'coppa':1.5|COPPA", "'gdpr':0,'coppa':[1,1]|COPPA",
        "'gdpr':0,'coppa':2147483648|COPPA", "'gdpr':0,'coppa':1,'coppa':0|COPPA", "'gdpr':0,'coppa':7|COPPA",
        "'gdpr':0,'us_privacy':['1YYN','1YYN']|US_PRIVACY_INVALID", "'gdpr':0,'us_privacy':1|US_PRIVACY_INVALID",
        "'gdpr':0,'ext':{'gpc':[1,1]}|GPC", "'gdpr':0,'ext':{'gpc':1}|GPC", "'gdpr':0,'ext':{'gpc':true}|GPC",
        "'gdpr':0,'ext':{'gpc':'yes'}|GPC", "'gdpr':0,'ext':{'gpc':'00x'}|GPC", "'gdpr':0,'ext':{'gpc':0.1}|GPC",
        "'gdpr':0,'ext':{'gpc':{}}|GPC", "'gdpr':0,'ext':{'gpc':'-'}|GPC", "'gdpr':0,'ext':{'gpc':'e'}|GPC",
        "'gdpr':0,'gpp_sid':['usca']|GPP_MISSING", "'gdpr':0,'gpp_sid':{}|GPP_MISSING",
        "'gdpr':0,'gpp':{}|GPP_INVALID", "'gdpr':0,'gpp':7|GPP_INVALID",
        "'gdpr':'yes'|GDPR_FLAG_INVALID", "'gdpr':0,'ext':[{'gpc':'1'}]|GDPR_FLAG_INVALID",
        "'gdpr':0,'ext':'gpc'|GDPR_FLAG_INVALID",
        // Two places that disagree.
        "'gdpr':0,'ext':{'gdpr':1}|GDPR_FLAG_INVALID", "'gdpr':1,'ext':{'gdpr':0}|GDPR_FLAG_INVALID",
        "'gdpr':0,'us_privacy':'1YNN','ext':{'us_privacy':'1YYN'}|US_PRIVACY_INVALID",
        "'gdpr':0,'us_privacy':'','ext':{'us_privacy':'1YYN'}|US_PRIVACY_INVALID",
        "'gdpr':0,'gpp':'DBABTA~1YNN','ext':{'gpp':'DBABTA~1YYN'}|GPP_INVALID",
        "'gdpr':0,'gpp':'DBABTA~1YNN','gpp_sid':[6],'ext':{'gpp_sid':[7]}|GPP_SECTION_MISSING",
        // Nothing that forbids.
        "'gdpr':0|PERMITTED", "'gdpr':'0','coppa':false,'ext':{'gdpr':0}|PERMITTED",
        "'gdpr':0,'coppa':null,'us_privacy':null,'gpp':null,'gpp_sid':[],'ext':[]|PERMITTED",
        "'gdpr':0,'us_privacy':'1YNN','ext':{'us_privacy':'1YNN'}|PERMITTED",
        "'gdpr':0,'ext':{'gpc':false}|PERMITTED", "'gdpr':0,'ext':{'gpc':'false'}|PERMITTED",
        "'gdpr':0,'ext':{'gpc':'False'}|PERMITTED", "'gdpr':0,'ext':{'gpc':0}|PERMITTED",
        "'gdpr':0,'ext':{'gpc':'0'}|PERMITTED", "'gdpr':0,'ext':{'gpc':0.0}|PERMITTED",
        "'gdpr':0,'ext':{'gpc':-0}|PERMITTED", "'gdpr':0,'ext':{'gpc':0e7}|PERMITTED",
        "'gdpr':0,'ext':{'gpc':''}|PERMITTED", "'gdpr':0,'ext':{'gpc':null}|PERMITTED"})
    void shouldHeedRegs(final String regs, final PrivacyReason expected) {
        assertForbidsAll(expected, reason(GENERIC, false, "'regs':{" + regs + "}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'device':{'lmt':'Y'}|LIMIT_AD_TRACKING", "'device':{'lmt':[0,1]}|LIMIT_AD_TRACKING",
        "'device':{'dnt':{}}|DO_NOT_TRACK", "'device':'phone'|LIMIT_AD_TRACKING",
        "'device':{'lmt':1},'device':{}|LIMIT_AD_TRACKING", "'device':[{'lmt':0},{'lmt':1}]|LIMIT_AD_TRACKING",
        "'device':{'lmt':'0','dnt':false}|PERMITTED", "'device':[]|PERMITTED", "'device':null|PERMITTED",
        "'user':{'consent':{}}|PERMITTED", "'user':7|PERMITTED"})
    void shouldHeedTheDevice(final String more, final PrivacyReason expected) {
        assertForbidsAll(expected, reason(GENERIC, false, "'regs':{'gdpr':0}," + more));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"'regs':'x'", "'regs':[{'gdpr':0},{'gdpr':0}]", "'regs':7",
        "'regs':{'coppa':1},'regs':{'gdpr':0}"})
    void shouldPermitNothingWhereRegsCannotBeRead(final String more) {
        assertForbidsAll(PrivacyReason.GDPR_FLAG_INVALID, reason(with(AbsentGdpr.NOT_APPLICABLE), false, more));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'regs':{'gdpr':'yes'}|GDPR_FLAG_INVALID", "'user':{'consent':[1,2]}|TCF_INVALID", "'user':7|TCF_INVALID",
        "'user':{'ext':[7]}|TCF_INVALID", "'user':{'consent':'C','ext':{'consent':'D'}}|TCF_INVALID",
        "'user':{'consent':'C'},'user':{}|TCF_INVALID", "'user':{}|PERMITTED", "'user':[]|PERMITTED",
        "'user':{'consent':null,'ext':{}}|PERMITTED"})
    void shouldNotTakeForAbsentWhatCannotBeRead(final String more, final PrivacyReason expected) {
        assertForbidsAll(expected, reason(with(AbsentGdpr.NOT_APPLICABLE), false, more));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "NO_PROFILE|'at':1|GDPR_UNKNOWN", "NOT_APPLICABLE|'at':1|PERMITTED", "APPLIES|'at':1|TCF_MISSING",
        "AS_GPP_SID_SAYS|'at':1|GDPR_UNKNOWN",
        "AS_GPP_SID_SAYS|'regs':{'gpp':'DBABTA~1YNN','gpp_sid':[6]}|PERMITTED",
        "AS_GPP_SID_SAYS|'regs':{'gpp':'DBABTA~1YNN','gpp_sid':['6','x']}|GPP_SECTION_MISSING"})
    void shouldDoWhatTheProfileSaysWithoutGdpr(
        final AbsentGdpr rule, final String more, final PrivacyReason expected) {
        assertForbidsAll(expected, reason(with(rule), false, more));
    }

    @Test
    void shouldHeedTheHeaderWhateverTheBodySays() {
        assertEquals(PrivacyReason.GPC, reason(GENERIC, true, "'regs':{'gdpr':0,'ext':{'gpc':'0'}}"));
        assertEquals(PrivacyReason.PERMITTED, reason(GENERIC, false, "'regs':{'gdpr':0}"));
        assertTrue(decision.permits(PrivacyAction.READ_PROFILE));
    }
}
