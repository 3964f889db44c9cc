package io.opportune.engine.targeting;

import java.util.ArrayList;
import java.util.List;

/**
 * The flat form of a rule's tree: one step per leaf, each with the step to go on with when it holds and when it does
 * not, so that and, or and not cost nothing. Immutable; the same loop evaluates every rule, so there is no virtual call
 * for the compiler to guess. A step is four longs in one array:
 *
 * <pre>
 *   63       52 51       40 39          24 23           8 7        0
 *  +-----------+-----------+--------------+--------------+----------+
 *  | if false  | if true   | second slot  | slot         | opcode   |
 *  +-----------+-----------+--------------+--------------+----------+
 *  | a         low, value, offset of a constant pool entry, first step of a body           |
 *  | b         high, number of values                                                      |
 *  | c         map key, relation and scale                                                 |
 *  +--------------------------------------------------------------------------------------+
 * </pre>
 * The constant pool (sorted sets, points) follows the steps.
 */
final class RuleProgram {
    /** Most steps of a rule. */
    static final int MAX_STEPS = 2_000;

    private static final int STRIDE = 4;
    private static final int ACCEPT = 0xFFF;
    private static final int REJECT = 0xFFE;
    private static final int LINEAR_SEARCH_BELOW = 9;

    private static final int HAS = 0;
    private static final int EQUAL = 1;
    private static final int INSIDE = 2;
    private static final int OUTSIDE = 3;
    private static final int IN_SET = 4;
    private static final int CONTAINS = 5;
    private static final int CONTAINS_SLOT = 6;
    private static final int MAP_INSIDE = 7;
    private static final int MAP_OUTSIDE = 8;
    private static final int MAP_IN_SET = 9;
    private static final int MAP_BY_SLOT = 10;
    private static final int PAIR = 11;
    private static final int PAIR_OF_SUBJECTS = 12;
    private static final int EXISTS = 13;
    private static final int ALL = 14;
    private static final int NEAR = 15;
    private static final int NEVER = 16;
    private static final int WITHIN = 17;

    private final long[] code;
    private final int entry;
    /** Leaves evaluated as tree nodes: map values compared with attributes, maps keyed by attributes, polygons. */
    private final Node.Leaf[] rare;

    private RuleProgram(final long[] code, final int entry, final Node.Leaf[] rare) {
        this.code = code;
        this.entry = entry;
        this.rare = rare;
    }

    boolean matches(final Situation situation) {
        return run(entry, situation);
    }

    private boolean run(final int start, final Situation situation) {
        final long[] steps = code;
        int step = start;
        while (step < REJECT) { // ends: every step goes on with a later one
            final int at = step * STRIDE;
            final long head = steps[at];
            final int slot = (int) (head >>> 8) & 0xFFFF;
            final boolean holds = switch ((int) head & 0xFF) {
                case HAS -> situation.has(slot);
                case EQUAL -> situation.has(slot) && situation.get(slot) == steps[at + 1];
                case INSIDE -> situation.has(slot) && inside(situation.get(slot), steps[at + 1], steps[at + 2]);
                case OUTSIDE -> situation.has(slot) && !inside(situation.get(slot), steps[at + 1], steps[at + 2]);
                case IN_SET -> situation.has(slot) && inSet(situation.get(slot), at);
                case CONTAINS -> situation.contains(slot, steps[at + 1]);
                case CONTAINS_SLOT -> containsSlot(situation, slot, (int) (head >>> 24) & 0xFFFF);
                case MAP_INSIDE, MAP_OUTSIDE, MAP_IN_SET -> mapHolds(situation, slot, at, (int) head & 0xFF);
                case PAIR -> pairHolds(situation, slot, (int) (head >>> 24) & 0xFFFF, steps[at + 3]);
                case EXISTS -> exists(situation, slot, (int) (head >>> 24) & 0xFFFF, (int) steps[at + 1]);
                case ALL -> all(situation, slot, (int) (head >>> 24) & 0xFFFF, (int) steps[at + 1]);
                case NEAR -> near(situation, at);
                case MAP_BY_SLOT, PAIR_OF_SUBJECTS, WITHIN -> rare[(int) steps[at + 1]].holds(situation);
                default -> false;
            };
            step = (int) (holds ? head >>> 40 : head >>> 52) & 0xFFF;
        }
        return step == ACCEPT;
    }

    private static boolean inside(final long value, final long low, final long high) {
        return low <= value && value <= high;
    }

    private boolean inSet(final long value, final int at) {
        int low = (int) code[at + 1];
        int high = low + (int) code[at + 2] - 1;
        while (high - low >= LINEAR_SEARCH_BELOW) {
            final int middle = low + high >>> 1;
            if (code[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (int i = low; i <= high; i++) {
            if (code[i] == value) {
                return true;
            }
        }
        return false;
    }

    private static boolean containsSlot(final Situation situation, final int slot, final int valueSlot) {
        return situation.has(valueSlot) && situation.contains(slot, situation.get(valueSlot));
    }

    private boolean mapHolds(final Situation situation, final int slot, final int at, final int opcode) {
        if (!situation.has(slot)) {
            return false;
        }
        final SituationTable table = situation.table(slot);
        final int found = table.find(code[at + 3]);
        if (found < 0) {
            return false;
        }
        final long value = table.mapped(found);
        return opcode == MAP_IN_SET ? inSet(value, at)
            : inside(value, code[at + 1], code[at + 2]) == (opcode == MAP_INSIDE);
    }

    private static boolean pairHolds(
        final Situation situation, final int left, final int right, final long relationAndScale) {
        return situation.has(left) && situation.has(right)
            && Node.Relation.of((int) relationAndScale & 0xF).holds(
                Node.PairScale.of((int) relationAndScale >>> 4).compare(situation.get(left), situation.get(right)));
    }

    private boolean exists(final Situation situation, final int slot, final int elementSlot, final int body) {
        final int size = situation.size(slot);
        for (int i = 0; i < size; i++) {
            situation.set(elementSlot, situation.element(slot, i));
            if (run(body, situation)) {
                return true;
            }
        }
        return false;
    }

    private boolean all(final Situation situation, final int slot, final int elementSlot, final int body) {
        if (!situation.has(slot)) {
            return false;
        }
        final int size = situation.size(slot);
        for (int i = 0; i < size; i++) {
            situation.set(elementSlot, situation.element(slot, i));
            if (!run(body, situation)) {
                return false;
            }
        }
        return true;
    }

    private boolean near(final Situation situation, final int at) {
        if (!situation.hasPosition()) {
            return false;
        }
        final int point = (int) code[at + 1];
        final double chordSquared = situation.chordSquared(Double.longBitsToDouble(code[point]),
            Double.longBitsToDouble(code[point + 1]), Double.longBitsToDouble(code[point + 2]));
        return Node.Relation.of((int) code[at + 3])
            .holds(Double.compare(chordSquared, Double.longBitsToDouble(code[point + 3])));
    }

    /** Flattens a tree. Returns null when it has more than {@link #MAX_STEPS} steps. */
    static RuleProgram of(final Node root) {
        final Assembler assembler = new Assembler();
        final int entry = assembler.emit(root, ACCEPT, REJECT);
        return assembler.steps.size() > MAX_STEPS ? null : assembler.assemble(entry);
    }

    /** Emits steps back to front, so that targets are known, and turns the order round at the end. */
    private static final class Assembler {
        private final List<long[]> steps = new ArrayList<>();
        private final List<Long> pool = new ArrayList<>();
        private final List<Node.Leaf> rare = new ArrayList<>();

        int emit(final Node node, final int onTrue, final int onFalse) {
            if (steps.size() > MAX_STEPS) {
                return REJECT; // too long already: refused by the caller
            }
            return switch (node) {
                case Node.And and -> {
                    int next = onTrue;
                    for (int i = and.parts().size() - 1; i >= 0; i--) {
                        next = emit(and.parts().get(i), next, onFalse);
                    }
                    yield next;
                }
                case Node.Or or -> {
                    int next = onFalse;
                    for (int i = or.parts().size() - 1; i >= 0; i--) {
                        next = emit(or.parts().get(i), onTrue, next);
                    }
                    yield next;
                }
                case Node.Not not -> emit(not.part(), onFalse, onTrue);
                case Node.Constant constant -> constant.value() ? onTrue : onFalse;
                case Node.Leaf leaf -> leaf(leaf, onTrue, onFalse);
            };
        }

        private int leaf(final Node.Leaf leaf, final int onTrue, final int onFalse) {
            return switch (leaf) {
                case Node.Present has -> step(HAS, has.slot(), 0, onTrue, onFalse, 0, 0, 0);
                case Node.InInterval in -> interval(in, onTrue, onFalse);
                case Node.InSet in -> set(in, onTrue, onFalse);
                case Node.Contains in -> switch (in.subject()) {
                    case Node.Fixed fixed ->
                        step(CONTAINS, in.slot(), 0, onTrue, onFalse, fixed.value(), 0, 0);
                    case Node.Scalar scalar ->
                        step(CONTAINS_SLOT, in.slot(), scalar.slot(), onTrue, onFalse, 0, 0, 0);
                    default -> rare(in, onTrue, onFalse);
                };
                case Node.ComparePair pair ->
                    pair.left() instanceof Node.Scalar left && pair.right() instanceof Node.Scalar right
                        ? step(PAIR, left.slot(), right.slot(), onTrue, onFalse, 0, 0,
                            pair.relation().ordinal() | pair.scale().ordinal() << 4)
                        : rare(pair, onTrue, onFalse);
                case Node.Exists exists -> step(EXISTS, exists.slot(), exists.elementSlot(), onTrue, onFalse,
                    emit(exists.body(), ACCEPT, REJECT), 0, 0);
                case Node.All all -> step(ALL, all.slot(), all.elementSlot(), onTrue, onFalse,
                    emit(all.body(), ACCEPT, REJECT), 0, 0);
                case Node.Near near -> {
                    final int point = pool.size();
                    pool.add(Double.doubleToRawLongBits(near.unitX()));
                    pool.add(Double.doubleToRawLongBits(near.unitY()));
                    pool.add(Double.doubleToRawLongBits(near.unitZ()));
                    pool.add(Double.doubleToRawLongBits(near.chordSquared()));
                    yield step(NEAR, 0, 0, onTrue, onFalse, point, 0, near.relation().ordinal());
                }
                case Node.Within within -> rare(within, onTrue, onFalse);
            };
        }

        private int interval(final Node.InInterval in, final int onTrue, final int onFalse) {
            return switch (in.subject()) {
                case Node.Scalar scalar -> step(
                    in.outside() ? OUTSIDE : in.low() == in.high() ? EQUAL : INSIDE,
                    scalar.slot(), 0, onTrue, onFalse, in.low(), in.high(), 0);
                case Node.MapValue map -> step(in.outside() ? MAP_OUTSIDE : MAP_INSIDE,
                    map.slot(), 0, onTrue, onFalse, in.low(), in.high(), map.key());
                default -> rare(in, onTrue, onFalse);
            };
        }

        private int set(final Node.InSet in, final int onTrue, final int onFalse) {
            final int offset = pool.size();
            final int count = in.sortedValues().size();
            if (count == 0) {
                return step(NEVER, 0, 0, onTrue, onFalse, 0, 0, 0);
            }
            return switch (in.subject()) {
                case Node.Scalar scalar -> {
                    pool.addAll(in.sortedValues());
                    yield step(IN_SET, scalar.slot(), 0, onTrue, onFalse, offset, count, 0);
                }
                case Node.MapValue map -> {
                    pool.addAll(in.sortedValues());
                    yield step(MAP_IN_SET, map.slot(), 0, onTrue, onFalse, offset, count, map.key());
                }
                default -> rare(in, onTrue, onFalse);
            };
        }

        private int rare(final Node.Leaf leaf, final int onTrue, final int onFalse) {
            rare.add(leaf);
            final int opcode = switch (leaf) {
                case Node.ComparePair pair -> PAIR_OF_SUBJECTS;
                case Node.Within within -> WITHIN;
                default -> MAP_BY_SLOT;
            };
            return step(opcode, 0, 0, onTrue, onFalse, rare.size() - 1, 0, 0);
        }

        private int step(
            final int opcode, final int slot, final int secondSlot, final int onTrue, final int onFalse,
            final long a, final long b, final long c) {
            steps.add(new long[] {opcode | slot << 8, secondSlot, onTrue, onFalse, a, b, c});
            return steps.size() - 1;
        }

        RuleProgram assemble(final int entry) {
            final int count = steps.size();
            final int poolStart = count * STRIDE;
            final long[] code = new long[poolStart + pool.size()];
            for (int i = 0; i < count; i++) {
                final long[] step = steps.get(i);
                final int opcode = (int) step[0] & 0xFF;
                final int at = turned(i) * STRIDE;
                code[at] = step[0] | step[1] << 24
                    | (long) turned((int) step[2]) << 40 | (long) turned((int) step[3]) << 52;
                code[at + 1] = switch (opcode) {
                    case EXISTS, ALL -> turned((int) step[4]);
                    case IN_SET, MAP_IN_SET, NEAR -> poolStart + step[4];
                    default -> step[4];
                };
                code[at + 2] = step[5];
                code[at + 3] = step[6];
            }
            for (int i = 0; i < pool.size(); i++) {
                code[poolStart + i] = pool.get(i);
            }
            return new RuleProgram(code, turned(entry), rare.toArray(Node.Leaf[]::new));
        }

        private int turned(final int step) {
            return step >= REJECT ? step : steps.size() - 1 - step;
        }
    }
}
