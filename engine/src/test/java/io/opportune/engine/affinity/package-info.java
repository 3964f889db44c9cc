/** Tests of affinities, and a generated world whose affinities are known. */
package io.opportune.engine.affinity;
