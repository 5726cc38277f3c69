/**
 * VMs in processes of their own: {@link dev.cloude.vmm.child.IsolatedVms} is the door, in the
 * parent; {@link dev.cloude.vmm.child.ChildMain} runs in the child, confines itself and then starts
 * one {@link dev.cloude.vmm.MicroVm}. The two speak in messages over the child's standard input and
 * output. Whatever comes from a child is taken as said by a guest that has taken it over. A guest's
 * sockets are one thread's in the child ({@link dev.cloude.vmm.child.SocketRelay}), and in the
 * parent {@link dev.cloude.vmm.child.RemoteVsock}. May use the monitor's public door, {@code
 * confine}, {@code boot}, {@code net}, {@code limit}, {@code virtio.vsock} and {@code libc};
 * nothing of the monitor uses this package.
 */
package dev.cloude.vmm.child;
