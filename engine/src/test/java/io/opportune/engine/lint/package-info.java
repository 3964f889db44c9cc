/** Tests of what is taken for personal data and what is not. */
package io.opportune.engine.lint;
