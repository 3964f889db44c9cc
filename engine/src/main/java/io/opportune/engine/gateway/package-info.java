/**
 * The binary protocol's transport, and the only package of the engine that knows Netty. A request is read top-down:
 * {@link io.opportune.engine.gateway.GatewayChannelHandler} (bytes of a read) to
 * {@link io.opportune.engine.gateway.FrameReader} (frames) to {@link io.opportune.engine.gateway.GatewaySession}
 * (session rules) to {@link io.opportune.engine.session.MessageHandler} (the engine). Everything but the constructor,
 * start and close of {@link io.opportune.engine.gateway.BinaryGateway} and the sinks runs on event loops.
 */
package io.opportune.engine.gateway;
