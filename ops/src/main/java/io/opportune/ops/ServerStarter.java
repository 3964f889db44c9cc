package io.opportune.ops;

import io.opportune.engine.config.Config;

/** How {@code serve} gets its server: the command line knows no more of it than this. */
@FunctionalInterface
public interface ServerStarter {
    /**
     * Starts a server and returns when it is ready, or throws why it cannot start.
     *
     * @param config complete and valid.
     * @return a running server.
     * @throws Exception with a sentence for people.
     */
    Running start(Config config) throws Exception;

    /**
     * Whether there is a server to start.
     *
     * @return false only for {@link #none()}.
     */
    default boolean isPresent() {
        return true;
    }

    /**
     * The lack of a server.
     *
     * @return leaves the commands out that need one.
     */
    static ServerStarter none() {
        return new ServerStarter() {
            @Override
            public Running start(final Config config) {
                throw new IllegalStateException("there is no server");
            }

            @Override
            public boolean isPresent() {
                return false;
            }
        };
    }

    /** A server that answers. */
    interface Running extends AutoCloseable {
        /**
         * Where tills connect.
         *
         * @return the port, never 0.
         */
        int port();

        /**
         * Where operators look.
         *
         * @return the port, never 0.
         */
        int adminPort();

        /**
         * What starting came to.
         *
         * @return one line for people.
         */
        String startSummary();

        /** Loads the catalogue again; a bad one is reported and not used. */
        void reloadCatalogue();

        /**
         * Waits until the server has stopped.
         *
         * @throws InterruptedException when the waiting thread is interrupted.
         */
        void awaitStop() throws InterruptedException;

        @Override
        void close();
    }
}
