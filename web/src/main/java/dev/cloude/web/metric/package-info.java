/** Shows what {@code runtime.metrics} measured. */
package dev.cloude.web.metric;
