/** Tests. */
package io.opportune.loadtest.completejourney;
