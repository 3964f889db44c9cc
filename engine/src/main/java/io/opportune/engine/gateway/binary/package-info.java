/**
 * The binary protocol's transport. A request is read top-down:
 * {@link io.opportune.engine.gateway.binary.SessionChannelHandler} (bytes of a read) to
 * {@link io.opportune.engine.gateway.binary.FrameReader} (frames) to
 * {@link io.opportune.engine.gateway.binary.GatewaySession} (session rules) to
 * {@link io.opportune.engine.session.MessageHandler} (the engine). Everything but the constructor, start and close of
 * {@link io.opportune.engine.gateway.binary.BinaryGateway} and the sinks runs on event loops.
 */
package io.opportune.engine.gateway.binary;
