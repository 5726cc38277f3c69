package dev.cloude.api.v1;

/**
 * How a job ended.
 *
 * @param verdict what became of it, in one word
 * @param exitCode the program's own; 128 + n for signal n; 124 when it was out of wall time
 * @param signal that killed it
 * @param limit at which it was ended
 * @param stdout what the program wrote until its end
 * @param stderr as {@code stdout}
 * @param compile present when a compiler ran
 * @param cpuMs processor time of the program
 * @param wallMs wall time of the program
 * @param peakMemoryBytes when it could be measured
 * @param latenessMs how long after its own deadline the host had ended it
 * @param timingsMs where the time went
 * @param receipt what was run
 * @param failure a sentence, when the verdict alone does not say enough
 */
public record ResultBody(
    String verdict,
    Integer exitCode,
    Integer signal,
    String limit,
    StreamBody stdout,
    StreamBody stderr,
    CompileBody compile,
    Double cpuMs,
    Double wallMs,
    Long peakMemoryBytes,
    Double latenessMs,
    TimingsBody timingsMs,
    ReceiptBody receipt,
    String failure) {}
