/** Tests of the runs on the matching workload, with small workloads of their own. */
package io.opportune.bench.match;
