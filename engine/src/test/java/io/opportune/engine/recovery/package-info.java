/** State rebuilt from journals. */
package io.opportune.engine.recovery;
