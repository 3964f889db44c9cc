/**
 * The narrow waist between transports and the engine: a transport hands whole messages to a {@link
 * io.opportune.engine.session.MessageHandler} on its event loop and gets answers back through a {@link
 * io.opportune.engine.session.ResponseSink}. Knows neither Netty nor the pipeline.
 */
package io.opportune.engine.session;
