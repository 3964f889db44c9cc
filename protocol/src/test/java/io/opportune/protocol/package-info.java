/** Tests of the wire: bounds, golden files, evolution, the schema page, the architecture of the module. */
package io.opportune.protocol;
