/**
 * The narrow waist between transports and the engine: a transport hands whole messages to a {@link
 * io.opportune.engine.session.MessageHandler}, or whole HTTP requests to a {@link
 * io.opportune.engine.session.HttpExchangeHandler}, on its event loop and gets answers back through a {@link
 * io.opportune.engine.session.ResponseSink} or {@link io.opportune.engine.session.HttpResponseSink}. Knows neither
 * Netty nor the pipeline.
 */
package io.opportune.engine.session;
