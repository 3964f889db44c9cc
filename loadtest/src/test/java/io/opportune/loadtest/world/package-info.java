/** Tests. */
package io.opportune.loadtest.world;
