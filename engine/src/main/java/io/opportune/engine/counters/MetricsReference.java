package io.opportune.engine.counters;

/** Writes the reference page of all counters and stages, {@code METRICS.md}, from their descriptors. */
public final class MetricsReference {
    private MetricsReference() {
    }

    /**
     * The page.
     *
     * @return Markdown, ending with a new line.
     */
    public static String markdown() {
        final StringBuilder page = new StringBuilder(8192);
        page.append("""
            # Metrics

            Generated from `CounterDescriptor` and `Stage`; do not edit. `ops/opportune stat` shows the counters by
            their label, and `GET /metrics` on the admin port by their
            Prometheus name. Both sum the instances of all threads.
            What to do about a value stands in [the runbook](../ops/RUNBOOK.md).

            ## Counters

            | label | Prometheus name | kind | unit | instances | meaning |
            |---|---|---|---|---|---|
            """);
        for (final CounterDescriptor descriptor : CounterDescriptor.values()) {
            page.append("| `").append(descriptor.label())
                .append("` | `").append(descriptor.metricName())
                .append("` | ").append(descriptor.kind() == CounterKind.TOTAL ? "total" : "gauge")
                .append(" | ").append(descriptor.unit() == CounterUnit.COUNT ? "" : descriptor.unit().symbol())
                .append(" | ").append(descriptor.perThread() ? "one per thread" : "one")
                .append(" | ").append(descriptor.help())
                .append(" |\n");
        }
        page.append("""

            ## Stages

            `opportune_stage_duration_seconds{stage="..."}` is a Prometheus histogram of the time spent in each stage of
            a request, measured with the monotonic clock inside the server, to 1 %.

            | stage | time spent on |
            |---|---|
            """);
        for (final Stage stage : Stage.values()) {
            page.append("| `").append(stage.label()).append("` | ").append(stage.help()).append(" |\n");
        }
        page.append("""

            ## Bid requests by exchange and campaign

            Since the start of the server; only what is not 0 has a line. `ops/opportune bids` shows them as tables.
            What counts when, and how many campaigns have lines of their own, stands in
            [OPENRTB.md](OPENRTB.md#counting-by-exchange-and-campaign).

            | Prometheus name | labels | meaning |
            |---|---|---|
            | `opportune_exchange_requests_total` | `exchange` | bid requests |
            | `opportune_exchange_responses_total` | `exchange` | responses with a bid |
            | `opportune_exchange_bids_total` | `exchange` | bids |
            | `opportune_exchange_no_bids_total` | `exchange`, `reason`, `nbr` | requests without a bid |
            | `opportune_exchange_notices_total` | `exchange`, `kind` | accepted notices |
            | `opportune_exchange_losses_total` | `exchange`, `reason` | lost bids by loss reason code of OpenRTB 3.0 |
            | `opportune_campaign_bids_total` | `campaign` | bids |
            | `opportune_campaign_no_bids_total` | `campaign`, `reason` | its offer was chosen, yet not bid |
            | `opportune_campaign_held_back_total` | `campaign`, `reason` | its offer matched, yet was held back |
            | `opportune_campaign_notices_total` | `campaign`, `kind` | accepted notices |
            | `opportune_campaign_losses_total` | `campaign`, `reason` | lost bids by loss reason code of OpenRTB 3.0 |

            ## Budgets

            Of the campaigns and offers of the catalogue in service, in the current period, as they stood some 200 ms
            before. `unit` is the currency, then the value is in its units, or `count`; `period` is `total`, `day`,
            `store` or `day_store`, and those by stores are summed over the stores. `owner` is `campaign` or
            `offer:NAME`. The first 1,000 owners have lines of their own, the others are summed as `(others)`.
            `ops/opportune delivery` shows them all, see [DELIVERY.md](DELIVERY.md).

            | Prometheus name | labels | meaning |
            |---|---|---|
            | `opportune_budget_limit` | `campaign`, `owner`, `unit`, `period` | what may be spent |
            | `opportune_budget_spent` | the same | spent within what was reserved, refunds taken off |
            | `opportune_budget_reserved` | the same | reserved and not settled |
            | `opportune_budget_late` | the same | late spend, also of earlier days that are not yet forgotten |
            | `opportune_budget_outstanding` | the same | leased to shards and not reserved |

            ## Process

            | Prometheus name | kind | meaning |
            |---|---|---|
            | `opportune_build_info` | gauge | always 1, with the label `version` |
            | `process_start_time_seconds` | gauge | start of the process, seconds since 1970 |
            | `process_cpu_seconds_total` | total | processor time used |
            | `jvm_memory_used_bytes` | gauge | by `area`: heap, nonheap |
            | `jvm_memory_committed_bytes` | gauge | by `area`: heap, nonheap |
            | `jvm_memory_max_bytes` | gauge | by `area`: heap, nonheap |
            | `jvm_buffer_pool_used_bytes` | gauge | by `pool`: direct, mapped |
            | `jvm_gc_collection_seconds` | summary | collections and the time in them, by `gc` |
            | `jvm_threads_current` | gauge | live threads |
            """);
        return page.toString();
    }
}
