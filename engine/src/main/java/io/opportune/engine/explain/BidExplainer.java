package io.opportune.engine.explain;

import io.opportune.engine.admission.Admission;
import io.opportune.engine.admission.AdmissionLimits;
import io.opportune.engine.admission.CustomerKeys;
import io.opportune.engine.admission.NameResolution;
import io.opportune.engine.bidding.BidCatalogue;
import io.opportune.engine.bidding.BidCounters;
import io.opportune.engine.bidding.BidEndpoint;
import io.opportune.engine.bidding.BidExplanations;
import io.opportune.engine.bidding.BidParts;
import io.opportune.engine.bidding.BidPrices;
import io.opportune.engine.bidding.BidSettings;
import io.opportune.engine.bidding.BidTrace;
import io.opportune.engine.bidding.NoBid;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.decision.DecisionOutcome;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.ImmediateAnswers;
import io.opportune.engine.decision.OfferInquiry;
import io.opportune.engine.decision.ResponseEncoder;
import io.opportune.engine.decision.Slate;
import io.opportune.engine.exchange.CurrencyCodes;
import io.opportune.engine.exchange.CurrencyRates;
import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.ExchangeProfiles;
import io.opportune.engine.exchange.NoBidForm;
import io.opportune.engine.exchange.QpsLimit;
import io.opportune.engine.exchange.RateBoard;
import io.opportune.engine.exchange.TestHandling;
import io.opportune.engine.identity.Partitioner;
import io.opportune.engine.identity.PseudonymKey;
import io.opportune.engine.identity.Pseudonymiser;
import io.opportune.engine.notice.NoticeKeys;
import io.opportune.engine.notice.PriceKeyring;
import io.opportune.engine.pipeline.Shard;
import io.opportune.engine.privacy.PrivacySettings;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.session.HttpExchangeHandler;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.NameKind;
import io.opportune.protocol.codec.RejectReason;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;

/**
 * Explains bid requests: answers each with an endpoint, an admission and a decision engine of its own, the same classes
 * that bid, whose clock stands still meanwhile, then asks {@link OfferInquiry} about the offers. What it finds is what
 * a server with time enough answers at that moment. Its tokens are sealed with a key that nobody keeps. One thread at a
 * time.
 */
public final class BidExplainer {
    /** Impressions whose offers are looked at; of those behind them only the bid is told. */
    public static final int MOST_IMPS = 16;

    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int MAX_MESSAGE_BYTES = 64 * 1024;
    /** More than impressions of a request. */
    private static final int RING_SIZE = 128;
    private static final int MAX_NEW_TEXTS = 1;
    private static final long NO_CPM = -1;
    private static final double MOST_MICROS = 9e15;
    private static final long MILLE = 1_000;

    private final Environment environment;
    private final ExplainedExchange http = new ExplainedExchange();
    private final ExplainedShard decisions;
    private final OfferInquiry inquiry;
    private final BidEndpoint endpoint;
    private BidTrace trace;
    private long frozenNs;

    /**
     * What explanations are made from.
     *
     * @param settings     of the server.
     * @param exchanges    that send requests.
     * @param rates        of the day.
     * @param privacy      which vendor we are and what our actions need.
     * @param catalogue    prepared for bidding.
     * @param offers       of the same catalogue, with what is held back.
     * @param registry     names and their ids.
     * @param key          of the customers' pseudonyms.
     * @param identities   which ids belong together.
     * @param partitioner  which partition a root belongs to.
     * @param profiles     copies of profiles.
     * @param clock        wall clock: business time.
     * @param maxBudgetNs  longest time budget of a decision.
     * @param prices       how a price is made of a worth.
     * @param choosing     by what is chosen.
     */
    public record Environment(
        BidSettings settings, ExchangeProfiles exchanges, RateBoard rates, PrivacySettings privacy,
        Supplier<BidCatalogue> catalogue, Supplier<FreeOffers> offers, NameRegistry registry, PseudonymKey key,
        IdentityIndex identities, Partitioner partitioner, ProfileCopies profiles, EpochNanoClock clock,
        long maxBudgetNs, BidPrices prices, ExplainedChoice choosing) {
    }

    /**
     * Makes an explainer.
     *
     * @param environment of the server, or of a tool.
     */
    public BidExplainer(final Environment environment) {
        this.environment = environment;
        final NanoClock clock = () -> frozenNs;
        frozenNs = SystemNanoClock.INSTANCE.nanoTime();
        decisions =
            new ExplainedShard(environment.profiles(), environment.partitioner(), environment.clock(), clock,
                environment.choosing().secondStage().get());
        inquiry = new OfferInquiry(environment.registry());
        final Shard shard = new Shard(0, RING_SIZE, MAX_MESSAGE_BYTES);
        shard.handler(decisions);
        final AtomicCounter shed = new AtomicCounter(
            new UnsafeBuffer(ByteBuffer.allocateDirect(CountersReader.COUNTER_LENGTH)), 0);
        endpoint = new BidEndpoint(parts(clock), http,
            answers -> new Admission(new AdmissionLimits(environment.maxBudgetNs(), Slate.MAX_OFFERS),
                () -> environment.catalogue().get().catalogue(), keys(), environment.partitioner(),
                new Shard[] {shard}, true, answers,
                new ImmediateAnswers(new ResponseEncoder(environment.clock(), clock), environment.choosing().groups()),
                new NameResolution(environment.registry(), MAX_NEW_TEXTS), shed, environment.clock(), clock),
            admission -> (session, message, offset, lengthBytes, token, arrivalNs) -> RejectReason.OVERLOADED);
        endpoint.watch(told -> trace = told);
    }

    private CustomerKeys keys() {
        return new CustomerKeys(new Pseudonymiser(environment.key()), environment.identities());
    }

    private BidParts parts(final NanoClock clock) {
        final ExchangeProfiles exchanges = biddingInTests(environment.exchanges());
        final Int2ObjectHashMap<QpsLimit> limits = new Int2ObjectHashMap<>();
        exchanges.all().forEach(each -> limits.put(each.number(), new QpsLimit(0, frozenNs)));
        final byte[] nobodys = new byte[NoticeKeys.KEY_BYTES];
        new SecureRandom().nextBytes(nobodys);
        return new BidParts(environment.settings().oneAtATime(), exchanges, limits,
            BidParts.margins(exchanges, frozenNs), environment.rates(),
            environment.privacy(), NoticeKeys.of(List.of(nobodys)),
            PriceKeyring.load(exchanges, Path.of("."), Map.of()), environment.catalogue(), keys(),
            BidCounters.detached(), clock, environment.clock(), BidExplanations.NONE,
            environment.prices().withoutFeed());
    }

    /** What would be bid in a test is told also where none is bid. */
    private static ExchangeProfiles biddingInTests(final ExchangeProfiles exchanges) {
        return new ExchangeProfiles(exchanges.all().stream().map(each -> {
            final ExchangeProfile.Wire wire = each.wire();
            return new ExchangeProfile(each.id(), each.number(), each.name(), each.ids(), each.price(),
                each.currencies(), each.auction(), each.time(), each.limits(), each.notices(), each.absentGdpr(),
                new ExchangeProfile.Wire(wire.versions(), wire.formats(), wire.requestEncodings(),
                    wire.answerEncodings(), wire.noBid(), TestHandling.BID));
        }).toList());
    }

    /**
     * Explains one request.
     *
     * @param question the request, and which offers to tell of.
     * @return the funnel.
     * @throws IllegalStateException when it cannot be decided because of a mistake in Opportune.
     */
    public BidFunnel explain(final BidExplanations.Question question) {
        final BidFunnel[] funnel = new BidFunnel[1];
        environment.choosing().predictions().lend(decisions.model(), model -> {
            decisions.chooseBy(environment.choosing().groups().get(), model);
            funnel[0] = explainNow(question);
        });
        return funnel[0];
    }

    private BidFunnel explainNow(final BidExplanations.Question question) {
        final UUID drawn = question.decision();
        decisions.drawBy(drawn == null ? 0 : DecisionIds.place(drawn.getMostSignificantBits()),
            drawn == null ? 0 : drawn.getLeastSignificantBits());
        final FreeOffers offers = environment.offers().get();
        frozenNs = SystemNanoClock.INSTANCE.nanoTime();
        trace = null;
        decisions.begin(offers, environment.clock().nanoTime());
        http.begin(question, frozenNs);
        final long startNs = SystemNanoClock.INSTANCE.nanoTime();
        final int direct = endpoint.onRequest(http);
        endpoint.onReadBatchEnd();
        final long answeredNs = SystemNanoClock.INSTANCE.nanoTime();
        if (decisions.failure() != null) {
            throw new IllegalStateException("the request could not be decided", decisions.failure());
        }
        final int status = direct == HttpExchangeHandler.ANSWER_FOLLOWS ? http.status() : direct;
        final List<BidFunnel.Imp> imps = new ArrayList<>();
        BidFunnel.Profile known = BidFunnel.Profile.NOT_LOOKED_FOR;
        final int explained = Math.min(MOST_IMPS, decisions.asked().size());
        final int currency = trace == null || trace.currency() == null
            ? CurrencyCodes.UNKNOWN : CurrencyCodes.number(trace.currency());
        for (int i = 0; trace != null && i < trace.imps().size(); i++) {
            final BidTrace.Imp imp = trace.imps().get(i);
            final ExplainedShard.Asked asked = asked(imp.place());
            BidFunnel.Decision decision = null;
            if (asked != null && decisions.asked().indexOf(asked) < explained) {
                decision = decision(asked, question, Math.ceilDiv(question.mostLines(), explained), currency);
                known = decisions.known(asked);
            }
            imps.add(new BidFunnel.Imp(imp, placementName(imp.placementId()), decision));
        }
        final Catalogue catalogue = offers.catalogue();
        final ExchangeProfile profile = environment.exchanges().find(question.exchange());
        final boolean silent = trace != null && trace.test() && profile.wire().test() == TestHandling.NO_BID;
        return new BidFunnel(silent ? statusWithoutBid(profile) : status, silent ? 0 : http.answerBytes(),
            silent ? NoBid.TEST : trace == null ? null : trace.noBid(), trace, namespaceName(), known,
            catalogue.version(), catalogue.offerCount(), offers.holds().epoch(),
            decisions.asked().isEmpty() ? 0 : decisions.asked().getFirst().businessTimeNs(), imps,
            answeredNs - startNs, SystemNanoClock.INSTANCE.nanoTime() - answeredNs);
    }

    private static int statusWithoutBid(final ExchangeProfile profile) {
        return profile.wire().noBid() == NoBidForm.NBR_200 ? OK : NO_CONTENT;
    }

    private ExplainedShard.Asked asked(final int place) {
        for (final ExplainedShard.Asked each : decisions.asked()) {
            if (place != BidTrace.NOT_ASKED && BidEndpoint.placeOf(each.correlationId()) == place) {
                return each;
            }
        }
        return null;
    }

    private String placementName(final int placementId) {
        final Placement placement = decisions.catalogue().catalogue().placement(placementId);
        return placement == null ? null : placement.id();
    }

    private String namespaceName() {
        return trace == null || trace.customer() == null || trace.customer().namespace() == 0
            ? null : nameOf(trace.customer().namespace());
    }

    /** As profiles of exchanges write it. */
    private static String nameOf(final int namespace) {
        return switch (namespace) {
            case Namespaces.LOYALTY -> "loyalty";
            case Namespaces.HOUSEHOLD -> "household";
            case Namespaces.DEVICE -> "device";
            case Namespaces.APP_ACCOUNT -> "app_account";
            case Namespaces.EMAIL_HASH -> "email_hash";
            case Namespaces.PAYMENT_TOKEN -> "payment_token";
            case Namespaces.ADVERTISING_ID -> "advertising_id";
            default -> Integer.toString(namespace);
        };
    }

    private BidFunnel.Decision decision(
        final ExplainedShard.Asked asked, final BidExplanations.Question question, final int most,
        final int currency) {
        decisions.decide(asked);
        decisions.inquire(asked, inquiry);
        final Catalogue catalogue = decisions.catalogue().catalogue();
        final ReasonCode[] reasons = new ReasonCode[catalogue.offerCount()];
        final Map<ReasonCode, Integer> outcomes = new EnumMap<>(ReasonCode.class);
        for (int i = 0; i < reasons.length; i++) {
            reasons[i] = inquiry.first(i);
            outcomes.merge(reasons[i], 1, Integer::sum);
        }
        final int[] ordered = IntStream.range(0, reasons.length).boxed()
            .sorted(Comparator.<Integer, Boolean>comparing(i -> reasons[i] != ReasonCode.NONE)
                .thenComparing(i -> !hasLostOrWon(reasons[i]))
                .thenComparing(i -> -OfferInquiry.score(catalogue.offer(i))).thenComparing(i -> i))
            .mapToInt(Integer::intValue).toArray();
        final Set<Integer> told = new LinkedHashSet<>();
        final List<String> unknown = new ArrayList<>();
        for (final String name : question.offers()) {
            final int offerId = environment.registry().find(NameKind.OFFER, name);
            final int offerIndex = offerId == 0 ? -1 : catalogue.offerIndexOf(offerId);
            if (offerIndex < 0) {
                unknown.add(name);
            } else {
                told.add(offerIndex);
            }
        }
        for (int i = 0; i < ordered.length && told.size() < most + question.offers().size(); i++) {
            told.add(ordered[i]);
        }
        final List<BidFunnel.OfferLine> lines = new ArrayList<>();
        int rank = 0;
        for (final int offerIndex : ordered) {
            final boolean ranked = hasLostOrWon(reasons[offerIndex]);
            rank += ranked ? 1 : 0;
            if (told.contains(offerIndex)) {
                lines.add(line(catalogue.offer(offerIndex), ranked ? rank : 0, currency, reasons[offerIndex]));
            }
        }
        return new BidFunnel.Decision(decisions.outcome().status(), decisions.outcome().reason(),
            decisions.outcome().matched(), decisions.outcome().scored(), asked.decidedNs(), outcomes, lines,
            reasons.length - lines.size(), unknown);
    }

    private static boolean hasLostOrWon(final ReasonCode reason) {
        return reason == ReasonCode.NONE || reason == ReasonCode.OUTRANKED || reason == ReasonCode.CATEGORY_TAKEN
            || reason == ReasonCode.TRUNCATED_IN_SCORING;
    }

    private BidFunnel.OfferLine line(
        final Offer offer, final int rank, final int currency, final ReasonCode reason) {
        final DecisionOutcome made = decisions.outcome();
        int place = 0;
        while (place < made.offerCount() && made.offerIndex(place) != offer.offerIndex()) {
            place++;
        }
        final boolean chosen = place < made.offerCount();
        final double score = chosen ? made.score(place) : OfferInquiry.score(offer);
        final long worth = currency == CurrencyCodes.UNKNOWN || score >= MOST_MICROS
            ? CurrencyRates.UNCONVERTIBLE : environment.rates().at(environment.clock().nanoTime())
            .convert((long) score, offer.currency(), currency);
        return new BidFunnel.OfferLine(offer.campaign().id(), rank, offer.valueMicros(),
            chosen ? made.propensity(place) : offer.propensity(), score,
            CurrencyCodes.text(offer.currency()),
            worth == CurrencyRates.UNCONVERTIBLE ? NO_CPM : worth * MILLE, reason,
            chosen && made.isChosen() ? made.probability(place) : BidFunnel.OfferLine.NO_PROBABILITY,
            inquiry.find(offer.offerIndex()));
    }
}
