/** Tests of arbitration and exploration, with a naive implementation beside it. */
package io.opportune.engine.arbitration;
