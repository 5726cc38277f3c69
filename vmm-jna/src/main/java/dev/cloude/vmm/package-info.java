/**
 * The only public door of the virtual machine monitor: start a VM, ask it to stop, kill it, wait
 * for its end. Knows neither jobs nor Jakarta EE. May use every package below it.
 */
package dev.cloude.vmm;
