package io.opportune.engine.targeting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The truth table of TARGETING.md, row by row, on both evaluators. */
class TruthTableTest {
    private final Rules rules = new Rules();

    /** Rule; the attributes' values as `name=value`, lists with `|`, maps with `:`; `-` for none. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "customer.age == 30                        ; -                      ; false",
        "customer.age == 30                        ; customer.age=30        ; true",
        "customer.age == 30                        ; customer.age=31        ; false",
        "customer.age != 30                        ; -                      ; false",
        "customer.age != 30                        ; customer.age=30        ; false",
        "customer.age != 30                        ; customer.age=31        ; true",
        "!(customer.age == 30)                     ; -                      ; true",
        "!(customer.age == 30)                     ; customer.age=30        ; false",
        "!(customer.age != 30)                     ; -                      ; true",
        "customer.age < 30                         ; -                      ; false",
        "customer.age >= 30                        ; -                      ; false",
        "!(customer.age < 30)                      ; -                      ; true",
        "!(customer.age >= 30)                     ; -                      ; true",
        "customer.age < 30                         ; customer.age=29        ; true",
        "customer.age <= 30                        ; customer.age=30        ; true",
        "customer.age > 30                         ; customer.age=30        ; false",
        "30 > customer.age                         ; customer.age=29        ; true",
        "30 <= customer.age                        ; customer.age=29        ; false",
        "customer.age >= 18 && customer.age < 65   ; customer.age=64        ; true",
        "customer.age >= 18 && customer.age < 65   ; customer.age=65        ; false",
        "customer.age > 29.5                       ; customer.age=29        ; false",
        "customer.age > 29.5                       ; customer.age=30        ; true",
        "customer.age == 29.5                      ; customer.age=29        ; false",
        "customer.age != 29.5                      ; customer.age=29        ; true",
        "customer.age != 29.5                      ; -                      ; false",
        "customer.age == 30.0                      ; customer.age=30        ; true",
        "customer.age == -5                        ; customer.age=-5        ; true",
        "customer.age < 1e30                       ; customer.age=9         ; true",
        "customer.age > 1e30                       ; customer.age=9         ; false",
        "customer.score == 0.1                     ; customer.score=100000  ; true",
        "customer.score == 0.1                     ; customer.score=100001  ; false",
        "customer.score > 123456789.123456         ; customer.score=123456789123457 ; true",
        "customer.score > 123456789.123456         ; customer.score=123456789123456 ; false",
        "customer.score >= 20                      ; customer.score=19999999 ; false",
        "customer.score >= 20                      ; customer.score=20000000 ; true",
        "customer.score == 20                      ; customer.score=20000000 ; true",
        "customer.score in [1, 20]                 ; customer.score=20000000 ; true",
        "customer.score in [1, 2.5]                ; customer.score=2500000 ; true",
        "customer.score < 9223372036854775807      ; customer.score=9223372036854775807 ; true",
        "customer.score > 9223372036854775807      ; customer.score=9223372036854775807 ; false",
        "customer.score >= -1.5                    ; customer.score=-1500000 ; true",
        "customer.score < -1.5                     ; customer.score=-1500000 ; false",
        "customer.tier == 'gold'                   ; customer.tier=gold     ; true",
        "customer.tier == 'gold'                   ; customer.tier=silver   ; false",
        "customer.tier != 'gold'                   ; -                      ; false",
        "customer.tier in ['gold', 'silver']       ; -                      ; false",
        "customer.tier in ['gold', 'silver']       ; customer.tier=silver   ; true",
        "!(customer.tier in ['gold'])              ; -                      ; true",
        "!(customer.tier in ['gold'])              ; customer.tier=gold     ; false",
        "customer.tier in []                       ; customer.tier=gold     ; false",
        "!(customer.tier in [])                    ; customer.tier=gold     ; true",
        "customer.member                           ; -                      ; false",
        "!customer.member                          ; -                      ; true",
        "customer.member                           ; customer.member=1      ; true",
        "!customer.member                          ; customer.member=0      ; true",
        "customer.member == false                  ; -                      ; false",
        "customer.member == false                  ; customer.member=0      ; true",
        "customer.member != true                   ; customer.member=0      ; true",
        "customer.member != true                   ; -                      ; false",
        "has(customer.tier)                        ; -                      ; false",
        "has(customer.tier)                        ; customer.tier=gold     ; true",
        "!has(customer.tier)                       ; -                      ; true",
        "has(customer.segments)                    ; customer.segments=     ; true",
        "has(customer.segments)                    ; -                      ; false",
        "has(customer.purchases_30d)               ; customer.purchases_30d= ; true",
        "has(customer.purchases_30d.dairy)         ; customer.purchases_30d=dairy:2 ; true",
        "has(customer.purchases_30d.dairy)         ; customer.purchases_30d=wine:2 ; false",
        "'vip' in customer.segments                ; -                      ; false",
        "'vip' in customer.segments                ; customer.segments=     ; false",
        "'vip' in customer.segments                ; customer.segments=new|vip ; true",
        "!('vip' in customer.segments)             ; -                      ; true",
        "!('vip' in customer.segments)             ; customer.segments=     ; true",
        "!('vip' in customer.segments)             ; customer.segments=vip  ; false",
        "customer.segments.exists(s, s == 'vip')   ; -                      ; false",
        "customer.segments.exists(s, s == 'vip')   ; customer.segments=     ; false",
        "customer.segments.exists(s, s == 'vip')   ; customer.segments=new|vip ; true",
        "customer.segments.exists(s, s != 'vip')   ; customer.segments=vip  ; false",
        "customer.segments.exists(s, s != 'vip')   ; customer.segments=vip|new ; true",
        "!customer.segments.exists(s, s == 'vip')  ; -                      ; true",
        "!customer.segments.exists(s, s == 'vip')  ; customer.segments=     ; true",
        "!customer.segments.exists(s, s == 'vip')  ; customer.segments=vip  ; false",
        "customer.segments.all(s, s == 'vip')      ; -                      ; false",
        "customer.segments.all(s, s == 'vip')      ; customer.segments=     ; true",
        "customer.segments.all(s, s == 'vip')      ; customer.segments=vip|vip ; true",
        "customer.segments.all(s, s == 'vip')      ; customer.segments=vip|new ; false",
        "!customer.segments.all(s, s == 'vip')     ; -                      ; true",
        "customer.segments.exists(s, true)         ; customer.segments=     ; false",
        "customer.segments.exists(s, true)         ; customer.segments=x    ; true",
        "customer.segments.all(s, false)           ; customer.segments=     ; true",
        "basket.items.exists(i, i >= 10 && i < 20) ; basket.items=5|25      ; false",
        "basket.items.exists(i, i >= 10 && i < 20) ; basket.items=5|15      ; true",
        "basket.items.all(i, i in [1, 2, 3])       ; basket.items=1|3       ; true",
        "7 in basket.items                         ; basket.items=1|7       ; true",
        "7.0 in basket.items                       ; basket.items=1|7       ; true",
        "customer.purchases_30d['dairy'] < 3       ; -                      ; false",
        "customer.purchases_30d['dairy'] < 3       ; customer.purchases_30d=wine:1 ; false",
        "customer.purchases_30d['dairy'] < 3       ; customer.purchases_30d=dairy:2 ; true",
        "customer.purchases_30d['dairy'] != 3      ; customer.purchases_30d=wine:1 ; false",
        "customer.purchases_30d['dairy'] != 3      ; customer.purchases_30d=dairy:2 ; true",
        "customer.purchases_30d.dairy in [1, 2]    ; customer.purchases_30d=dairy:2 ; true",
        "!(customer.purchases_30d['dairy'] < 3)    ; customer.purchases_30d=wine:1 ; true",
        "'dairy' in customer.purchases_30d         ; -                      ; false",
        "'dairy' in customer.purchases_30d         ; customer.purchases_30d=dairy:0 ; true",
        "!('dairy' in customer.purchases_30d)      ; customer.purchases_30d=wine:1 ; true",
        "customer.spend_30d['dairy'] >= 9.99       ; customer.spend_30d=dairy:9990000 ; true",
        "basket.categories.exists(c, customer.purchases_30d[c] >= 2) ;"
            + " basket.categories=wine|dairy, customer.purchases_30d=dairy:2 ; true",
        "basket.categories.exists(c, customer.purchases_30d[c] >= 2) ; basket.categories=wine,"
            + " customer.purchases_30d=dairy:2 ; false",
        "basket.categories.exists(c, c in customer.purchases_30d)    ; basket.categories=dairy,"
            + " customer.purchases_30d=dairy:2 ; true",
        "basket.categories.all(c, !(customer.purchases_30d[c] in [1, 2])) ;"
            + " basket.categories=wine|dairy, customer.purchases_30d=dairy:3 ; true",
        "basket.categories.exists(c, customer.segments.exists(s, s == 'vip' && c == 'wine')) ;"
            + " basket.categories=dairy|wine, customer.segments=new|vip ; true",
        "basket.categories.exists(c, customer.segments.all(s, s == 'vip' && c == 'wine')) ;"
            + " basket.categories=dairy|wine, customer.segments=new|vip ; false",
        "request.temperature > customer.score      ; -                      ; false",
        "request.temperature > customer.score      ; request.temperature=5  ; false",
        "request.temperature > customer.score      ; request.temperature=5, customer.score=4 ; true",
        "request.temperature != customer.score     ; request.temperature=5  ; false",
        "customer.age < request.temperature        ; customer.age=4, request.temperature=4000001 ; true",
        "customer.age < request.temperature        ; customer.age=4, request.temperature=4000000 ; false",
        "customer.age == request.temperature       ; customer.age=4, request.temperature=4000000 ; true",
        "request.temperature >= customer.age       ; customer.age=-4, request.temperature=-3999999 ; true",
        "request.temperature < customer.age        ; customer.age=9223372036854775807,"
            + " request.temperature=9223372036854775807 ; true",
        "customer.spend_30d['dairy'] > basket.amount ; customer.spend_30d=dairy:5, basket.amount=4 ; true",
        "customer.spend_30d['dairy'] > basket.amount ; basket.amount=4       ; false",
        "customer.last_channel == moment.channel   ; customer.last_channel=till, moment.channel=till ; true",
        "customer.last_channel != moment.channel   ; moment.channel=till    ; false",
        "moment.type in ['basket_update','tender'] ; moment.type=tender     ; true",
        "customer.since < timestamp('2017-01-01T00:00:00Z') ; customer.since=1483228799999999999 ; true",
        "customer.since < timestamp('2017-01-01T00:00:00Z') ; customer.since=1483228800000000000 ; false",
        "customer.since >= timestamp('2017-01-01T01:00:00+01:00') ; customer.since=1483228800000000000 ; true",
        "'location' in customer.consent            ; customer.consent=location|contact ; true",
        "position.distance_km(40.1, -74.2) < 5     ; -                      ; false",
        "!(position.distance_km(40.1, -74.2) < 5)  ; -                      ; true",
        "position.distance_km(40.1, -74.2) < 5     ; position=40.1|-74.2    ; true",
        "position.distance_km(40.1, -74.2) > 5.0   ; position=41|-74        ; true",
        "5.5 >= position.distance_km(40, -74)      ; position=40.04|-74     ; true",
        "position.distance_km(0, 0) < 20016        ; position=0|180         ; true",
        "position.distance_km(0, 0) > 20016        ; position=0|180         ; false",
        "position.distance_km(0, 0) > -1           ; position=0|0           ; true",
        "position.distance_km(0, 0) <= 0           ; position=0|0           ; true",
        "position.within([40, -75, 40, -74, 41, -74]) ; -                   ; false",
        "!(position.within([40, -75, 40, -74, 41, -74])) ; -                ; true",
        "position.within([40, -75, 40, -74, 41, -74]) ; position=40.4|-74.3 ; true",
        "position.within([40, -75, 40, -74, 41, -74]) ; position=40.6|-74.6 ; false",
        "position.within([40, -75, 40, -74, 41, -74]) ; position=40.5|-74.5 ; true",
        "position.within([40, -75, 40, -74, 41, -74]) ; position=40.5000001|-74.5 ; false",
        "position.within([40, -75, 40, -74, 41, -74]) ; position=40|-75     ; true",
        "position.within([40, -75, 40, -74, 41, -74]) ; position=40|-75.0000001 ; false",
        "!position.within([40, -75, 40, -74, 41, -74]) ; position=0|0       ; true",
        "position.within([0, 0, 0, 4, 4, 4, 4, 3, 1, 3, 1, 1, 4, 1, 4, 0]) ; position=2|2 ; false",
        "position.within([0, 0, 0, 4, 4, 4, 4, 3, 1, 3, 1, 1, 4, 1, 4, 0]) ; position=2|3.5 ; true",
        "position.within([-16, 177, -16, -178, -19, -178, -19, 177]) ; position=-17|179.5 ; true",
        "position.within([-16, 177, -16, -178, -19, -178, -19, 177]) ; position=-17|-180 ; true",
        "position.within([-16, 177, -16, -178, -19, -178, -19, 177]) ; position=-17|180 ; true",
        "position.within([-16, 177, -16, -178, -19, -178, -19, 177]) ; position=-17|-179 ; true",
        "position.within([-16, 177, -16, -178, -19, -178, -19, 177]) ; position=-17|0 ; false",
        "position.within([-16, 177, -16, -178, -19, -178, -19, 177]) ; position=-17|-177.9 ; false",
        "position.within([0, 170, 0, 180, 9, 180, 9, 170]) ; position=1|-180 ; true",
        "position.within([0, 170, 0, 180, 9, 180, 9, 170]) ; position=1|-179.9999999 ; false",
        "position.within([90, 0, 80, -60, 80, 60])  ; position=90|123        ; true",
        "position.within([90, 0, 80, -60, 80, 60])  ; position=80|0          ; true",
        "position.within([90, 0, 80, -60, 80, 60])  ; position=79.9999999|0  ; false",
        "position.within([-90, 0, -80, -60, -80, 60]) ; position=-90|0       ; true",
        "position.within([-90, 0, -80, -60, -80, 60]) ; position=90|0        ; false",
        "true                                      ; -                      ; true",
        "false || customer.member                  ; customer.member=1      ; true",
        "!(true && !customer.member)               ; -                      ; false",
        "(customer.age == 1 || customer.age == 2) && !(customer.tier == 'gold') ; customer.age=2 ; true",
    })
    void shouldFollowTheTable(final String text, final String values, final boolean expected) {
        final Rule rule = rules.rule(text);
        final Situation situation = situation(values);
        assertEquals(expected, rule.root().holds(situation), "tree: " + text + " on " + values);
        assertEquals(expected, rule.matches(situation), "program: " + text + " on " + values);
        final RuleExplanation explanation = RuleExplanation.of(rule, situation, rules.registry());
        assertEquals(expected, explanation.matches(), "explanation: " + explanation);
    }

    private Situation situation(final String values) {
        final Situation situation = new Situation(rules.schema());
        for (final String assignment : values.equals("-") ? new String[0] : values.split(", ")) {
            final String name = assignment.substring(0, assignment.indexOf('='));
            final String value = assignment.substring(assignment.indexOf('=') + 1);
            final String[] parts = value.isEmpty() ? new String[0] : value.split("\\|");
            if (name.equals("position")) {
                situation.setPosition((int) Math.round(Double.parseDouble(parts[0]) * 1e7),
                    (int) Math.round(Double.parseDouble(parts[1]) * 1e7));
                continue;
            }
            final Attribute attribute = rules.schema().attribute(name);
            switch (attribute.shape()) {
                case SCALAR -> situation.set(attribute.slot(), code(attribute.vocabulary(), value));
                case LIST -> {
                    situation.begin(attribute.slot());
                    for (final String part : parts) {
                        assertTrue(situation.addToList(attribute.slot(), code(attribute.vocabulary(), part)));
                    }
                }
                default -> {
                    situation.begin(attribute.slot());
                    for (final String part : parts) {
                        final String[] entry = part.split(":");
                        assertTrue(situation.putInMap(attribute.slot(),
                            rules.id(NameKind.CATEGORY, entry[0]), Long.parseLong(entry[1])));
                    }
                }
            }
        }
        return situation;
    }

    private long code(final Vocabulary vocabulary, final String value) {
        return vocabulary == Vocabulary.NONE ? Long.parseLong(value)
            : vocabulary.kind() == null ? vocabulary.code(value) : rules.id(vocabulary.kind(), value);
    }

    /** Each condition of the document's table compiles, and on an empty situation says what the table says. */
    @Test
    void shouldSayOfMissingThingsWhatTheDocumentSays() throws IOException {
        final List<String> lines = Files.readAllLines(
            Path.of(System.getenv("OPPORTUNE_ROOT")).resolve("engine/TARGETING.md"));
        final List<String> rows = new ArrayList<>();
        boolean inTable = false;
        for (final String line : lines) {
            inTable = inTable ? line.startsWith("|") : line.startsWith("| condition | missing");
            if (inTable && line.startsWith("| `")) {
                rows.add(line);
            }
        }
        assertEquals(19, rows.size(), "rows of the table");
        for (final String row : rows) {
            final String[] cells = row.split(" \\| ");
            final String text = cells[0].substring(3, cells[0].indexOf('`', 3)).replace("s, ...", "s, s == \"vip\"");
            final Situation empty = new Situation(rules.schema());
            assertEquals(cells[1].startsWith("true"), rules.rule(text).matches(empty), text);
        }
    }

    @Test
    void shouldMeasureDistanceAsTheHaversineFormulaDoes() {
        // New York to Boston by an independent computation of the haversine formula, radius 6371.0088 km.
        final double north1 = Math.toRadians(40.7128);
        final double north2 = Math.toRadians(42.3601);
        final double east = Math.toRadians(-71.0589 + 74.0060);
        final double half = Math.pow(Math.sin((north2 - north1) / 2), 2)
            + Math.cos(north1) * Math.cos(north2) * Math.pow(Math.sin(east / 2), 2);
        final double km = 2 * 6371.0088 * Math.asin(Math.sqrt(half));
        assertEquals(306.1, km, 0.1, "as known from maps");
        final Situation situation = new Situation(rules.schema());
        situation.setPosition(407_128_000, -740_060_000);
        assertTrue(rules.rule("position.distance_km(42.3601, -71.0589) < " + (km + 1e-6)).matches(situation));
        assertTrue(rules.rule("position.distance_km(42.3601, -71.0589) > " + (km - 1e-6)).matches(situation));
        situation.set(AttributeSchema.MOMENT_CHANNEL, Channel.TILL.value());
        situation.set(AttributeSchema.MOMENT_TYPE, Moment.TENDER.value());
        situation.clear();
        assertTrue(!situation.hasPosition() && !situation.has(AttributeSchema.MOMENT_CHANNEL), "nothing is left");
    }
}
