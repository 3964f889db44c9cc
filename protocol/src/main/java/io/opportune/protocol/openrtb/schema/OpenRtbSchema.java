package io.opportune.protocol.openrtb.schema;

/**
 * The table of everything that is read from an OpenRTB bid request: each object of OpenRTB 2.6 (2.6-202606) with its
 * fields, their kinds, their numbers in the IAB's protobuf definition (0: it has none), why some are skipped, and the
 * places of fields that moved between versions. JSON and protobuf are read by this table, {@code OPENRTB.md} is written
 * from it, and the slots of the request's views come from it.
 *
 * <p>Moved fields are also read at their old place under {@code ext}; where both are given, the declared place wins.
 * Extensions without a declared place are those of the IAB's protobuf definition, and {@code segtax} (the segment
 * taxonomy of a {@code Data} object) and {@code ext.schain} (SupplyChain 1.0 for OpenRTB 2.4 and before).
 */
public final class OpenRtbSchema {
    /** Metric: OpenRTB 2.6 section 3.2.5. */
    public static final ObjectType METRIC = ObjectType
        .named("Metric", "OpenRTB 2.6 section 3.2.5")
        .text("type", 1)
        .decimal("value", 2)
        .text("vendor", 3)
        .ext(99)
        .build();

    /** Format: OpenRTB 2.6 section 3.2.10. */
    public static final ObjectType FORMAT = ObjectType
        .named("Format", "OpenRTB 2.6 section 3.2.10")
        .integer("w", 1)
        .integer("h", 2)
        .integer("wratio", 3)
        .integer("hratio", 4)
        .integer("wmin", 5)
        .ext(99)
        .build();

    /** Banner: OpenRTB 2.6 section 3.2.6. */
    public static final ObjectType BANNER = ObjectType
        .named("Banner", "OpenRTB 2.6 section 3.2.6")
        .many("format", 15, FORMAT)
        .integer("w", 1)
        .integer("h", 2)
        .integers("btype", 5)
        .integers("battr", 6)
        .integer("pos", 4)
        .texts("mimes", 7)
        .integer("topframe", 8)
        .integers("expdir", 9)
        .integers("api", 10)
        .text("id", 3)
        .integer("vcm", 16)
        .ext(99)
        .build();

    /** DurFloors: OpenRTB 2.6 section 3.2.35. */
    public static final ObjectType DUR_FLOORS = ObjectType
        .named("DurFloors", "OpenRTB 2.6 section 3.2.35")
        .integer("mindur", 1)
        .integer("maxdur", 2)
        .decimal("bidfloor", 3)
        .ext(99)
        .build();

    /** Video: OpenRTB 2.6 section 3.2.7. */
    public static final ObjectType VIDEO = ObjectType
        .named("Video", "OpenRTB 2.6 section 3.2.7")
        .texts("mimes", 1)
        .integer("minduration", 3)
        .integer("maxduration", 4)
        .integer("startdelay", 8)
        .integer("maxseq", 28)
        .integer("poddur", 29)
        .integers("protocols", 21)
        .integer("w", 6)
        .integer("h", 7)
        .text("podid", 30)
        .integer("podseq", 31)
        .integers("rqddurs", 32)
        .integer("placement", 26)
        .integer("plcmt", 35)
        .integer("linearity", 2)
        .integer("skip", 23)
        .integer("skipmin", 24)
        .integer("skipafter", 25)
        .integer("sequence", 9)
        .integer("slotinpod", 33)
        .decimal("mincpmpersec", 34)
        .integers("battr", 10)
        .integer("maxextended", 11)
        .integer("minbitrate", 12)
        .integer("maxbitrate", 13)
        .integer("boxingallowed", 14)
        .integers("playbackmethod", 15)
        .integer("playbackend", 27)
        .integers("delivery", 16)
        .integer("pos", 17)
        .many("companionad", 18, BANNER)
        .integers("api", 19)
        .integers("companiontype", 20)
        .integers("poddedupe", 37)
        .many("durfloors", 36, DUR_FLOORS)
        .ext(99, ext -> ext
            .movedToImp("rewarded", "rwdd"))
        .renamed("protocol", 5, "protocols")
        .build();

    /** Audio: OpenRTB 2.6 section 3.2.8. */
    public static final ObjectType AUDIO = ObjectType
        .named("Audio", "OpenRTB 2.6 section 3.2.8")
        .texts("mimes", 1)
        .integer("minduration", 2)
        .integer("maxduration", 3)
        .integer("poddur", 25)
        .integers("protocols", 4)
        .integer("startdelay", 5)
        .integers("rqddurs", 26)
        .text("podid", 27)
        .integer("podseq", 28)
        .integer("sequence", 6)
        .integer("slotinpod", 29)
        .decimal("mincpmpersec", 30)
        .integers("battr", 7)
        .integer("maxextended", 8)
        .integer("minbitrate", 9)
        .integer("maxbitrate", 10)
        .integers("delivery", 11)
        .many("companionad", 12, BANNER)
        .integers("api", 13)
        .integers("companiontype", 20)
        .integer("maxseq", 21)
        .integer("feed", 22)
        .integer("stitched", 23)
        .integer("nvol", 24)
        .many("durfloors", 31, DUR_FLOORS)
        .ext(99)
        .build();

    /** NativeTitle: OpenRTB Dynamic Native Ads 1.2 section 4.3. */
    public static final ObjectType NATIVE_TITLE = ObjectType
        .named("NativeTitle", "OpenRTB Dynamic Native Ads 1.2 section 4.3")
        .integer("len", 1)
        .ext(99)
        .build();

    /** NativeImage: OpenRTB Dynamic Native Ads 1.2 section 4.4. */
    public static final ObjectType NATIVE_IMAGE = ObjectType
        .named("NativeImage", "OpenRTB Dynamic Native Ads 1.2 section 4.4")
        .integer("type", 1)
        .integer("w", 2)
        .integer("wmin", 4)
        .integer("h", 3)
        .integer("hmin", 5)
        .texts("mimes", 6)
        .ext(99)
        .build();

    /** NativeData: OpenRTB Dynamic Native Ads 1.2 section 4.6. */
    public static final ObjectType NATIVE_DATA = ObjectType
        .named("NativeData", "OpenRTB Dynamic Native Ads 1.2 section 4.6")
        .integer("type", 1)
        .integer("len", 2)
        .ext(99)
        .build();

    /** NativeAsset: OpenRTB Dynamic Native Ads 1.2 section 4.2. */
    public static final ObjectType NATIVE_ASSET = ObjectType
        .named("NativeAsset", "OpenRTB Dynamic Native Ads 1.2 section 4.2")
        .integer("id", 1)
        .integer("required", 2)
        .one("title", 3, NATIVE_TITLE)
        .one("img", 4, NATIVE_IMAGE)
        .one("video", 5, VIDEO)
        .one("data", 6, NATIVE_DATA)
        .ext(99)
        .build();

    /** NativeEventTrackers: OpenRTB Dynamic Native Ads 1.2 section 4.7. */
    public static final ObjectType NATIVE_EVENT_TRACKERS = ObjectType
        .named("NativeEventTrackers", "OpenRTB Dynamic Native Ads 1.2 section 4.7")
        .integer("event", 1)
        .integers("methods", 2)
        .ext(99)
        .build();

    /** NativeRequest: OpenRTB Dynamic Native Ads 1.2 section 4.1. */
    public static final ObjectType NATIVE_REQUEST = ObjectType
        .named("NativeRequest", "OpenRTB Dynamic Native Ads 1.2 section 4.1")
        .text("ver", 1)
        .integer("layout", 2)
        .integer("adunit", 3)
        .integer("context", 7)
        .integer("contextsubtype", 8)
        .integer("plcmttype", 9)
        .integer("plcmtcnt", 4)
        .integer("seq", 5)
        .many("assets", 6, NATIVE_ASSET)
        .integer("aurlsupport", 11)
        .integer("durlsupport", 12)
        .many("eventtrackers", 13, NATIVE_EVENT_TRACKERS)
        .integer("privacy", 14)
        .ext(99)
        .wrapper("native")
        .build();

    /** Native: OpenRTB 2.6 section 3.2.9. */
    public static final ObjectType NATIVE = ObjectType
        .named("Native", "OpenRTB 2.6 section 3.2.9")
        .nativeRequest("request", 1, 50, NATIVE_REQUEST)
        .text("ver", 2)
        .integers("api", 3)
        .integers("battr", 4)
        .ext(99)
        .build();

    /** Deal: OpenRTB 2.6 section 3.2.12. */
    public static final ObjectType DEAL = ObjectType
        .named("Deal", "OpenRTB 2.6 section 3.2.12")
        .text("id", 1)
        .decimal("bidfloor", 2)
        .text("bidfloorcur", 3)
        .integer("at", 6)
        .texts("wseat", 4)
        .texts("wadomain", 5)
        .integer("guar", 7)
        .decimal("mincpmpersec", 8)
        .many("durfloors", 9, DUR_FLOORS)
        .ext(99)
        .build();

    /** Pmp: OpenRTB 2.6 section 3.2.11. */
    public static final ObjectType PMP = ObjectType
        .named("Pmp", "OpenRTB 2.6 section 3.2.11")
        .integer("private_auction", 1)
        .many("deals", 2, DEAL)
        .ext(99)
        .build();

    /** Qty: OpenRTB 2.6 section 3.2.31. */
    public static final ObjectType QTY = ObjectType
        .named("Qty", "OpenRTB 2.6 section 3.2.31")
        .decimal("multiplier", 1)
        .integer("sourcetype", 2)
        .text("vendor", 3)
        .ext(99)
        .build();

    /** RefSettings: OpenRTB 2.6 section 3.2.34. */
    public static final ObjectType REF_SETTINGS = ObjectType
        .named("RefSettings", "OpenRTB 2.6 section 3.2.34")
        .integer("reftype", 1)
        .integer("minint", 2)
        .ext(99)
        .build();

    /** Refresh: OpenRTB 2.6 section 3.2.33. */
    public static final ObjectType REFRESH = ObjectType
        .named("Refresh", "OpenRTB 2.6 section 3.2.33")
        .many("refsettings", 1, REF_SETTINGS)
        .integer("count", 2)
        .ext(99)
        .build();

    /** Imp: OpenRTB 2.6 section 3.2.4. */
    public static final ObjectType IMP = ObjectType
        .named("Imp", "OpenRTB 2.6 section 3.2.4")
        .text("id", 1)
        .many("metric", 17, METRIC)
        .one("banner", 2, BANNER)
        .one("video", 3, VIDEO)
        .one("audio", 15, AUDIO)
        .one("native", 13, NATIVE)
        .one("pmp", 11, PMP)
        .text("displaymanager", 4)
        .text("displaymanagerver", 5)
        .integer("instl", 6)
        .text("tagid", 7)
        .decimal("bidfloor", 8)
        .text("bidfloorcur", 9)
        .integer("clickbrowser", 16)
        .integer("secure", 12)
        .texts("iframebuster", 10)
        .integer("rwdd", 18)
        .integer("ssai", 19)
        .integer("exp", 14)
        .one("qty", 20, QTY)
        .decimal("dt", 21)
        .one("refresh", 22, REFRESH)
        .ext(99, ext -> ext
            .text("gpid", 1)
            .text("tid", 4)
            .moved("is_rewarded_inventory", 0, "rwdd")
            .inner("prebid", prebid -> prebid.moved("is_rewarded_inventory", 0, "rwdd")))
        .adopting(VIDEO)
        .derived("status")
        .build();

    /** Publisher: OpenRTB 2.6 section 3.2.15. */
    public static final ObjectType PUBLISHER = ObjectType
        .named("Publisher", "OpenRTB 2.6 section 3.2.15")
        .text("id", 1)
        .text("name", 2)
        .integer("cattax", 5)
        .texts("cat", 3)
        .text("domain", 4)
        .ext(99)
        .build();

    /** Producer: OpenRTB 2.6 section 3.2.17. */
    public static final ObjectType PRODUCER = ObjectType
        .named("Producer", "OpenRTB 2.6 section 3.2.17")
        .text("id", 1)
        .text("name", 2)
        .integer("cattax", 5)
        .texts("cat", 3)
        .text("domain", 4)
        .ext(99)
        .build();

    /** Segment: OpenRTB 2.6 section 3.2.22. */
    public static final ObjectType SEGMENT = ObjectType
        .named("Segment", "OpenRTB 2.6 section 3.2.22")
        .text("id", 1)
        .text("name", 2)
        .text("value", 3)
        .ext(99)
        .build();

    /** Data: OpenRTB 2.6 section 3.2.21. */
    public static final ObjectType DATA = ObjectType
        .named("Data", "OpenRTB 2.6 section 3.2.21")
        .text("id", 1)
        .text("name", 2)
        .texts("cids", 0)
        .many("segment", 3, SEGMENT)
        .ext(99, ext -> ext
            .moved("cids", 1)
            .integer("segtax", 0))
        .build();

    /** Network: OpenRTB 2.6 section 3.2.23. */
    public static final ObjectType NETWORK = ObjectType
        .named("Network", "OpenRTB 2.6 section 3.2.23")
        .text("id", 1)
        .text("name", 2)
        .text("domain", 3)
        .ext(99)
        .build();

    /** Channel: OpenRTB 2.6 section 3.2.24. */
    public static final ObjectType CHANNEL = ObjectType
        .named("Channel", "OpenRTB 2.6 section 3.2.24")
        .text("id", 1)
        .text("name", 2)
        .text("domain", 3)
        .ext(99)
        .build();

    /** Content: OpenRTB 2.6 section 3.2.16. */
    public static final ObjectType CONTENT = ObjectType
        .named("Content", "OpenRTB 2.6 section 3.2.16")
        .text("id", 1)
        .integer("episode", 2)
        .text("title", 3)
        .text("series", 4)
        .text("season", 5)
        .text("artist", 21)
        .text("genre", 22)
        .integer("gtax", 33)
        .texts("genres", 35)
        .text("album", 23)
        .text("isrc", 24)
        .one("producer", 15, PRODUCER)
        .text("url", 6)
        .integer("cattax", 27)
        .texts("cat", 7)
        .integer("prodq", 25)
        .integer("context", 20)
        .text("contentrating", 10)
        .text("userrating", 11)
        .integer("qagmediarating", 17)
        .text("keywords", 9)
        .texts("kwarray", 32)
        .integer("livestream", 13)
        .integer("sourcerelationship", 14)
        .integer("len", 16)
        .text("language", 19)
        .text("langb", 29)
        .integer("embeddable", 18)
        .many("data", 28, DATA)
        .one("network", 30, NETWORK)
        .one("channel", 31, CHANNEL)
        .integer("realtime", 0)
        .integer("firstbroadcast", 0)
        .ext(99)
        .build();

    /** Site: OpenRTB 2.6 section 3.2.13. */
    public static final ObjectType SITE = ObjectType
        .named("Site", "OpenRTB 2.6 section 3.2.13")
        .text("id", 1)
        .text("name", 2)
        .text("domain", 3)
        .integer("cattax", 16)
        .texts("cat", 4)
        .texts("sectioncat", 5)
        .texts("pagecat", 6)
        .text("page", 7)
        .text("ref", 9)
        .text("search", 10)
        .integer("mobile", 15)
        .integer("privacypolicy", 8)
        .one("publisher", 11, PUBLISHER)
        .one("content", 12, CONTENT)
        .text("keywords", 13)
        .texts("kwarray", 18)
        .text("inventorypartnerdomain", 17)
        .ext(99, ext -> ext
            .moved("inventorypartnerdomain", 0))
        .build();

    /** App: OpenRTB 2.6 section 3.2.14. */
    public static final ObjectType APP = ObjectType
        .named("App", "OpenRTB 2.6 section 3.2.14")
        .text("id", 1)
        .text("name", 2)
        .text("bundle", 8)
        .text("domain", 3)
        .text("storeurl", 16)
        .integer("cattax", 17)
        .texts("cat", 4)
        .texts("sectioncat", 5)
        .texts("pagecat", 6)
        .text("ver", 7)
        .integer("privacypolicy", 9)
        .integer("paid", 10)
        .one("publisher", 11, PUBLISHER)
        .one("content", 12, CONTENT)
        .text("keywords", 13)
        .texts("kwarray", 19)
        .text("inventorypartnerdomain", 18)
        .ext(99, ext -> ext
            .moved("inventorypartnerdomain", 0))
        .build();

    /** Dooh: OpenRTB 2.6 section 3.2.32. */
    public static final ObjectType DOOH = ObjectType
        .named("Dooh", "OpenRTB 2.6 section 3.2.32")
        .text("id", 1)
        .text("name", 2)
        .texts("venuetype", 3)
        .integer("venuetypetax", 4)
        .one("publisher", 5, PUBLISHER)
        .text("domain", 6)
        .text("keywords", 7)
        .one("content", 8, CONTENT)
        .ext(99)
        .build();

    /** Geo: OpenRTB 2.6 section 3.2.19. */
    public static final ObjectType GEO = ObjectType
        .named("Geo", "OpenRTB 2.6 section 3.2.19")
        .decimal("lat", 1)
        .decimal("lon", 2)
        .integer("type", 9)
        .integer("accuracy", 11)
        .integer("lastfix", 12)
        .integer("ipservice", 13)
        .text("country", 3)
        .text("region", 4)
        .skipped("regionfips104", 5, "`region` is read; FIPS 10-4 is withdrawn")
        .text("metro", 6)
        .text("city", 7)
        .text("zip", 8)
        .integer("utcoffset", 10)
        .ext(99)
        .build();

    /** BrandVersion: OpenRTB 2.6 section 3.2.30. */
    public static final ObjectType BRAND_VERSION = ObjectType
        .named("BrandVersion", "OpenRTB 2.6 section 3.2.30")
        .text("brand", 1)
        .texts("version", 2)
        .ext(99)
        .build();

    /** UserAgent: OpenRTB 2.6 section 3.2.29. */
    public static final ObjectType USER_AGENT = ObjectType
        .named("UserAgent", "OpenRTB 2.6 section 3.2.29")
        .many("browsers", 1, BRAND_VERSION)
        .one("platform", 2, BRAND_VERSION)
        .integer("mobile", 3)
        .text("architecture", 4)
        .text("bitness", 5)
        .text("model", 6)
        .integer("source", 7)
        .ext(99)
        .build();

    /** Device: OpenRTB 2.6 section 3.2.18. */
    public static final ObjectType DEVICE = ObjectType
        .named("Device", "OpenRTB 2.6 section 3.2.18")
        .one("geo", 4, GEO)
        .integer("dnt", 1)
        .integer("lmt", 23)
        .text("ua", 2)
        .one("sua", 31, USER_AGENT)
        .text("ip", 3)
        .text("ipv6", 9)
        .integer("devicetype", 18)
        .text("make", 12)
        .text("model", 13)
        .text("os", 14)
        .text("osv", 15)
        .text("hwv", 24)
        .integer("h", 26)
        .integer("w", 25)
        .integer("ppi", 27)
        .decimal("pxratio", 28)
        .integer("js", 16)
        .integer("geofetch", 29)
        .skipped("flashver", 19, "no creative of ours is Flash")
        .text("language", 11)
        .text("langb", 32)
        .text("carrier", 10)
        .text("mccmnc", 30)
        .integer("connectiontype", 17)
        .text("ifa", 20)
        .skipped("didsha1", 5, "deprecated hash of a hardware id; `ifa` is the id that a user can reset")
        .skipped("didmd5", 6, "deprecated hash of a hardware id; `ifa` is the id that a user can reset")
        .skipped("dpidsha1", 7, "deprecated hash of a hardware id; `ifa` is the id that a user can reset")
        .skipped("dpidmd5", 8, "deprecated hash of a hardware id; `ifa` is the id that a user can reset")
        .skipped("macsha1", 21, "deprecated hash of a hardware id; `ifa` is the id that a user can reset")
        .skipped("macmd5", 22, "deprecated hash of a hardware id; `ifa` is the id that a user can reset")
        .ext(99, ext -> ext
            .integer("atts", 1)
            .text("ifv", 2)
            .text("cdep", 3)
            .text("ifa_type", 4))
        .build();

    /** Uid: OpenRTB 2.6 section 3.2.28. */
    public static final ObjectType UID = ObjectType
        .named("Uid", "OpenRTB 2.6 section 3.2.28")
        .text("id", 1)
        .integer("atype", 2)
        .ext(99)
        .build();

    /** Eid: OpenRTB 2.6 section 3.2.27. */
    public static final ObjectType EID = ObjectType
        .named("Eid", "OpenRTB 2.6 section 3.2.27")
        .text("inserter", 3)
        .text("source", 1)
        .text("matcher", 4)
        .integer("mm", 5)
        .many("uids", 2, UID)
        .ext(99)
        .build();

    /** User: OpenRTB 2.6 section 3.2.20. */
    public static final ObjectType USER = ObjectType
        .named("User", "OpenRTB 2.6 section 3.2.20")
        .text("id", 1)
        .text("buyeruid", 2)
        .integer("yob", 3)
        .text("gender", 4)
        .text("keywords", 5)
        .texts("kwarray", 9)
        .text("customdata", 6)
        .one("geo", 7, GEO)
        .many("data", 8, DATA)
        .text("consent", 10)
        .many("eids", 11, EID)
        .ext(99, ext -> ext
            .moved("consent", 1)
            .moved("eids", 2))
        .renamed("buyuid", 0, "buyeruid")
        .build();

    /** SupplyChainNode: OpenRTB 2.6 section 3.2.26. */
    public static final ObjectType SUPPLY_CHAIN_NODE = ObjectType
        .named("SupplyChainNode", "OpenRTB 2.6 section 3.2.26")
        .text("asi", 1)
        .text("sid", 2)
        .text("rid", 3)
        .text("name", 4)
        .text("domain", 5)
        .integer("hp", 6)
        .ext(99)
        .build();

    /** SupplyChain: OpenRTB 2.6 section 3.2.25. */
    public static final ObjectType SUPPLY_CHAIN = ObjectType
        .named("SupplyChain", "OpenRTB 2.6 section 3.2.25")
        .integer("complete", 1)
        .many("nodes", 2, SUPPLY_CHAIN_NODE)
        .text("ver", 3)
        .ext(99)
        .build();

    /** Source: OpenRTB 2.6 section 3.2.2. */
    public static final ObjectType SOURCE = ObjectType
        .named("Source", "OpenRTB 2.6 section 3.2.2")
        .integer("fd", 1)
        .text("tid", 2)
        .text("pchain", 3)
        .one("schain", 4, SUPPLY_CHAIN)
        .ext(99, ext -> ext
            .moved("schain", 1)
            .text("omidpn", 2)
            .text("omidpv", 3))
        .build();

    /** DsaTransparency: `regs.ext.dsa.transparency`. */
    public static final ObjectType DSA_TRANSPARENCY = ObjectType
        .named("DsaTransparency", "`regs.ext.dsa.transparency`")
        .text("domain", 1)
        .integers("dsaparams", 2)
        .build();

    /** Dsa: `regs.ext.dsa`, the community extension for transparency under the Digital Services Act. */
    public static final ObjectType DSA = ObjectType
        .named("Dsa", "`regs.ext.dsa`, the community extension for transparency under the Digital Services Act")
        .integer("dsarequired", 1)
        .integer("pubrender", 2)
        .integer("datatopub", 3)
        .many("transparency", 4, DSA_TRANSPARENCY)
        .build();

    /** Regs: OpenRTB 2.6 section 3.2.3. */
    public static final ObjectType REGS = ObjectType
        .named("Regs", "OpenRTB 2.6 section 3.2.3")
        .integer("coppa", 1)
        .integer("gdpr", 4)
        .text("us_privacy", 5)
        .text("gpp", 2)
        .integers("gpp_sid", 3)
        .ext(99, ext -> ext
            .moved("gdpr", 1)
            .moved("us_privacy", 2)
            .moved("gpp", 0)
            .moved("gpp_sid", 0)
            .text("gpc", 3)
            .one("dsa", 4, DSA))
        .build();

    /** BidRequest: OpenRTB 2.6 section 3.2.1. */
    public static final ObjectType BID_REQUEST = ObjectType
        .named("BidRequest", "OpenRTB 2.6 section 3.2.1")
        .text("id", 1)
        .many("imp", 2, IMP)
        .one("site", 3, SITE)
        .one("app", 4, APP)
        .one("dooh", 22, DOOH)
        .one("device", 5, DEVICE)
        .one("user", 6, USER)
        .integer("test", 15)
        .integer("at", 7)
        .integer("tmax", 8)
        .texts("wseat", 9)
        .texts("bseat", 17)
        .integer("allimps", 10)
        .texts("cur", 11)
        .texts("wlang", 18)
        .texts("wlangb", 20)
        .texts("acat", 23)
        .texts("bcat", 12)
        .integer("cattax", 21)
        .texts("badv", 13)
        .texts("bapp", 16)
        .one("source", 19, SOURCE)
        .one("regs", 14, REGS)
        .ext(99, ext -> ext
            .one("schain", 0, SUPPLY_CHAIN))
        .build();

    private OpenRtbSchema() {
    }
}
