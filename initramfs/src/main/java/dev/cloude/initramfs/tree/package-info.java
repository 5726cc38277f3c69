/**
 * A root filesystem as a model: paths and what is there, with the rules of Linux path lookup. File
 * contents stay where they are until somebody reads them. No archive formats, no extraction.
 */
package dev.cloude.initramfs.tree;
