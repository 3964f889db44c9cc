/** Tests of the comparison of creatives with what requests restrict. */
package io.opportune.engine.screening;
