package dev.cloude.api.v1;

/**
 * Where the time went, in milliseconds; null when the job did not come that far, or it is not
 * known.
 *
 * @param queued from the submission to the last claim
 * @param vmCreated from the claim to the VM's first instruction
 * @param kernel the part of {@code agentReady} until the guest's first process began
 * @param agentReady from there to the agent's first answer
 * @param compile the compiler
 * @param run the program
 * @param teardown from the stored result until nothing of the VM was left; known a moment later
 */
public record TimingsBody(
    Double queued,
    Double vmCreated,
    Double kernel,
    Double agentReady,
    Double compile,
    Double run,
    Double teardown) {}
