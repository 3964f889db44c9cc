package io.opportune.engine.session;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Which paths an HTTP transport answers, by which methods, under which number. Immutable; looked at in the order given,
 * so that the busiest route comes first. Paths are compared byte by byte: nothing is decoded or folded.
 */
public final class HttpRoutes {
    /** {@code GET}, as a bit. */
    public static final int GET = 1;
    /** {@code POST}, as a bit. */
    public static final int POST = 2;
    /** Given by {@link #find} when no route has the path. */
    public static final int NOT_FOUND = -1;

    private static final String PARAMETER = "{}";

    private final byte[][] prefixes;
    private final boolean[] parameters;
    private final int[] methods;
    private final int[] ids;

    private HttpRoutes(final Builder builder) {
        final int count = builder.paths.size();
        prefixes = new byte[count][];
        parameters = new boolean[count];
        methods = new int[count];
        ids = new int[count];
        for (int i = 0; i < count; i++) {
            final String path = builder.paths.get(i);
            parameters[i] = path.endsWith(PARAMETER);
            prefixes[i] = (parameters[i] ? path.substring(0, path.length() - PARAMETER.length()) : path)
                .getBytes(StandardCharsets.US_ASCII);
            methods[i] = builder.methods.get(i);
            ids[i] = builder.ids.get(i);
        }
    }

    /**
     * Starts without routes.
     *
     * @return a new builder.
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Finds the route of a path.
     *
     * @param buffer      holding the path.
     * @param offset      of its first slash.
     * @param lengthBytes of the path, query excluded.
     * @return position for the other methods, or {@link #NOT_FOUND}.
     */
    public int find(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        for (int i = 0; i < prefixes.length; i++) {
            final int prefixLength = prefixes[i].length;
            final int rest = lengthBytes - prefixLength;
            if ((parameters[i] ? rest > 0 : rest == 0) && startsWith(buffer, offset, prefixes[i])
                && isOneSegment(buffer, offset + prefixLength, rest)) {
                return i;
            }
        }
        return NOT_FOUND;
    }

    private static boolean startsWith(final DirectBuffer buffer, final int offset, final byte[] prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if (buffer.getByte(offset + i) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOneSegment(final DirectBuffer buffer, final int offset, final int length) {
        for (int i = 0; i < length; i++) {
            if (buffer.getByte(offset + i) == '/') {
                return false;
            }
        }
        return true;
    }

    /**
     * The number of a route.
     *
     * @param position from {@link #find}.
     * @return as given to the builder.
     */
    public int id(final int position) {
        return ids[position];
    }

    /**
     * By which methods a route is taken.
     *
     * @param position from {@link #find}.
     * @return {@link #GET} and {@link #POST}, or-ed.
     */
    public int methods(final int position) {
        return methods[position];
    }

    /**
     * Where a route's parameter begins.
     *
     * @param position from {@link #find}.
     * @return bytes behind the path's first slash; the whole path's length where there is no parameter.
     */
    public int parameterStart(final int position) {
        return prefixes[position].length;
    }

    /** Collects routes. */
    public static final class Builder {
        private final List<String> paths = new ArrayList<>();
        private final List<Integer> methods = new ArrayList<>();
        private final List<Integer> ids = new ArrayList<>();

        private Builder() {
        }

        /**
         * Adds a route behind the others.
         *
         * @param methodBits {@link #GET}, {@link #POST} or both.
         * @param path       ASCII, beginning with a slash; one that ends in <code>/{}</code> takes exactly one more
         *                   segment, of at least a character, as its parameter.
         * @param id         0 or more; several routes may share it.
         * @return this.
         * @throws IllegalArgumentException when path, methods or id are none, or the path is there already.
         */
        public Builder add(final int methodBits, final String path, final int id) {
            final boolean good = path.startsWith("/") && path.chars().allMatch(c -> c > ' ' && c < 0x7F)
                && (path.indexOf('{') < 0 || path.indexOf('{') == path.length() - PARAMETER.length()
                    && path.endsWith("/" + PARAMETER));
            if (!good) {
                throw new IllegalArgumentException("not a path of a route: '" + path + "'");
            }
            if (methodBits < GET || methodBits > (GET | POST) || id < 0) {
                throw new IllegalArgumentException("route '" + path + "': methods " + methodBits + ", id " + id);
            }
            if (paths.contains(path)) {
                throw new IllegalArgumentException("two routes with the path '" + path + "'");
            }
            paths.add(path);
            methods.add(methodBits);
            ids.add(id);
            return this;
        }

        /**
         * Makes the routes.
         *
         * @return immutable routes.
         */
        public HttpRoutes build() {
            return new HttpRoutes(this);
        }
    }
}
