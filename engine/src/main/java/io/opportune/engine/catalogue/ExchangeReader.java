package io.opportune.engine.catalogue;

import io.opportune.engine.exchange.BodyFormat;
import io.opportune.engine.exchange.ClickForm;
import io.opportune.engine.exchange.CurrencyCodes;
import io.opportune.engine.exchange.Encoding;
import io.opportune.engine.exchange.ExchangeIds;
import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.IdSource;
import io.opportune.engine.exchange.MarkupPlace;
import io.opportune.engine.exchange.NoBidForm;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.exchange.PriceScheme;
import io.opportune.engine.exchange.PriceUnit;
import io.opportune.engine.exchange.SecretSource;
import io.opportune.engine.exchange.TestHandling;
import io.opportune.engine.privacy.AbsentGdpr;
import io.opportune.engine.targeting.NearestNames;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.openrtb.macro.AuctionMacro;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads one exchange's file. A rule that it does not give is taken from the generic profile's file. */
final class ExchangeReader {
    /** All rules, as {@code sources} and {@code unknown} name them. */
    static final List<String> RULES = List.of(
        "ids.order", "ids.buyeruid", "ids.ifa", "ids.user_id", "ids.eids",
        "price.scheme", "price.unit", "price.plain_in", "price.macro", "price.encryption_key", "price.integrity_key",
        "currencies",
        "auction.default_type", "auction.deals_first", "auction.shading",
        "time.tmax", "time.margin", "time.margin_min", "time.margin_max", "time.late_target",
        "limits.requests_per_second", "limits.request_bytes", "limits.response_bytes", "limits.markup_bytes",
        "notices.fired", "notices.macros", "notices.markup", "notices.click",
        "privacy.absent_gdpr",
        "wire.versions", "wire.formats", "wire.request_encodings", "wire.answer_encodings", "wire.no_bid", "wire.test");

    private static final Map<String, Integer> NAMESPACES = new TreeMap<>(Map.of(
        "loyalty", Namespaces.LOYALTY, "household", Namespaces.HOUSEHOLD, "device", Namespaces.DEVICE,
        "app_account", Namespaces.APP_ACCOUNT, "email_hash", Namespaces.EMAIL_HASH,
        "payment_token", Namespaces.PAYMENT_TOKEN, "advertising_id", Namespaces.ADVERTISING_ID));
    /** Among currencies: all others. */
    private static final String ANY = "*";
    private static final int MAX_NAMESPACE = 0xffff;
    private static final long MAX_TIME_NS = 60_000_000_000L;
    /** Ids of one exchange are not those of another. */
    private static final Set<String> NEVER_GENERIC = Set.of("ids.user_id", "ids.eids");

    private final YamlValue root;
    private final YamlValue generic;

    ExchangeReader(final YamlValue root, final YamlValue generic) {
        this.root = root;
        this.generic = generic;
    }

    /** Reports what meaning tells to be wrong; gives the profile when nothing is. */
    ExchangeProfile read(final boolean wellFormed) {
        checkRules();
        if (!wellFormed) {
            return null;
        }
        final ExchangeProfile.Price price = price();
        final ExchangeProfile profile = new ExchangeProfile(Fields.text(root, "exchange", ""), integer(root, "number"),
            Fields.text(root, "name", ""), ids(), price, currencies(), auction(), time(), limits(),
            notices(), one(AbsentGdpr.class, "privacy.absent_gdpr"), wire());
        return root.file().problems().isEmpty() ? profile : null;
    }

    private void problem(final YamlValue at, final String found, final String allowed) {
        at.file().problems().add(at, found, allowed);
    }

    private void checkRules() {
        final YamlValue sources = root.get("sources");
        final YamlValue unknown = root.get("unknown");
        if (sources != null) {
            for (final Map.Entry<String, YamlValue> source : sources.entries().entrySet()) {
                if (!RULES.contains(source.getKey())) {
                    problem(source.getValue(), "\"" + source.getKey() + "\" is not a rule",
                        "known: " + NearestNames.describe(source.getKey(), RULES));
                } else if (given(source.getKey()) == null) {
                    problem(source.getValue(), "a source of \"" + source.getKey() + "\", which is not given",
                        "give the rule, or leave its source out");
                }
            }
        }
        if (unknown != null) {
            for (final YamlValue rule : unknown.elements()) {
                if (!RULES.contains(rule.text())) {
                    Fields.unknown(rule, "a rule", RULES);
                } else if (given(rule.text()) != null) {
                    problem(rule, rule.words() + " is said to be unknown and is given", "one of the two");
                }
            }
        }
    }

    private static YamlValue find(final YamlValue from, final String rule) {
        if (from == null) {
            return null;
        }
        final int dot = rule.indexOf('.');
        if (dot < 0) {
            return from.get(rule);
        }
        final YamlValue section = from.get(rule.substring(0, dot));
        return section == null ? null : section.get(rule.substring(dot + 1));
    }

    /** What the file itself says. */
    private YamlValue given(final String rule) {
        return find(root, rule);
    }

    /** What the file says, or the generic one; null when neither does. */
    private YamlValue rule(final String rule) {
        final YamlValue own = given(rule);
        return own != null || NEVER_GENERIC.contains(rule) ? own : find(generic, rule);
    }

    /** A rule that the generic profile must give. */
    private YamlValue required(final String rule) {
        final YamlValue value = rule(rule);
        if (value == null) {
            root.file().problems().add(root, "\"" + rule + "\" is missing, also in the generic profile", "");
        }
        return value;
    }

    private static int integer(final YamlValue owner, final String key) {
        final BigDecimal number = Fields.number(owner, key);
        return number == null ? 0 : number.intValue();
    }

    private int integer(final String rule) {
        final YamlValue value = required(rule);
        return value == null ? 0 : new BigDecimal(value.text()).intValue();
    }

    private boolean flag(final String rule) {
        final YamlValue value = required(rule);
        return value != null && Boolean.parseBoolean(value.text());
    }

    private long durationNs(final String rule) {
        final YamlValue value = required(rule);
        if (value == null) {
            return 0;
        }
        final String[] path = rule.split("\\.");
        final YamlValue owner = given(rule) != null ? root.get(path[0]) : generic.get(path[0]);
        return Fields.durationNs(owner, path[1], MAX_TIME_NS);
    }

    private static <E extends Enum<E>> E value(final Class<E> kind, final String word) {
        return Enum.valueOf(kind, word.toUpperCase(Locale.ROOT));
    }

    private <E extends Enum<E>> E one(final Class<E> kind, final String rule) {
        final YamlValue value = required(rule);
        return value == null ? null : value(kind, value.text());
    }

    private <E extends Enum<E>> Set<E> some(final Class<E> kind, final String rule) {
        final EnumSet<E> found = EnumSet.noneOf(kind);
        final YamlValue list = required(rule);
        if (list != null) {
            for (final YamlValue element : list.elements()) {
                if (!found.add(value(kind, element.text()))) {
                    problem(element, element.words() + " stands twice", "once");
                }
            }
        }
        return found;
    }

    private int notices(final String rule) {
        int mask = 0;
        final YamlValue list = required(rule);
        if (list != null) {
            for (final YamlValue element : list.elements()) {
                final int bit = NoticeKind.bitOf(element.text());
                if ((mask & bit) != 0) {
                    problem(element, element.words() + " stands twice", "once");
                }
                mask |= bit;
            }
        }
        return mask;
    }

    private ExchangeIds ids() {
        final List<IdSource> order = List.copyOf(orderOf());
        final int buyeruid = namespace(rule("ids.buyeruid"));
        final int ifa = namespace(rule("ids.ifa"));
        final int userId = namespace(rule("ids.user_id"));
        final Map<String, Integer> eids = new LinkedHashMap<>();
        final YamlValue given = rule("ids.eids");
        if (given != null) {
            given.entries().forEach((source, value) -> eids.put(source, namespace(value)));
        }
        for (final IdSource source : IdSource.values()) {
            final boolean mapped = switch (source) {
                case BUYERUID -> buyeruid != ExchangeIds.NOT_READ;
                case IFA -> ifa != ExchangeIds.NOT_READ;
                case USER_ID -> userId != ExchangeIds.NOT_READ;
                case EIDS -> !eids.isEmpty();
            };
            final String name = source.name().toLowerCase(Locale.ROOT);
            if (order.contains(source) && !mapped) {
                problem(rule("ids.order"), "\"" + name + "\" has no namespace", "give ids." + name);
            } else if (mapped && !order.contains(source) && given("ids." + name) != null) {
                problem(given("ids." + name), "the namespace of \"" + name + "\" is never used",
                    "put it into ids.order");
            }
        }
        return new ExchangeIds(order, buyeruid, ifa, userId, eids);
    }

    private List<IdSource> orderOf() {
        final List<IdSource> order = new ArrayList<>();
        final YamlValue list = required("ids.order");
        if (list != null) {
            for (final YamlValue element : list.elements()) {
                final IdSource source = value(IdSource.class, element.text());
                if (order.contains(source)) {
                    problem(element, element.words() + " stands twice", "once");
                }
                order.add(source);
            }
        }
        return order;
    }

    private int namespace(final YamlValue value) {
        if (value == null) {
            return ExchangeIds.NOT_READ;
        }
        if (value.kind() == YamlValue.Kind.INTEGER) {
            final BigDecimal number = new BigDecimal(value.text());
            if (number.compareTo(BigDecimal.valueOf(Namespaces.FIRST_PARTNER)) >= 0
                && number.compareTo(BigDecimal.valueOf(MAX_NAMESPACE)) <= 0) {
                return number.intValue();
            }
        } else if (NAMESPACES.containsKey(value.text())) {
            return NAMESPACES.get(value.text());
        }
        problem(value, value.words() + " is no namespace", "allowed: " + String.join(", ", NAMESPACES.keySet())
            + ", or " + Namespaces.FIRST_PARTNER + ".." + MAX_NAMESPACE);
        return ExchangeIds.NOT_READ;
    }

    private ExchangeProfile.Price price() {
        final PriceScheme scheme = one(PriceScheme.class, "price.scheme");
        final SecretSource encryption = secret(rule("price.encryption_key"));
        final SecretSource integrity = secret(rule("price.integrity_key"));
        final YamlValue at = rule("price.scheme");
        if (at != null) {
            if (scheme != PriceScheme.PLAIN && (encryption == null || integrity == null)) {
                problem(at, at.words() + " without both keys", "give price.encryption_key and price.integrity_key");
            } else if (scheme == PriceScheme.PLAIN && (encryption != null || integrity != null)) {
                problem(at, at.words() + " with a key", "leave the keys out");
            }
        }
        final YamlValue macro = required("price.macro");
        return new ExchangeProfile.Price(scheme, one(PriceUnit.class, "price.unit"), notices("price.plain_in"),
            macro == null ? "" : macro.text(), encryption, integrity);
    }

    private SecretSource secret(final YamlValue value) {
        if (value == null) {
            return null;
        }
        final String file = Fields.text(value, "file", null);
        final String environment = Fields.text(value, "environment", null);
        if ((file == null) == (environment == null)) {
            problem(value, "a file and an environment variable", "one of the two");
            return null;
        }
        return new SecretSource(file, environment);
    }

    private List<Integer> currencies() {
        final List<Integer> codes = new ArrayList<>();
        final YamlValue list = required("currencies");
        if (list != null) {
            for (final YamlValue element : list.elements()) {
                final boolean any = element.text().equals(ANY);
                if (any && codes.isEmpty()) {
                    problem(element, element.words() + " comes first", "the currency of requests that name none");
                }
                final int code = any ? ExchangeProfile.ANY_CURRENCY : Fields.currency(element);
                if (codes.contains(code) && (code != CurrencyCodes.UNKNOWN || any)) {
                    problem(element, element.words() + " stands twice", "once");
                }
                codes.add(code);
            }
        }
        return List.copyOf(codes);
    }

    private ExchangeProfile.Auction auction() {
        return new ExchangeProfile.Auction(integer("auction.default_type"), flag("auction.deals_first"),
            flag("auction.shading"));
    }

    private ExchangeProfile.Time time() {
        final long tmaxNs = durationNs("time.tmax");
        final long marginNs = durationNs("time.margin");
        final long minNs = durationNs("time.margin_min");
        final long maxNs = durationNs("time.margin_max");
        final YamlValue target = required("time.late_target");
        final YamlValue at = rule("time.margin");
        if (at != null && (marginNs < minNs || marginNs > maxNs)) {
            problem(at, at.words() + " is outside of its bounds", "margin_min up to margin_max");
        }
        final YamlValue most = rule("time.margin_max");
        if (most != null && maxNs >= tmaxNs) {
            problem(most, most.words() + " leaves no time of tmax", "less than tmax");
        }
        return new ExchangeProfile.Time(tmaxNs, marginNs, minNs, maxNs,
            target == null ? 0 : Double.parseDouble(target.text()));
    }

    private ExchangeProfile.Limits limits() {
        return new ExchangeProfile.Limits(integer("limits.requests_per_second"), integer("limits.request_bytes"),
            integer("limits.response_bytes"), integer("limits.markup_bytes"));
    }

    private ExchangeProfile.Notices notices() {
        int macros = 0;
        for (final AuctionMacro macro : some(AuctionMacro.class, "notices.macros")) {
            macros |= macro.bit();
        }
        final int fired = notices("notices.fired");
        final Set<MarkupPlace> markup = Set.copyOf(some(MarkupPlace.class, "notices.markup"));
        final YamlValue places = rule("notices.markup");
        if (places != null && markup.equals(Set.of(MarkupPlace.NURL)) && (fired & NoticeKind.WIN.bit()) == 0) {
            problem(places, places.words() + " with notices.fired without win", "adm, or win among notices.fired");
        }
        return new ExchangeProfile.Notices(fired, macros, markup, click());
    }

    private ExchangeProfile.Click click() {
        final YamlValue click = required("notices.click");
        if (click == null) {
            return ExchangeProfile.Click.NONE;
        }
        final String macro = Fields.text(click, "macro", "");
        final ClickForm form = value(ClickForm.class, Fields.text(click, "form", "before"));
        final YamlValue hosts = click.get("hosts");
        final List<String> found =
            hosts == null ? List.of() : hosts.elements().stream().map(YamlValue::text).toList();
        if (form == ClickForm.PARAMETER && (macro.isEmpty() || found.isEmpty())) {
            problem(click, "form: parameter without macro or hosts", "both: what comes back may lead nowhere else");
        } else if (form == ClickForm.BEFORE && !found.isEmpty()) {
            problem(hosts, "hosts that nothing looks at", "leave them out with form: before");
        }
        return new ExchangeProfile.Click(macro, form, found);
    }

    private ExchangeProfile.Wire wire() {
        final YamlValue versions = required("wire.versions");
        return new ExchangeProfile.Wire(
            versions == null ? List.of() : versions.elements().stream().map(YamlValue::text).toList(),
            Set.copyOf(some(BodyFormat.class, "wire.formats")),
            Set.copyOf(some(Encoding.class, "wire.request_encodings")),
            Set.copyOf(some(Encoding.class, "wire.answer_encodings")),
            one(NoBidForm.class, "wire.no_bid"), one(TestHandling.class, "wire.test"));
    }
}
