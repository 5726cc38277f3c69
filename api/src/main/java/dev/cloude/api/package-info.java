/**
 * Wire records shared by the server's resources and the command line. No behaviour beyond their own
 * shape; uses nothing but the JDK.
 */
package dev.cloude.api;
