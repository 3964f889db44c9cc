/**
 * The HTTP transport, without any knowledge of what bodies mean. A request is read top-down:
 * {@link io.opportune.engine.gateway.http.Http1Connection} (bytes of a read, order of answers) to
 * {@link io.opportune.engine.gateway.http.Http1Parser} (framing) or
 * {@link io.opportune.engine.gateway.http.Http2Connection} (frames) to
 * {@link io.opportune.engine.gateway.http.HttpRequests} (routes, refusals, deadlines) to
 * {@link io.opportune.engine.session.HttpExchangeHandler} (the engine). Everything but the constructor, start and close
 * of {@link io.opportune.engine.gateway.http.HttpGateway} and the sinks runs on event loops. What is answered when
 * stands in {@code engine/HTTP.md}.
 */
package io.opportune.engine.gateway.http;
