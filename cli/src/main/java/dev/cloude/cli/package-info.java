/**
 * The command line for users: submits jobs to a server and prints what came back. In it are the
 * commands, the HTTP client they share and the way they print. Nothing here knows how a job is run.
 * It may use {@code dev.cloude.api}, picocli, Jackson's streaming and the JDK.
 */
package dev.cloude.cli;
