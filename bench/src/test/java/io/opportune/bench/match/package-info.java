/** The matching workload, small and made up here, over a socket. */
package io.opportune.bench.match;
