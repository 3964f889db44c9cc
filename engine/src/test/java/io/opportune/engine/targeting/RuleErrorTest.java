package io.opportune.engine.targeting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.codec.NameKind;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What leaves the language is refused with its place, what it is, and what is allowed. */
class RuleErrorTest {
    private final Rules rules = new Rules();

    /** Rule; line:column; a part of what is found; a part of what is allowed. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "customer.teir == 'gold'              ; 1:1  ; customer.teir is not an attribute ; customer.tier",
        "has(customer.teir)                   ; 1:5  ; customer.teir is not an attribute ; customer.tier",
        "customer.age > 3 && custmer.age < 5  ; 1:21 ; custmer.age is not an attribute   ; customer.age",
        "tier == 'gold'                       ; 1:1  ; tier is not an attribute          ; nearest",
        "customer == 'gold'                   ; 1:1  ; customer alone is not a value     ; customer.tier",
        "position > 3                         ; 1:1  ; position alone is not a value     ; distance_km",
        "customer.tier == 3                   ; 1:18 ; customer.tier is string           ; text in quotes",
        "customer.age == 'x'                  ; 1:17 ; customer.age is int               ; a number",
        "customer.age == true                 ; 1:17 ; customer.age is int               ; a number",
        "customer.member == 1                 ; 1:20 ; customer.member is bool           ; true, false",
        "customer.since < 5                   ; 1:18 ; customer.since is time            ; timestamp(",
        "customer.since < timestamp('soon')   ; 1:27 ; is no time                        ; 2017-01-01T00:00:00Z",
        "customer.tier > 'gold'               ; 1:15 ; has no order                      ; == !=",
        "customer.age                         ; 1:1  ; is int, not a condition           ; a comparison",
        "'gold'                               ; 1:1  ; stands where a condition belongs  ; a comparison",
        "customer.age + 1 > 3                 ; 1:14 ; arithmetic (+)                    ; has()",
        "size(basket.items) > 3               ; 1:5  ; the function size()               ; exists",
        "customer.tier.startsWith('g')        ; 1:25 ; the function startsWith()         ; ==",
        "customer.tier.matches('g.*')         ; 1:22 ; the function matches()            ; ==",
        "customer.member ? true : false       ; 1:17 ; the conditional ? :               ; &&",
        "basket.items.map(i, i > 2)           ; 1:17 ; the function map()                ; exists",
        "basket.items.filter(i, i > 2)        ; 1:20 ; the function filter()             ; exists",
        "basket.items.exists_one(i, i > 2)    ; 1:24 ; the function exists_one()         ; exists",
        "customer.age.exists(i, i > 2)        ; 1:1  ; customer.age is int               ; lists",
        "basket.items == [1]                  ; 1:1  ; cannot be compared as a whole     ; exists",
        "customer.purchases_30d > 1           ; 1:1  ; cannot be compared as a whole     ; [\"key\"]",
        "customer.age['x'] > 1                ; 1:1  ; customer.age is int               ; after a map",
        "customer.purchases_30d[3] > 1        ; 1:24 ; a key that is no string           ; quotes",
        "moment.channel == 'tell'             ; 1:19 ; \"tell\" is not a channel         ; till",
        "moment.type in ['tender', 'pay']     ; 1:27 ; \"pay\" is not a moment           ; basket_update",
        "'spam' in customer.consent           ; 1:1  ; \"spam\" is not a consent         ; personalisation",
        "customer.score > 0.0000001           ; 1:18 ; too many decimals                 ; 6 decimals",
        "1 < 2                                ; 1:3  ; compares two values               ; attribute",
        "1 in [1, 2]                          ; 1:3  ; compares values only              ; attribute in",
        "customer.age in [1, customer.age]    ; 1:21 ; not a value                       ; values in the text",
        "customer.tier in customer.age        ; 1:18 ; customer.age is int               ; a list",
        "moment.channel == customer.tier      ; 1:16 ; cannot be compared with           ; one kind",
        "store.id in customer.segments        ; 1:1  ; can never be in                   ; same kind",
        "1.5 in basket.items                  ; 1:1  ; can never be in                   ; whole number",
        "position.distance_km(91, 0) < 5      ; 1:21 ; the point 91, 0                   ; -90..90",
        "position.distance_km(9, 0) == 5      ; 1:28 ; a distance compared with ==       ; < <= > >=",
        "position.distance_km(9, 0)           ; 1:21 ; compared with nothing             ; kilometres",
        "position.distance_km(customer.age, 0) < 5 ; 1:21 ; other than numbers           ; distance_km(40.1",
        "position.within([1, 2, 3, 4, 5])     ; 1:16 ; a polygon of 5 numbers            ; longitude of each",
        "position.within([1, 2, 3, 4])        ; 1:16 ; a polygon of 2 corners            ; 3..64",
        "position.within([])                  ; 1:16 ; a polygon of 0 corners            ; 3..64",
        "position.within([91, 0, 1, 1, 2, 0]) ; 1:18 ; the latitude 91                   ; -90..90",
        "position.within([0, 0, 1, 1, 2, -180.5]) ; 1:34 ; the longitude -180.5          ; -180..180",
        "position.within([0, 0, 1, 1, 2, '3']) ; 1:33 ; the longitude \"3\", which is no ; degrees",
        "position.within([0, 0, 1, 1.00000001, 2, 0]) ; 1:27 ; too many decimals         ; 7 decimals",
        "position.within([0, 0, 0, 0, 2, 2])  ; 1:24 ; corner 2: the same corner twice   ; different corners",
        "position.within([0, 0, 0, 1, 2, 2, 0, 0]) ; 1:36 ; corner 4: the last corner is the first ; by itself",
        "position.within([0, 0, 1, 1, 2, 2])  ; 1:30 ; corner 3: the edge from this corner meets ; corners only",
        "position.within([0, 0, 2, 2, 2, 0, 0, 2]) ; 1:30 ; meets the one from corner 1  ; corners only",
        "position.within([0, -90, 0, 90, 5, 0]) ; 1:26 ; corner 2: an edge over 180 degrees ; less than 180",
        "position.within([60, -180, 60, -90, 60, 0, 60, 90]) ; 1:44 ; go round a pole     ; as a corner",
        "position.within(40, -74)             ; 1:16 ; no list of corners                ; position.within([",
        "position.within(basket.items)        ; 1:16 ; no list of corners                ; position.within([",
        "position.within([0, 0, 0, 1, 2, 2]) == true ; 1:16 ; a condition is compared     ; within",
        "(customer.age > 1) == true           ; 1:15 ; a condition is compared           ; &&",
        "basket.items.exists(i, basket.items.exists(j, basket.items.exists(k, k > 1))) ; 1:47 ;"
            + " three deep ; two levels",
        "basket.items.exists(i, i == 'x')     ; 1:29 ; i is int                          ; a number",
        "customer.age == null                 ; 1:17 ; null                              ; a number",
        "customer.age > 3u                    ; 1:16 ; 3u                                ; a number",
        "{'a': 1}                             ; 1:1  ; map or message                    ; ==",
        "customer.age ==                      ; 1:16 ; mismatched input                  ; has()",
        "customer.age = 3                     ; 1:14 ; token recognition                 ; has()",
        "request.wether == 'rain'             ; 1:1  ; request.wether is not             ; request.weather",
    })
    void shouldSayWhatIsWrong(final String text, final String place, final String found, final String allowed) {
        final RuleCompiler.Outcome outcome = rules.compiler().check(text);
        assertNull(outcome.rule(), text);
        final RuleError error = outcome.errors().getFirst();
        assertTrue(error.found().contains(found), text + " -> " + error);
        assertTrue(error.allowed().contains(allowed), text + " -> " + error);
        assertEquals(place, error.line() + ":" + error.column(), text + " -> " + error);
    }

    @Test
    void shouldSayEverythingThatIsWrongAtOnce() {
        final List<RuleError> errors = rules.compiler().check("""
            customer.teir == "gold"
              && moment.channel == "tell"
              && basket.amount * 2 > 10""").errors();
        assertEquals(3, errors.size(), errors.toString());
        assertEquals(List.of("1:1", "2:24", "3:20"), errors.stream()
            .map(error -> error.line() + ":" + error.column()).toList());
    }

    @Test
    void shouldNotTouchTheRegistryForARuleThatIsWrong() {
        assertFalse(rules.compiler().check("customer.tier == 'platinum' && customer.age == 'x'").errors().isEmpty());
        assertTrue(rules.compiler().check("customer.tier == 'palladium'").errors().isEmpty());
        assertEquals(0, rules.registry().lastId(NameKind.ATTRIBUTE_VALUE));
        rules.rule("customer.tier == 'palladium'");
        assertEquals(1, rules.registry().find(NameKind.ATTRIBUTE_VALUE, "palladium"));
    }

    /** A compiler that has seen the shapes of a rule's parts says the same as one that has seen nothing. */
    @Test
    void shouldSayTheSameWhateverItHasSeenBefore() {
        final long seed = Long.getLong("seed", 20170101L);
        final Random random = new Random(seed);
        final String[] leaves = {"customer.age == 7", "customer.age == 7.5", "customer.age == \"7\"",
            "customer.tier == \"gold\"", "customer.tier == 1", "customer.tier in [\"a\", \"b\"]",
            "customer.tier in [\"a\", 1]", "customer.tier in [1]", "customer.age in [1, 2, 3]",
            "customer.age in [1, \"x\"]", "customer.age in []", "customer.member", "customer.age",
            "customer.segments.exists(s, s in [\"x\", \"y\"])", "customer.segments.exists(s, s == 1)",
            "customer.segments.all(s, s != \"x\")", "basket.items.exists(i, i > 5 && i < 9)",
            "basket.items.exists(i, i)", "has(customer.tier)", "customer.purchases_30d[\"dairy\"] < 3",
            "customer.purchases_30d[1] < 3", "position.distance_km(1, 2.5) < 5", "position.distance_km(1, \"x\") < 5",
            "position.within([0, 0, 0, 1, 1.5, -1])", "position.within([0, 0, 0, 1])", "position.within([0, \"x\"])",
            "request.temperature > customer.age", "request.weather > 3"};
        for (int i = 0; i < 1_500; i++) {
            String text = leaves[random.nextInt(leaves.length)];
            for (int more = random.nextInt(3); more > 0; more--) {
                final String leaf = leaves[random.nextInt(leaves.length)];
                text = (random.nextBoolean() ? "(" + text + ")" : "!(" + text + ")")
                    + (random.nextBoolean() ? " && " : " || ") + leaf;
            }
            final RuleCompiler.Outcome seen = rules.compiler().check(text);
            final RuleCompiler.Outcome fresh = new RuleCompiler(rules.schema()).check(text);
            assertEquals(fresh.errors(), seen.errors(), "seed " + seed + ", text " + i + ": " + text);
            assertEquals(fresh.names(), seen.names());
            assertEquals(fresh.rule() == null, seen.rule() == null);
        }
    }

    @Test
    void shouldBoundTheSizeOfRules() {
        assertFalse(rules.compiler().check("customer.age == 1 ".repeat(2_000)).errors().isEmpty());
        final String many = "customer.age==1" + "||customer.age==2".repeat(700);
        assertTrue(rules.compiler().check(many).errors().isEmpty(), "700 conditions");
        assertTrue(rules.compiler().check("!".repeat(5_001) + "customer.member").errors().isEmpty());
        assertTrue(rules.rule("!".repeat(5_001) + "customer.member").matches(new Situation(rules.schema())));
        assertFalse(rules.compiler().check("(".repeat(3_000) + "customer.member" + ")".repeat(3_000))
            .errors().isEmpty(), "nested too deep");
        assertFalse(rules.compiler().check("").errors().isEmpty());
    }

    /** Whatever the text, there is a rule or an error, never an exception. */
    @Test
    void shouldSurviveAnyText() {
        final long seed = Long.getLong("seed", 20170101L);
        final Random random = new Random(seed);
        final String[] words = {"customer.age", "customer.tier", "basket.items", "customer.purchases_30d", "position",
            ".distance_km(1, 2)", ".within([1, 2,", "3, 1e-9999,", "2, 2])", "position.within([", "==",
            "!=", "<", ">=", "in", "&&", "||", "!", "(", ")", "[", "]", "\"vip\"", "'x",
            "1", "-1", "2.5", "1e400", "9999999999999999999999", "0x7f", "null", "true", "has(", ".exists(i,",
            ".all(i,", "i", ",", ".", "?", ":", "{", "}", "+", "timestamp(\"x\")", "\n", "\u00e4", "\ud83d\ude00",
            "b'x'", "7u", "type(1)", "dyn(1)", "customer"};
        for (int i = 0; i < 3_000; i++) {
            final StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length >= 0; length--) {
                text.append(words[random.nextInt(words.length)]).append(random.nextBoolean() ? " " : "");
            }
            try {
                final RuleCompiler.Outcome outcome = rules.compiler().check(text.toString());
                assertTrue(outcome.rule() != null || !outcome.errors().isEmpty());
                if (outcome.rule() != null) {
                    rules.rule(text.toString()).matches(new Situation(rules.schema()));
                }
            } catch (final RuntimeException | AssertionError failure) {
                throw new AssertionError("seed " + seed + ", text " + i + ": " + text, failure);
            }
        }
    }
}
