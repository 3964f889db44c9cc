/** Tests. */
package io.opportune.loadtest.generator;
