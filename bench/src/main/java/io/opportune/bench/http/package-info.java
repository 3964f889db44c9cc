/**
 * The HTTP transport beside a bare Netty server, both with the same static answer, so that what the transport itself
 * costs is seen before anything is decided. Each server runs in a process of its own on one core.
 */
package io.opportune.bench.http;
