/** What is reserved for decisions, and what events settle. */
package io.opportune.engine.delivery;
