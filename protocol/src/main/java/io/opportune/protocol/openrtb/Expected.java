package io.opportune.protocol.openrtb;

/** What a reader would have accepted where it found something else. */
enum Expected {
    BODY("a value"),
    VALUE("a value"),
    KEY("a key in quotes or }"),
    NEXT_KEY("a key in quotes"),
    COLON(":"),
    COMMA_OR_BRACE(", or }"),
    COMMA_OR_BRACKET(", or ]"),
    TEXT_BYTE("no control character within a text"),
    ESCAPE("one of \"\\/bfnrt or u with four hexadecimal digits after \\"),
    DIGIT("a digit"),
    LITERAL("true, false or null"),
    END("nothing but white space after the value"),
    DEPTH("less depth"),
    TAG("a field number above 0 with wire type 0, 1, 2, 3 or 5"),
    VARINT("a number of at most ten bytes"),
    LENGTH("a length within its message"),
    GROUP_END("the end of the group that began"),
    ROOM("fewer objects and items");

    private final String text;

    Expected(final String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
