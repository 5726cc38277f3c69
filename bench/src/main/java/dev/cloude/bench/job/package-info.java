/** Where the time of one job goes. Uses {@code runtime} as the server does, without a server. */
package dev.cloude.bench.job;
