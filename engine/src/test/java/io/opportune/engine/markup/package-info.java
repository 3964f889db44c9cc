/** Tests of the markup and of whole bid responses. */
package io.opportune.engine.markup;
