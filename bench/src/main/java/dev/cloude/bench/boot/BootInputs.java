package dev.cloude.bench.boot;

import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the benchmark boots.
 *
 * @param kernel Debian's
 * @param tuned of our own configuration, if it was built
 * @param image an initramfs with the whole root file system and the agent
 * @param start an initramfs with the agent, which takes the rest from {@code disk}
 */
public record BootInputs(Path kernel, Optional<Path> tuned, Path image, Path start, Path disk) {
  List<Guest> guests(String tap, Inet4Address host, Inet4Address address) {
    Stream<Guest> stock =
        Stream.of(
            new Guest("stock, memory", kernel, image, Optional.empty(), tap, host, address),
            new Guest("stock, disk", kernel, start, Optional.of(disk), tap, host, address));
    Stream<Guest> ours =
        tuned.stream()
            .map(
                own -> new Guest("tuned, disk", own, start, Optional.of(disk), tap, host, address));
    return Stream.concat(stock, ours).toList();
  }
}
