/** Tests of the HTTP generator against a server that is told how to answer. */
package io.opportune.loadtest.http;
