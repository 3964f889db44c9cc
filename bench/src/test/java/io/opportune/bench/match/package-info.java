/** Tests of the run on the matching workload, with a small workload of their own. */
package io.opportune.bench.match;
