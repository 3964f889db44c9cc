/** Tests of the journal, with real files, real processes and injected clocks. */
package io.opportune.engine.journal;
