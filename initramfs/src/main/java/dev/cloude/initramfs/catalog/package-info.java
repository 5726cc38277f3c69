/**
 * The language catalogue: which languages there are, what their images are made of, how a program
 * is compiled and run. Reads JSON with Jackson; no archive formats and no I/O besides the catalogue
 * file, because the server uses this package too.
 */
package dev.cloude.initramfs.catalog;
