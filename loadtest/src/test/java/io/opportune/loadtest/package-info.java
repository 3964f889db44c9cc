/** Tests of the module's structure. */
package io.opportune.loadtest;
