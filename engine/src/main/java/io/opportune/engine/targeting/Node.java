package io.opportune.engine.targeting;

import java.util.List;

/**
 * The tree of a rule, as clear as the text: and, or, not, constants, and leaves. A leaf on something missing is false,
 * and so the opposite of it is true. {@link #holds} is the definition of what a rule means; the index and the flat
 * program of {@link Rule} are tested against it.
 */
public sealed interface Node {
    /**
     * Evaluates this part of the rule. The plain definition; {@link Rule#matches} is the fast way.
     *
     * @param situation to test on.
     * @return true when it holds.
     */
    boolean holds(Situation situation);

    /** Every part holds. */
    record And(List<Node> parts) implements Node {
        @Override
        public boolean holds(final Situation situation) {
            for (final Node part : parts) {
                if (!part.holds(situation)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** At least one part holds. */
    record Or(List<Node> parts) implements Node {
        /**
         * Whether the parts stand for one condition of the text: an {@code exists} over a few values.
         *
         * @return true when all parts are that condition's.
         */
        public boolean isOneCondition() {
            return parts.size() > 1 && parts.stream().allMatch(part -> part instanceof Contains leaf
                && leaf.words().equals(parts.getFirst() instanceof Leaf first ? first.words() : null));
        }

        @Override
        public boolean holds(final Situation situation) {
            for (final Node part : parts) {
                if (part.holds(situation)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The part does not hold. */
    record Not(Node part) implements Node {
        @Override
        public boolean holds(final Situation situation) {
            return !part.holds(situation);
        }
    }

    /** Always or never. */
    record Constant(boolean value) implements Node {
        @Override
        public boolean holds(final Situation situation) {
            return value;
        }
    }

    /** What looks at the situation. */
    sealed interface Leaf extends Node {
        /**
         * The leaf in the words of the rule.
         *
         * @return CEL text.
         */
        String words();

        /**
         * Whether what the leaf speaks of is there.
         *
         * @param situation to look at.
         * @return false when the leaf is false for that reason alone.
         */
        boolean hasSubject(Situation situation);
    }

    /** A value that a leaf looks at. */
    sealed interface Subject {
        /**
         * Whether the value is there.
         *
         * @param situation to look at.
         * @return false when it is missing.
         */
        boolean isIn(Situation situation);

        /**
         * The value, which must be there.
         *
         * @param situation to look at.
         * @return the value as it stands in the situation.
         */
        long valueIn(Situation situation);
    }

    /** A scalar attribute or the loop variable of a list macro, by its slot. */
    record Scalar(int slot) implements Subject {
        @Override
        public boolean isIn(final Situation situation) {
            return situation.has(slot);
        }

        @Override
        public long valueIn(final Situation situation) {
            return situation.get(slot);
        }
    }

    /** The value of a map under a constant key. */
    record MapValue(int slot, long key) implements Subject {
        @Override
        public boolean isIn(final Situation situation) {
            return situation.contains(slot, key);
        }

        @Override
        public long valueIn(final Situation situation) {
            return situation.getFromMap(slot, key, 0);
        }
    }

    /** The value of a map under a key that is itself looked up. */
    record MapValueBySubject(int slot, Scalar key) implements Subject {
        @Override
        public boolean isIn(final Situation situation) {
            return key.isIn(situation) && situation.contains(slot, key.valueIn(situation));
        }

        @Override
        public long valueIn(final Situation situation) {
            return situation.getFromMap(slot, key.valueIn(situation), 0);
        }
    }

    /** A constant where a subject may stand. */
    record Fixed(long value) implements Subject {
        @Override
        public boolean isIn(final Situation situation) {
            return true;
        }

        @Override
        public long valueIn(final Situation situation) {
            return value;
        }
    }

    /** {@code has(x)}: an attribute of any shape is there. */
    record Present(int slot, String words) implements Leaf {
        @Override
        public boolean holds(final Situation situation) {
            return situation.has(slot);
        }

        @Override
        public boolean hasSubject(final Situation situation) {
            return situation.has(slot);
        }
    }

    /**
     * Every comparison of a subject with a constant: the value lies within low..high, both included, or, when
     * {@code outside}, it does not. An empty interval has low above high.
     */
    record InInterval(Subject subject, long low, long high, boolean outside, String words) implements Leaf {
        @Override
        public boolean holds(final Situation situation) {
            if (!subject.isIn(situation)) {
                return false;
            }
            final long value = subject.valueIn(situation);
            return (low <= value && value <= high) != outside;
        }

        @Override
        public boolean hasSubject(final Situation situation) {
            return subject.isIn(situation);
        }
    }

    /** {@code x in [a, b]}: the value is one of a sorted set without duplicates. */
    record InSet(Subject subject, List<Long> sortedValues, String words) implements Leaf {
        @Override
        public boolean holds(final Situation situation) {
            if (!subject.isIn(situation)) {
                return false;
            }
            final long value = subject.valueIn(situation);
            for (int i = 0; i < sortedValues.size(); i++) {
                if (sortedValues.get(i) == value) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public boolean hasSubject(final Situation situation) {
            return subject.isIn(situation);
        }
    }

    /** {@code x in list} and {@code k in map}: the list or map is there and holds the value or key. */
    record Contains(int slot, Subject subject, String words) implements Leaf {
        @Override
        public boolean holds(final Situation situation) {
            return subject.isIn(situation) && situation.contains(slot, subject.valueIn(situation));
        }

        @Override
        public boolean hasSubject(final Situation situation) {
            return situation.has(slot) && subject.isIn(situation);
        }
    }

    /** Two attributes compared; false when either is missing. An int counts as the decimal of the same value. */
    record ComparePair(Subject left, Relation relation, Subject right, PairScale scale, String words)
        implements Leaf {
        @Override
        public boolean holds(final Situation situation) {
            return hasSubject(situation)
                && relation.holds(scale.compare(left.valueIn(situation), right.valueIn(situation)));
        }

        @Override
        public boolean hasSubject(final Situation situation) {
            return left.isIn(situation) && right.isIn(situation);
        }
    }

    /** {@code list.exists(x, ...)}: some value makes the body hold; false when the list is missing or empty. */
    record Exists(int slot, int elementSlot, Node body, String words) implements Leaf {
        @Override
        public boolean holds(final Situation situation) {
            final int size = situation.size(slot);
            for (int i = 0; i < size; i++) {
                situation.set(elementSlot, situation.element(slot, i));
                if (body.holds(situation)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public boolean hasSubject(final Situation situation) {
            return situation.has(slot);
        }
    }

    /** {@code list.all(x, ...)}: every value makes the body hold; false when missing, true when empty. */
    record All(int slot, int elementSlot, Node body, String words) implements Leaf {
        @Override
        public boolean holds(final Situation situation) {
            if (!situation.has(slot)) {
                return false;
            }
            final int size = situation.size(slot);
            for (int i = 0; i < size; i++) {
                situation.set(elementSlot, situation.element(slot, i));
                if (!body.holds(situation)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean hasSubject(final Situation situation) {
            return situation.has(slot);
        }
    }

    /**
     * {@code position.distance_km(lat, lon) < r}: the great circle on a sphere of radius 6371.0088 km, compared as the
     * square of the chord between unit vectors, which grows with it; false when the position is missing.
     */
    record Near(double unitX, double unitY, double unitZ, double chordSquared, Relation relation, String words)
        implements Leaf {
        @Override
        public boolean holds(final Situation situation) {
            return situation.hasPosition()
                && relation.holds(Double.compare(situation.chordSquared(unitX, unitY, unitZ), chordSquared));
        }

        @Override
        public boolean hasSubject(final Situation situation) {
            return situation.hasPosition();
        }
    }

    /** {@code position.within([lat, lon, ...])}: in it or on its border; false when the position is missing. */
    record Within(Polygon polygon, String words) implements Leaf {
        @Override
        public boolean holds(final Situation situation) {
            return situation.hasPosition() && polygon.contains(situation.latitudeE7(), situation.longitudeE7());
        }

        @Override
        public boolean hasSubject(final Situation situation) {
            return situation.hasPosition();
        }
    }

    /** How two values compare. */
    enum Relation {
        /** Equal. */
        EQ("=="),
        /** Not equal. */
        NE("!="),
        /** Less. */
        LT("<"),
        /** Less or equal. */
        LE("<="),
        /** Greater. */
        GT(">"),
        /** Greater or equal. */
        GE(">=");

        private static final Relation[] ALL = values();

        private final String symbol;

        Relation(final String symbol) {
            this.symbol = symbol;
        }

        /**
         * How it is written.
         *
         * @return CEL operator.
         */
        public String symbol() {
            return symbol;
        }

        /**
         * Whether the relation holds.
         *
         * @param comparison negative, zero or positive, as from {@link Long#compare}.
         * @return true when it holds.
         */
        public boolean holds(final int comparison) {
            return switch (this) {
                case EQ -> comparison == 0;
                case NE -> comparison != 0;
                case LT -> comparison < 0;
                case LE -> comparison <= 0;
                case GT -> comparison > 0;
                case GE -> comparison >= 0;
            };
        }

        /**
         * The relation with its sides exchanged.
         *
         * @return e.g. GT for LT.
         */
        public Relation flipped() {
            return switch (this) {
                case LT -> GT;
                case LE -> GE;
                case GT -> LT;
                case GE -> LE;
                default -> this;
            };
        }

        static Relation of(final int ordinal) {
            return ALL[ordinal];
        }
    }

    /** How two numbers of possibly different units compare, exactly and without overflow. */
    enum PairScale {
        /** The same unit on both sides. */
        SAME,
        /** An int on the left, micros on the right. */
        INT_WITH_MICROS,
        /** Micros on the left, an int on the right. */
        MICROS_WITH_INT;

        private static final PairScale[] ALL = values();
        private static final long MICROS = 1_000_000L;

        static PairScale of(final int ordinal) {
            return ALL[ordinal];
        }

        /**
         * Compares two values.
         *
         * @param left  in the unit of the left side.
         * @param right in the unit of the right side.
         * @return negative, zero or positive.
         */
        public int compare(final long left, final long right) {
            return switch (this) {
                case SAME -> Long.compare(left, right);
                case INT_WITH_MICROS -> compareIntWithMicros(left, right);
                case MICROS_WITH_INT -> -compareIntWithMicros(right, left);
            };
        }

        private static int compareIntWithMicros(final long whole, final long micros) {
            final int byWhole = Long.compare(whole, Math.floorDiv(micros, MICROS));
            return byWhole != 0 ? byWhole : Math.floorMod(micros, MICROS) == 0 ? 0 : -1;
        }
    }
}
