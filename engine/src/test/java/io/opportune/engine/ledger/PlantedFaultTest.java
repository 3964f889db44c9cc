package io.opportune.engine.ledger;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.journal.SettlementBlock;
import java.time.ZoneId;
import java.util.List;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests of the test: each of these mistakes, put into the real parts by a subclass, must be seen by the simulation
 * within a few weeks. Prints how many each took.
 */
class PlantedFaultTest {
    private static final int SEEDS = 100;

    /** One mistake in one part. */
    enum Planted implements LedgerSimulation.Parts {
        LEASE_COUNTED_TOO_LITTLE {
            @Override
            public Ledger ledger(final LedgerSettings settings, final LedgerListener listener) {
                return new Ledger(settings, listener) {
                    private int lent;

                    @Override
                    void lend(final Line line, final int shard, final long amount) {
                        super.lend(line, shard, ++lent % 50 == 0 ? amount - 1 : amount);
                    }
                };
            }
        },
        COMMIT_BOOKED_TWICE {
            @Override
            public Ledger ledger(final LedgerSettings settings, final LedgerListener listener) {
                return new Ledger(settings, listener) {
                    private int events;

                    @Override
                    public void onSettled(final int shard, final long journalIndex, final long appendTimeNs,
                        final long eventIdHigh, final long eventIdLow, final long decisionHigh, final long decisionLow,
                        final int offerId, final DirectBuffer block, final int offset, final int length) {

                        super.onSettled(shard, journalIndex, appendTimeNs, eventIdHigh, eventIdLow, decisionHigh,
                            decisionLow, offerId, block, offset, length);
                        if (++events % 100 == 0 && SettlementBlock.kind(block, offset) == SettlementBlock.COMMIT) {
                            super.onSettled(shard, journalIndex + 1, appendTimeNs, ~eventIdHigh, eventIdLow,
                                decisionHigh, decisionLow, offerId, block, offset, length);
                        }
                    }
                };
            }
        },
        DAY_AN_HOUR_OFF {
            @Override
            public Ledger ledger(final LedgerSettings settings, final LedgerListener listener) {
                return new Ledger(settings, listener, new BudgetCalendar() {
                    @Override
                    long midnightNs(final ZoneId zone, final int epochDay) {
                        return super.midnightNs(zone, epochDay) - 3_600_000_000_000L;
                    }
                }, new Outcome(), new Outcome());
            }
        },
        DAYS_OF_ALWAYS_24_HOURS {
            @Override
            public Ledger ledger(final LedgerSettings settings, final LedgerListener listener) {
                return new Ledger(settings, listener, new BudgetCalendar() {
                    @Override
                    long endNs(final BudgetTerms terms, final int period) {
                        return terms.period() == BudgetPeriod.TOTAL ? super.endNs(terms, period)
                            : startNs(terms, period) + 86_400_000_000_000L;
                    }
                }, new Outcome(), new Outcome());
            }
        },
        EXPIRY_FREES_TWICE {
            @Override
            public Ledger ledger(final LedgerSettings settings, final LedgerListener listener) {
                return new Ledger(settings, listener) {
                    private int finished;

                    @Override
                    void finish(final int claim) {
                        final int part = claims().amounts(claim);
                        if (++finished % 50 == 0 && part != ClaimTable.NONE) {
                            // Hidden from the ledger's own check: both sides of its sum change.
                            final Line line = lines().get(claims().line(part));
                            final long twice = Math.min(claims().amount(part), line.reserved);
                            line.reserved -= twice;
                            line.returned += twice;
                        }
                        super.finish(claim);
                    }
                };
            }
        },
        RESERVATION_SKIPPED_AT_REPLAY {
            @Override
            public Ledger ledger(final LedgerSettings settings, final LedgerListener listener) {
                return new Ledger(settings, listener) {
                    private int replayed;

                    @Override
                    public void onReserved(final int shard, final long journalIndex, final long appendTimeNs,
                        final long decisionHigh, final long decisionLow, final DirectBuffer block, final int offset,
                        final int length) {

                        if (shards() > 0 || ++replayed % 20 != 0) {
                            super.onReserved(shard, journalIndex, appendTimeNs, decisionHigh, decisionLow, block,
                                offset, length);
                        }
                    }
                };
            }
        },
        LATE_COMMIT_DROPPED {
            @Override
            public Ledger ledger(final LedgerSettings settings, final LedgerListener listener) {
                return new Ledger(settings, listener, new BudgetCalendar(), new Forgetful(), new Forgetful());
            }
        },
        DUPLICATE_BOOKED {
            @Override
            public Ledger ledger(final LedgerSettings settings, final LedgerListener listener) {
                return new Ledger(settings, listener) {
                    @Override
                    int knownEvent(final ClaimTable table, final int claim, final long idHigh, final long idLow) {
                        final int event = super.knownEvent(table, claim, idHigh, idLow);
                        return event == ClaimTable.NONE || table.nextEvent(event) != ClaimTable.NONE
                            ? ClaimTable.NONE : event;
                    }
                };
            }
        },
        RELEASE_AFTER_COMMIT_FREES {
            @Override
            public Ledger ledger(final LedgerSettings settings, final LedgerListener listener) {
                return new Ledger(settings, listener, new BudgetCalendar(), new Releasing(), new Releasing());
            }
        },
        RECALL_ON_ONE_SIDE_ONLY {
            @Override
            public ShardLeases leases(final LedgerLink link, final LedgerSettings settings, final long floorNs) {
                return new ShardLeases(link, settings, floorNs) {
                    @Override
                    void onRecall(final int slot, final int period, final long upTo) {
                        final long before = left(slot, period);
                        super.onRecall(slot, period, upTo);
                        giveBack(slot, period, before - left(slot, period));
                    }
                };
            }
        },
        SNAPSHOT_FORGETS_A_POSITION {
            @Override
            public Ledger ledger(final LedgerSettings settings, final LedgerListener listener) {
                return new Ledger(settings, listener) {
                    @Override
                    void restoreStream(final int shard, final long position, final long timeNs) {
                        if (shard != 0) {
                            super.restoreStream(shard, position, timeNs);
                        }
                    }
                };
            }
        },
        EXPIRY_BY_THE_LEDGERS_OWN_CLOCK {
            @Override
            public LedgerAgent agent(final Ledger ledger, final List<LedgerLink> links, final LedgerSettings settings,
                final LongSupplier wallNs, final LongSupplier monotonicNs) {
                return new LedgerAgent(ledger, links, settings, wallNs, monotonicNs) {
                    @Override
                    long complete(final int shard) {
                        return Math.max(super.complete(shard), wallNs.getAsLong());
                    }
                };
            }
        },
        EXCESS_OF_A_COMMIT_FORGOTTEN {
            @Override
            public Ledger ledger(final LedgerSettings settings, final LedgerListener listener) {
                return new Ledger(settings, listener, new BudgetCalendar(), new Capped(), new Capped());
            }
        },
        RECORDS_OF_LOST_PLACES_SKIPPED {
            @Override
            public Ledger ledger(final LedgerSettings settings, final LedgerListener listener) {
                return new Ledger(settings, listener) {
                    @Override
                    boolean isConsumed(final int shard, final long journalIndex, final long appendTimeNs) {
                        return journalIndex <= position(shard);
                    }
                };
            }
        },
        GIVEN_BACK_TWICE {
            @Override
            public ShardLeases leases(final LedgerLink link, final LedgerSettings settings, final long floorNs) {
                return new ShardLeases(link, settings, floorNs) {
                    private int given;

                    @Override
                    public void giveBack(final int slot, final int period, final long amount) {
                        super.giveBack(slot, period, amount);
                        if (++given % 20 == 0) {
                            super.giveBack(slot, period, amount);
                        }
                    }
                };
            }
        }
    }

    private static final class Forgetful extends Outcome {
        @Override
        void addLate(final int row, final long amount) {
            // What comes late is not seen.
        }
    }

    private static final class Capped extends Outcome {
        private int depth;

        @Override
        int decisiveOf(final ClaimTable claims, final int claim) {
            final int decisive = super.decisiveOf(claims, claim);
            depth = decisive == ClaimTable.NONE ? 0 : 1;
            return decisive;
        }

        @Override
        void addLate(final int row, final long amount) {
            if (depth == 0) {
                super.addLate(row, amount);
            }
        }
    }

    /** The last word counts instead of the first. */
    private static final class Releasing extends Outcome {
        @Override
        int decisiveOf(final ClaimTable claims, final int claim) {
            int found = super.decisiveOf(claims, claim);
            for (int event = found; event != ClaimTable.NONE; event = claims.nextEvent(event)) {
                if (claims.kind(event) == SettlementBlock.RELEASE) {
                    found = event;
                }
            }
            return found;
        }
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(300)
    void shouldBeSeen(final Planted planted) {
        String seen = null;
        int weeks = 0;
        while (seen == null && weeks < SEEDS) {
            weeks++;
            try {
                new LedgerSimulation(weeks, planted).run();
            } catch (final AssertionError e) {
                seen = e.getMessage();
            }
        }
        System.out.println("planted " + planted + ": seen in week " + weeks + ": " + seen);
        assertTrue(seen != null, planted + " was not seen in " + SEEDS + " weeks");
    }
}
