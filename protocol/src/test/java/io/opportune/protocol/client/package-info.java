/** Tests of the till client against servers that behave and servers that do not. */
package io.opportune.protocol.client;
