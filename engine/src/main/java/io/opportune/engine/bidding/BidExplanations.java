package io.opportune.engine.bidding;

import java.util.List;
import java.util.UUID;

/** Explains bid requests aside, on a thread of its own: asking costs an event loop a copy of the request. */
@FunctionalInterface
public interface BidExplanations {
    /** Explains nothing: whoever asks is refused. */
    BidExplanations NONE = (authorisation, question, answer) -> Outcome.FORBIDDEN;

    /** What becomes of a question. */
    enum Outcome {
        /** The answer comes. */
        TAKEN,
        /** Whoever asks has no right to ask. */
        FORBIDDEN,
        /** Too many others wait. */
        BUSY
    }

    /**
     * What is asked.
     *
     * @param exchange  id of the profile, as it stands in the path.
     * @param body      the bid request.
     * @param protobuf  whether the body is in Protocol Buffers.
     * @param gpc       whether {@code Sec-GPC: 1} came.
     * @param mostLines most offers that are told of one by one, in all impressions together.
     * @param offers    names of offers to be told of in any case.
     * @param decision  id of a decision that was made about such a request: what is left to chance is drawn as it was
     *                  there. Null: some draw, the same in every explanation.
     */
    record Question(
        String exchange, byte[] body, boolean protobuf, boolean gpc, int mostLines, List<String> offers,
        UUID decision) {
        /** Copies the list; the body is the question's own. */
        public Question {
            offers = List.copyOf(offers);
        }
    }

    /**
     * What a request brought as its right to ask.
     *
     * @param bearer token of the field {@code Authorization}; empty when there is none.
     * @param key    value of the parameter {@code explain}.
     */
    record Authorisation(String bearer, String key) {
        /** Shows no secrets. */
        @Override
        public String toString() {
            return "Authorisation";
        }
    }

    /** Takes the answer; called on any thread, once. */
    @FunctionalInterface
    interface Answer {
        /**
         * The explanation.
         *
         * @param status 200; 403 when the key is good for tests only and the request is none; 500 when it failed.
         * @param json   UTF-8; empty when there is none.
         */
        void onAnswer(int status, byte[] json);
    }

    /**
     * Asks for an explanation.
     *
     * @param authorisation of the request.
     * @param question      what is asked.
     * @param answer        called when it was {@link Outcome#TAKEN}.
     * @return what becomes of it.
     */
    Outcome explain(Authorisation authorisation, Question question, Answer answer);
}
