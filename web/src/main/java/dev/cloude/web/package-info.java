/**
 * The HTTP interface. This package holds the JAX-RS application; {@code job} has the resources,
 * {@code json} how bodies are read and written, {@code error} what every error answer looks like,
 * {@code http} what holds for all requests. No job logic.
 */
package dev.cloude.web;
