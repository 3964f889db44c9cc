/** Tests of writing files. */
package io.opportune.engine.files;
