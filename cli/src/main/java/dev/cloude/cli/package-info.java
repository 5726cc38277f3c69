/** The command line for users: submits jobs to a server and prints what came back. */
package dev.cloude.cli;
