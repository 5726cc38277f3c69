package dev.cloude.api.v1;

/**
 * How the compiler ended.
 *
 * @param exitCode its own; 128 + n for signal n; null when its end is not known
 * @param signal that killed it
 * @param limit at which it was ended
 * @param stdout what it wrote
 * @param stderr what it wrote
 * @param wallMs from its start to its end
 * @param cpuMs processor time
 * @param peakMemoryBytes when it could be measured
 */
public record CompileBody(
    Integer exitCode,
    Integer signal,
    String limit,
    StreamBody stdout,
    StreamBody stderr,
    Double wallMs,
    Double cpuMs,
    Long peakMemoryBytes) {}
