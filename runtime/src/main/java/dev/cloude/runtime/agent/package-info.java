/**
 * The host's side of the conversation with a guest's agent: HTTP/1.0 over a plain connection,
 * because everything a guest sends is hostile. Lines, headers, frames and totals are bounded here,
 * and no wait is longer than the caller's deadline. The protocol is described in
 * docs/agent-protocol.md. Knows no VMs and no networks.
 */
package dev.cloude.runtime.agent;
