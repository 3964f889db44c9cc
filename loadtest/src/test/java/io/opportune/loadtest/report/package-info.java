/** Tests. */
package io.opportune.loadtest.report;
