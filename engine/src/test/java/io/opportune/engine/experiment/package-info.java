/** Who is in a control group. */
package io.opportune.engine.experiment;
