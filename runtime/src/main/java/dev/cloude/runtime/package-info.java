/** One job in one VM: configuration, node facts. Knows no database rows and no HTTP API. */
package dev.cloude.runtime;
