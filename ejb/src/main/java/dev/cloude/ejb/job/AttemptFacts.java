package dev.cloude.ejb.job;

import dev.cloude.runtime.job.ExecutionPhase;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.PlatformException;
import java.util.Optional;

/**
 * What both sides know about an attempt that is over: the agent's report, or why there is none.
 *
 * @param reported the agent's report; it counts more than anything else
 * @param failure what the host found out instead
 * @param reached the last phase of which the agent said that it began
 * @param cancelled whether a client wanted the end
 * @param stdout what the host has of the program's standard output
 * @param truncated whether there was more of it than that
 * @param expectedOutput what it is compared with, if anything
 */
public record AttemptFacts(
    Optional<ExecutionResult> reported,
    Optional<PlatformException.Code> failure,
    Optional<ExecutionPhase> reached,
    boolean cancelled,
    byte[] stdout,
    boolean truncated,
    Optional<byte[]> expectedOutput) {}
