/** Work that nobody waits for. */
package dev.cloude.runtime.background;
