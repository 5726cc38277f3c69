/** What can be configured about the HTTP interface. Uses {@code runtime.config}. */
package dev.cloude.web.setting;
