/** What offers bring, told from journals and experiments of which the truth is known. */
package io.opportune.engine.uplift;
