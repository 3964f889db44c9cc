/** Files that are whole or absent after a crash, folders that go with all that is in them, text in UTF-8. Stateless. */
package io.opportune.engine.files;
