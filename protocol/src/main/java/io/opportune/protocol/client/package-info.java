/**
 * The asynchronous client for tills: {@link io.opportune.protocol.client.TillClient} over Netty (epoll, otherwise NIO),
 * one event-loop thread per client. Callers hand in moments and events from any thread and are called back on that
 * thread; nothing blocks them, nothing is completed twice, nothing is left hanging.
 *
 * <pre>{@code
 * TillClientSettings settings = TillClientSettings.builder("127.0.0.1", port, "till-7", "sesame").build();
 * try (TillClient client = TillClient.start(settings)) {
 *     client.firstLogon().get(5, TimeUnit.SECONDS);
 *     List<Name> names = List.of(new Name(NameKind.PLACEMENT, "checkout"));
 *     int placementId = switch (client.resolve(names, TimeUnit.SECONDS.toNanos(1)).get()) {
 *         case Outcome.Answered(ResolvedNames resolved) -> resolved.ids().getFirst();
 *         case Outcome.Failed(Failure failure) -> throw new IOException(failure.toString());
 *     };
 *     Customer customer = new Customer(Namespaces.LOYALTY, "card-1042");
 *     DecisionCall call = DecisionCall.at(placementId, Channel.TILL, Moment.TENDER)
 *         .customer(customer.namespace(), customer.id())
 *         .currency(840)
 *         .line(1_029_743, 0, 2_000, 3_980_000)
 *         .withTexts()
 *         .build();
 *     Decision decision = client.decide(call, TimeUnit.MILLISECONDS.toNanos(50), Decision::none).get();
 *     for (Offer offer : decision.offers()) {
 *         EventCall shown = EventCall.of(EventType.IMPRESSION, customer, Channel.TILL).about(decision, offer).build();
 *         client.report(shown, TimeUnit.SECONDS.toNanos(30)).get();
 *     }
 * }
 * }</pre>
 *
 * <p>Decisions fail at once when there is no connection or no room ({@link io.opportune.protocol.client.FailureKind});
 * events, updates, links and lookups wait for a connection as long as their callers' patience lasts. Callers that must
 * not allocate use {@link io.opportune.protocol.client.DecisionEncoding} and {@link
 * io.opportune.protocol.client.DecisionHandler} instead of the value types.
 */
package io.opportune.protocol.client;
