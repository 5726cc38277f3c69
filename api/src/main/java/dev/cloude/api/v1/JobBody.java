package dev.cloude.api.v1;

import java.util.Map;

/**
 * A job. What is null is not known yet and is left out on the wire; so are {@code cancelRequested}
 * and {@code result} in lists.
 *
 * @param id the job's UUID
 * @param language name in the catalogue
 * @param version as requested
 * @param state {@code queued}, {@code booting}, {@code compiling}, {@code running} or {@code
 *     finished}
 * @param verdict present when it is finished
 * @param attempt how often it was claimed; 2 or more says that it was run again
 * @param labels as submitted
 * @param createdAt when it was accepted; UTC, RFC 3339
 * @param startedAt when it was last claimed
 * @param finishedAt when it ended
 * @param cancelRequested a client wants its end
 * @param result present when it is finished
 * @param links where more is known
 */
public record JobBody(
    String id,
    String language,
    String version,
    String state,
    String verdict,
    int attempt,
    Map<String, String> labels,
    String createdAt,
    String startedAt,
    String finishedAt,
    Boolean cancelRequested,
    ResultBody result,
    LinksBody links) {}
