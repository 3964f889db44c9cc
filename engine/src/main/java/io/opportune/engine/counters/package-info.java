/**
 * What the server counts and measures: counters and distinct errors in one memory-mapped file that other processes
 * read without stopping it, and per-stage latency recorders. Every writer holds its own counter of its own thread;
 * readers sum them. Nothing here logs or allocates per request.
 */
package io.opportune.engine.counters;
