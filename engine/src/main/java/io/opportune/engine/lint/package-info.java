/**
 * What looks like personal data in names and texts of catalogues and feature definitions: words, patterns and check
 * digits. Knows neither files nor catalogues. Any thread; at load and offline only, never per request.
 */
package io.opportune.engine.lint;
