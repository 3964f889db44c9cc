/** Large made-up catalogues, and the runs that load them and change them while decisions are made. */
package io.opportune.bench.catalogue;
