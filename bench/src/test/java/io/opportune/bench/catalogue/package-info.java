/** Tests of the runs on large catalogues. */
package io.opportune.bench.catalogue;
