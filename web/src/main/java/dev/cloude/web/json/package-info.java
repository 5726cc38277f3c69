/** How JSON bodies are read and written: Jackson, strict, snake case. Knows no resource. */
package dev.cloude.web.json;
