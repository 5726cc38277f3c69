package dev.cloude.vmm;

/**
 * The end of a VM.
 *
 * @param detail a sentence for people
 */
public record VmExit(ExitCause cause, String detail) {}
