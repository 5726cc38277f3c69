package dev.cloude.api.v1;

import java.util.List;

/**
 * A language that a job may name.
 *
 * @param name in the catalogue
 * @param version that there is
 * @param aliases other names
 * @param file name of its main file
 * @param compiled whether a compiler runs first
 * @param available whether this node has its image: its jobs are refused until then
 */
public record LanguageBody(
    String name,
    String version,
    List<String> aliases,
    String file,
    boolean compiled,
    boolean available) {}
