/** Tests of the command line. */
package io.opportune.ops;
