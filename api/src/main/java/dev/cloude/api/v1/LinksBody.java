package dev.cloude.api.v1;

/**
 * Where more is known about a job; paths on the same server.
 *
 * @param self the job
 * @param events what happens to it, as server-sent events
 * @param stdout what it wrote, byte for byte
 * @param stderr as {@code stdout}
 */
public record LinksBody(String self, String events, String stdout, String stderr) {}
