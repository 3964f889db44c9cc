/** Writing catalogue files in the server's YAML form. Used before a run, on any thread; knows no world. */
package io.opportune.loadtest.catalogue;
