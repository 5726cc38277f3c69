/**
 * The HTTP interface. This package holds the two JAX-RS applications. Of the original endpoints:
 * {@code job} has the resources, {@code error} what every error answer looks like. Of the native
 * API: {@code v1} has the resources, {@code submission} checks what clients send, {@code answer}
 * makes what they get, {@code event} streams, {@code problem} is every error answer, {@code guide}
 * the OpenAPI document and a page, {@code metric} the figures, {@code setting} what can be set. For
 * both: {@code json} is how bodies are read and written, {@code http} what holds for all requests.
 * No job logic.
 */
package dev.cloude.web;
