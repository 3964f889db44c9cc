/** Files that are whole or absent after a crash, and folders that go with all that is in them. Stateless. */
package io.opportune.engine.files;
