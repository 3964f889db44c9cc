package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.OpenRtbSchema;

/** What the specification gives a {@code BidRequest} (OpenRTB 2.6 section 3.2.1). */
abstract class BidRequestFields extends RecordFlyweight {
    private static final int ID = OpenRtbSchema.BID_REQUEST.slot("id");
    private static final int IMP = OpenRtbSchema.BID_REQUEST.slot("imp");
    private static final int SITE = OpenRtbSchema.BID_REQUEST.slot("site");
    private static final int APP = OpenRtbSchema.BID_REQUEST.slot("app");
    private static final int DOOH = OpenRtbSchema.BID_REQUEST.slot("dooh");
    private static final int DEVICE = OpenRtbSchema.BID_REQUEST.slot("device");
    private static final int USER = OpenRtbSchema.BID_REQUEST.slot("user");
    private static final int TEST = OpenRtbSchema.BID_REQUEST.slot("test");
    private static final int AT = OpenRtbSchema.BID_REQUEST.slot("at");
    private static final int TMAX = OpenRtbSchema.BID_REQUEST.slot("tmax");
    private static final int WSEAT = OpenRtbSchema.BID_REQUEST.slot("wseat");
    private static final int BSEAT = OpenRtbSchema.BID_REQUEST.slot("bseat");
    private static final int ALLIMPS = OpenRtbSchema.BID_REQUEST.slot("allimps");
    private static final int CUR = OpenRtbSchema.BID_REQUEST.slot("cur");
    private static final int WLANG = OpenRtbSchema.BID_REQUEST.slot("wlang");
    private static final int WLANGB = OpenRtbSchema.BID_REQUEST.slot("wlangb");
    private static final int ACAT = OpenRtbSchema.BID_REQUEST.slot("acat");
    private static final int BCAT = OpenRtbSchema.BID_REQUEST.slot("bcat");
    private static final int CATTAX = OpenRtbSchema.BID_REQUEST.slot("cattax");
    private static final int BADV = OpenRtbSchema.BID_REQUEST.slot("badv");
    private static final int BAPP = OpenRtbSchema.BID_REQUEST.slot("bapp");
    private static final int SOURCE = OpenRtbSchema.BID_REQUEST.slot("source");
    private static final int REGS = OpenRtbSchema.BID_REQUEST.slot("regs");
    private static final int EXT = OpenRtbSchema.BID_REQUEST.slot("ext");
    private static final int EXT_SCHAIN = OpenRtbSchema.BID_REQUEST.slot("ext.schain");

    private final Imp imp = new Imp();
    private final Site site = new Site();
    private final App app = new App();
    private final Dooh dooh = new Dooh();
    private final Device device = new Device();
    private final User user = new User();
    private final Source source = new Source();
    private final Regs regs = new Regs();
    private final SupplyChain extSchain = new SupplyChain();

    /**
     * {@code id}.
     *
     * @return a slice of the request's text, or 0.
     */
    public long id() {
        return textAt(ID);
    }

    /**
     * How many {@code imp} there are.
     *
     * @return 0 or more.
     */
    public int impCount() {
        return countAt(IMP);
    }

    /**
     * One of {@code imp}.
     *
     * @param index 0 to count - 1.
     * @return a view, moved by the next call.
     */
    public Imp imp(final int index) {
        return imp.on(arena, recordItem(IMP, index));
    }

    /**
     * {@code site}.
     *
     * @return a view, or null where it is not given.
     */
    public Site site() {
        final int inner = recordAt(SITE);
        return inner == RequestArena.NO_RECORD ? null : site.on(arena, inner);
    }

    /**
     * {@code app}.
     *
     * @return a view, or null where it is not given.
     */
    public App app() {
        final int inner = recordAt(APP);
        return inner == RequestArena.NO_RECORD ? null : app.on(arena, inner);
    }

    /**
     * {@code dooh}.
     *
     * @return a view, or null where it is not given.
     */
    public Dooh dooh() {
        final int inner = recordAt(DOOH);
        return inner == RequestArena.NO_RECORD ? null : dooh.on(arena, inner);
    }

    /**
     * {@code device}.
     *
     * @return a view, or null where it is not given.
     */
    public Device device() {
        final int inner = recordAt(DEVICE);
        return inner == RequestArena.NO_RECORD ? null : device.on(arena, inner);
    }

    /**
     * {@code user}.
     *
     * @return a view, or null where it is not given.
     */
    public User user() {
        final int inner = recordAt(USER);
        return inner == RequestArena.NO_RECORD ? null : user.on(arena, inner);
    }

    /**
     * {@code test}.
     *
     * @return the value, or 0 where it is not given.
     */
    public int test() {
        return intAt(TEST, 0);
    }

    /**
     * {@code at}.
     *
     * @return the value, or 2 where it is not given.
     */
    public int at() {
        return intAt(AT, 2);
    }

    /**
     * {@code tmax} (milliseconds).
     *
     * @return the value, or {@link #ABSENT}.
     */
    public int tmax() {
        return intAt(TMAX, ABSENT);
    }

    /**
     * How many {@code wseat} there are.
     *
     * @return 0 or more.
     */
    public int wseatCount() {
        return countAt(WSEAT);
    }

    /**
     * One of {@code wseat}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long wseat(final int index) {
        return textItem(WSEAT, index);
    }

    /**
     * How many {@code bseat} there are.
     *
     * @return 0 or more.
     */
    public int bseatCount() {
        return countAt(BSEAT);
    }

    /**
     * One of {@code bseat}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long bseat(final int index) {
        return textItem(BSEAT, index);
    }

    /**
     * {@code allimps}.
     *
     * @return the value, or 0 where it is not given.
     */
    public int allimps() {
        return intAt(ALLIMPS, 0);
    }

    /**
     * How many {@code cur} there are.
     *
     * @return 0 or more.
     */
    public int curCount() {
        return countAt(CUR);
    }

    /**
     * One of {@code cur}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long cur(final int index) {
        return textItem(CUR, index);
    }

    /**
     * How many {@code wlang} there are.
     *
     * @return 0 or more.
     */
    public int wlangCount() {
        return countAt(WLANG);
    }

    /**
     * One of {@code wlang}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long wlang(final int index) {
        return textItem(WLANG, index);
    }

    /**
     * How many {@code wlangb} there are.
     *
     * @return 0 or more.
     */
    public int wlangbCount() {
        return countAt(WLANGB);
    }

    /**
     * One of {@code wlangb}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long wlangb(final int index) {
        return textItem(WLANGB, index);
    }

    /**
     * How many {@code acat} there are.
     *
     * @return 0 or more.
     */
    public int acatCount() {
        return countAt(ACAT);
    }

    /**
     * One of {@code acat}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long acat(final int index) {
        return textItem(ACAT, index);
    }

    /**
     * How many {@code bcat} there are.
     *
     * @return 0 or more.
     */
    public int bcatCount() {
        return countAt(BCAT);
    }

    /**
     * One of {@code bcat}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long bcat(final int index) {
        return textItem(BCAT, index);
    }

    /**
     * {@code cattax} (AdCOM 1.0 list Category Taxonomies).
     *
     * @return the value, or 1 where it is not given.
     */
    public int cattax() {
        return intAt(CATTAX, 1);
    }

    /**
     * How many {@code badv} there are.
     *
     * @return 0 or more.
     */
    public int badvCount() {
        return countAt(BADV);
    }

    /**
     * One of {@code badv}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long badv(final int index) {
        return textItem(BADV, index);
    }

    /**
     * How many {@code bapp} there are.
     *
     * @return 0 or more.
     */
    public int bappCount() {
        return countAt(BAPP);
    }

    /**
     * One of {@code bapp}.
     *
     * @param index 0 to count - 1.
     * @return a slice of the request's text.
     */
    public long bapp(final int index) {
        return textItem(BAPP, index);
    }

    /**
     * {@code source}.
     *
     * @return a view, or null where it is not given.
     */
    public Source source() {
        final int inner = recordAt(SOURCE);
        return inner == RequestArena.NO_RECORD ? null : source.on(arena, inner);
    }

    /**
     * {@code regs}.
     *
     * @return a view, or null where it is not given.
     */
    public Regs regs() {
        final int inner = recordAt(REGS);
        return inner == RequestArena.NO_RECORD ? null : regs.on(arena, inner);
    }

    /**
     * {@code ext} as it came: JSON text, or the bytes of the protobuf message.
     *
     * @return a slice of the request's text, or 0.
     */
    public long ext() {
        return textAt(EXT);
    }

    /**
     * {@code ext.schain}.
     *
     * @return a view, or null where it is not given.
     */
    public SupplyChain extSchain() {
        final int inner = recordAt(EXT_SCHAIN);
        return inner == RequestArena.NO_RECORD ? null : extSchain.on(arena, inner);
    }
}
