/**
 * What may be offered: YAML files become one immutable snapshot, with every rule compiled and every name an id, or a
 * list of located errors. Loading and watching run on control threads; a snapshot is read by any thread. The only
 * package that knows YAML, Jackson and JSON Schema; engine/CATALOGUE.md describes the files.
 */
package io.opportune.engine.catalogue;
