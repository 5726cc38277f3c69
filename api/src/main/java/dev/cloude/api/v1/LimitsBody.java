package dev.cloude.api.v1;

/**
 * What a job may take: asked for, or settled. What is null gets the node's default in a request,
 * and is not enforced in an answer.
 *
 * @param compileWallMs wall time of the compiler
 * @param runWallMs wall time of the program
 * @param cpuMs processor time of the program
 * @param memoryBytes of the program
 * @param processes of the program at the same time
 * @param outputBytes kept of each stream
 * @param fileSizeBytes of one file
 * @param diskBytes of all files
 */
public record LimitsBody(
    Long compileWallMs,
    Long runWallMs,
    Long cpuMs,
    Long memoryBytes,
    Integer processes,
    Integer outputBytes,
    Long fileSizeBytes,
    Long diskBytes) {}
