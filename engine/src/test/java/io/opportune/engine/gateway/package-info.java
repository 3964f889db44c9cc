/** What tests of several transports share. */
package io.opportune.engine.gateway;
