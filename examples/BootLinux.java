import dev.cloude.vmm.MicroVm;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.VmExit;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Boots a Linux kernel with an initramfs and shows its console: BootLinux KERNEL INITRAMFS. */
public class BootLinux {
  public static void main(String[] arguments) {
    MicroVmConfig config =
        MicroVmConfig.builder(Path.of(arguments[0]))
            .initrd(Path.of(arguments[1]))
            .commandLine("console=ttyS0 reboot=k panic=-1 pci=off i8042.noaux rdinit=/init")
            .memoryBytes(256L << 20)
            .vcpus(2)
            .deadline(Duration.ofMinutes(5))
            .console(bytes -> System.out.print(StandardCharsets.ISO_8859_1.decode(bytes)))
            .build();
    try (MicroVm vm = MicroVm.start(config)) {
      VmExit exit = vm.exit().join();
      System.out.println(exit.cause() + ": " + exit.detail());
      vm.phases().userSpace().ifPresent(t -> System.out.println("User space after " + t));
      System.out.println("Exits: " + vm.counters().exits());
    }
  }
}
