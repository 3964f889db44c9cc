/** Benchmarks, and the bare echo that says what the wire alone costs. */
package io.opportune.bench;
