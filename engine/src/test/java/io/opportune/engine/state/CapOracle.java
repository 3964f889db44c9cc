package io.opportune.engine.state;

import io.opportune.engine.profile.ExposureKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What happened to one customer, all of it, and what the documents say follows from it. */
final class CapOracle {
    private static final int GAP_SECONDS = 30 * 60;
    private static final int DECLINE_DAYS = 7;

    private final CapWorld world;
    private final List<List<long[]>> happened = new ArrayList<>();
    private final int[] declineDays;
    private long lastActivity;

    CapOracle(final CapWorld world) {
        this.world = world;
        world.specs.forEach(spec -> happened.add(new ArrayList<>()));
        declineDays = new int[world.offers];
    }

    void active(final long second) {
        if (isSessionOver(second)) {
            for (int i = 0; i < happened.size(); i++) {
                if (world.specs.get(i).window().equals("session")) {
                    happened.get(i).clear();
                }
            }
        }
        lastActivity = Math.max(second, lastActivity);
    }

    private boolean isSessionOver(final long second) {
        return lastActivity == 0 || second - lastActivity > GAP_SECONDS;
    }

    void count(final int offer, final ExposureKind kind, final int person, final long second) {
        for (int i = 0; i < happened.size(); i++) {
            final CapWorld.Spec spec = world.specs.get(i);
            if (spec.kind() == kind && world.isOn(spec, offer)) {
                happened.get(i).add(new long[] {second, spec.perPerson() ? person : 0});
            }
        }
    }

    void decline(final int offer, final long second) {
        declineDays[offer] = (int) (second / 86_400);
    }

    /** Takes over all that happened to a person who joins; counts that told no person apart get the tag. */
    void join(final CapOracle other, final int tag) {
        for (int i = 0; i < happened.size(); i++) {
            final boolean perPerson = world.specs.get(i).perPerson();
            for (final long[] one : other.happened.get(i)) {
                happened.get(i).add(new long[] {one[0], perPerson && one[1] == 0 ? tag : one[1]});
            }
            happened.get(i).sort((a, b) -> Long.compare(a[0], b[0]));
        }
        for (int i = 0; i < declineDays.length; i++) {
            declineDays[i] = Math.max(declineDays[i], other.declineDays[i]);
        }
        lastActivity = Math.max(lastActivity, other.lastActivity);
    }

    int left(final int index, final int person, final long now) {
        final CapWorld.Spec spec = world.specs.get(index);
        if (spec.window().equals("session") && isSessionOver(now)) {
            return spec.limit();
        }
        final long first = firstSecond(spec.window(), now);
        final List<long[]> all = happened.get(index);
        int left = spec.limit();
        for (int i = all.size() - 1; i >= 0 && left > 0 && all.get(i)[0] >= first; i--) {
            final long tag = all.get(i)[1];
            left -= tag == person || tag == 0 || person == 0 || !spec.perPerson() ? 1 : 0;
        }
        return left;
    }

    /** The first second that counts: eight whole buckets and the one that is cut through, or calendar days. */
    private static long firstSecond(final String window, final long now) {
        return switch (window) {
            case "hour" -> (now / 450 - 8) * 450;
            case "day" -> (now / 10_800 - 8) * 10_800;
            case "week" -> (now / 75_600 - 8) * 75_600;
            case "month" -> (now / 324_000 - 8) * 324_000;
            case "lifetime", "session" -> 0;
            default -> (now / 86_400 - (window.charAt(0) - '1')) * 86_400;
        };
    }

    int[] left(final int person, final long now) {
        final int[] left = new int[happened.size()];
        Arrays.setAll(left, i -> left(i, person, now));
        return left;
    }

    boolean isCapped(final int offer, final int[] left) {
        for (int i = 0; i < left.length; i++) {
            if (left[i] == 0 && world.isOn(world.specs.get(i), offer)) {
                return true;
            }
        }
        return false;
    }

    boolean isDeclined(final int offer, final long now) {
        return declineDays[offer] != 0 && now / 86_400 - declineDays[offer] < DECLINE_DAYS;
    }

    /** The best offers first, one of a category, and of what a cap counts together no more than it leaves. */
    List<Integer> slate(final int[] left, final long now) {
        final List<Integer> slate = new ArrayList<>();
        final Set<Integer> categories = new HashSet<>();
        for (int offer = 0; offer < world.offers && slate.size() < world.places; offer++) {
            if (!isCapped(offer, left) && !isDeclined(offer, now) && fits(offer, slate, left)
                && categories.add(world.categoryOf(offer))) {
                slate.add(offer);
            }
        }
        return slate;
    }

    private boolean fits(final int offer, final List<Integer> slate, final int[] left) {
        for (int i = 0; i < left.length; i++) {
            final CapWorld.Spec spec = world.specs.get(i);
            final boolean shown = spec.kind() == ExposureKind.DECISION || spec.kind() == ExposureKind.IMPRESSION;
            if (shown && spec.on() != CapWorld.On.OFFER && world.isOn(spec, offer)
                && slate.stream().filter(other -> world.isOn(spec, other)).count() >= left[i]) {
                return false;
            }
        }
        return true;
    }
}
