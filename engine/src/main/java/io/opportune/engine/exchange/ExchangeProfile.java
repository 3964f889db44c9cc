package io.opportune.engine.exchange;

import io.opportune.engine.privacy.AbsentGdpr;
import io.opportune.protocol.openrtb.macro.AuctionMacro;
import java.util.List;
import java.util.Set;

/**
 * What one exchange does differently from others. Immutable, any thread.
 *
 * @param id         name in {@code /openrtb2/bid/{id}}: 1..40 of a-z, 0-9 and hyphen.
 * @param number     the exchange in tokens and records, 1..65535, never given to another.
 * @param name       for people.
 * @param ids        which of the request's ids name a customer.
 * @param price      how notices say prices.
 * @param currencies ISO 4217 numeric codes that bids may be made in, {@link #ANY_CURRENCY} for all; the first is meant
 *                   when a request names none.
 * @param auction    rules of the auction.
 * @param time       how much time there is.
 * @param limits     sizes and rates.
 * @param notices    which notices come, and with what in them.
 * @param absentGdpr what a request means that does not say whether GDPR applies.
 * @param wire       HTTP and formats.
 */
public record ExchangeProfile(
    String id, int number, String name, ExchangeIds ids, Price price, List<Integer> currencies, Auction auction,
    Time time, Limits limits, Notices notices, AbsentGdpr absentGdpr, Wire wire) {

    /** Among {@link #currencies()}: whatever else a request names is taken, too. */
    public static final int ANY_CURRENCY = 0;

    /**
     * How notices say prices.
     *
     * @param scheme        plain or encrypted.
     * @param unit          of decrypted prices.
     * @param plainIn       bits of {@link NoticeKind#bit()}: notices in which a plain price is believed although the
     *                      scheme is an encrypted one.
     * @param macro         text that stands for the price in notices of browsers, and in all notices unless {@code
     *                      plainIn} has them.
     * @param encryptionKey where the key of the pad is; null when prices are plain.
     * @param integrityKey  where the key of the signature is; null when prices are plain.
     */
    public record Price(
        PriceScheme scheme, PriceUnit unit, int plainIn, String macro, SecretSource encryptionKey,
        SecretSource integrityKey) {

        /**
         * The text that stands for the price.
         *
         * @param kind of the notice.
         * @return macro to write into its URL.
         */
        public String macroFor(final NoticeKind kind) {
            return (plainIn & kind.bit()) != 0 ? AuctionMacro.AUCTION_PRICE.text() : macro;
        }
    }

    /**
     * Rules of the auction.
     *
     * @param defaultType {@code at} of a request that has none: 1 first price, 2 second price plus.
     * @param dealsFirst  whether a bid for a deal goes before a higher one in the open auction.
     * @param shading     whether bids are shaded where the price is the bid.
     */
    public record Auction(int defaultType, boolean dealsFirst, boolean shading) {
        /** {@code at} of an auction whose winner pays what it has bid. */
        public static final int FIRST_PRICE = 1;
        /** {@code at} of an auction whose winner pays the second price, or what the exchange makes of it. */
        public static final int SECOND_PRICE_PLUS = 2;

        /**
         * Whether the winner pays what it has bid.
         *
         * @param at as a request or a deal says it; what is neither 1 nor 2, such as an exchange's own type of 500
         *           and more, is taken for the default.
         * @return true in first-price auctions.
         */
        public boolean isFirstPrice(final int at) {
            return (at == FIRST_PRICE || at == SECOND_PRICE_PLUS ? at : defaultType) == FIRST_PRICE;
        }
    }

    /**
     * How much time there is.
     *
     * @param defaultTmaxNs of a request without {@code tmax}.
     * @param marginNs      what the network takes of it, before anything is learned.
     * @param minMarginNs   least that may be learned.
     * @param maxMarginNs   most that may be learned.
     * @param lateTarget    share of answers that may come too late, 0..1; the margin is learned to meet it.
     */
    public record Time(
        long defaultTmaxNs, long marginNs, long minMarginNs, long maxMarginNs, double lateTarget) {
    }

    /**
     * Sizes and rates.
     *
     * @param requestsPerSecond most that are looked at; 0 for no cap.
     * @param maxRequestBytes   longest body, decompressed.
     * @param maxResponseBytes  longest response; 0 for no limit.
     * @param maxMarkupBytes    longest {@code adm}; 0 for no limit.
     */
    public record Limits(int requestsPerSecond, int maxRequestBytes, int maxResponseBytes, int maxMarkupBytes) {
    }

    /**
     * Which notices come.
     *
     * @param fired  bits of {@link NoticeKind#bit()}: what the exchange calls, and what of our markup it lets call.
     * @param macros bits of {@link AuctionMacro#bit()} that it replaces.
     * @param markup how markup may be given.
     * @param click  how it hears of clicks in HTML.
     */
    public record Notices(int fired, int macros, Set<MarkupPlace> markup, Click click) {
        /**
         * Whether a notice comes.
         *
         * @param kind of the notice.
         * @return true when it does.
         */
        public boolean fires(final NoticeKind kind) {
            return (fired & kind.bit()) != 0;
        }

        /**
         * The notice by which a won bid costs: the billing notice where it comes, else that of the win, else that of
         * the impression.
         *
         * @return never null.
         */
        public NoticeKind charging() {
            return fires(NoticeKind.BILL) ? NoticeKind.BILL : fires(NoticeKind.WIN) ? NoticeKind.WIN : NoticeKind.IMP;
        }

        /**
         * Whether a macro is replaced.
         *
         * @param macro of the specification.
         * @return true when it is.
         */
        public boolean replaces(final AuctionMacro macro) {
            return (macros & macro.bit()) != 0;
        }
    }

    /**
     * How an exchange hears of clicks in HTML.
     *
     * @param macro that it replaces by the URL that it counts at; empty where it has none.
     * @param form  where the macro stands.
     * @param hosts that such a URL may lead to, subdomains included, where it comes back with the click.
     */
    public record Click(String macro, ClickForm form, List<String> hosts) {
        /** An exchange that does not ask. */
        public static final Click NONE = new Click("", ClickForm.BEFORE, List.of());

        /** Copies the list. */
        public Click {
            hosts = List.copyOf(hosts);
        }
    }

    /**
     * HTTP and formats.
     *
     * @param versions         values of {@code x-openrtb-version} that are known to come; others are counted.
     * @param formats          of bodies.
     * @param requestEncodings that request bodies may have; others are answered 415.
     * @param answerEncodings  that responses may have, where the request accepts them.
     * @param noBid            how no bid is said.
     * @param test             what becomes of {@code test: 1}.
     */
    public record Wire(
        List<String> versions, Set<BodyFormat> formats, Set<Encoding> requestEncodings, Set<Encoding> answerEncodings,
        NoBidForm noBid, TestHandling test) {

        /**
         * A version as the number that stands for it in requests.
         *
         * @param version such as {@code 2.6} or {@code 2.6-202606}; the month of the specification is passed over.
         * @return major times 256 plus minor.
         */
        public static int versionCode(final String version) {
            final String number = version.replaceFirst("-.*", "");
            final int dot = number.indexOf('.');
            return Integer.parseInt(number.substring(0, dot)) << 8 | Integer.parseInt(number.substring(dot + 1));
        }
    }
}
