package dev.cloude.bench.density;

import java.util.List;

/**
 * A process's memory by {@code /proc/PID/smaps}, the guests' RAM apart from the rest. The RAM of a
 * guest is the only anonymous memory that is kept both from core dumps and from children ({@code
 * dd} and {@code dc} among its VmFlags).
 *
 * @param count mappings in all
 * @param guestSize bytes of RAM given to guests
 * @param guestResident bytes of it that are in memory: what the guests and their loaders touched
 * @param otherResident bytes of everything else that are in memory
 * @param otherShare the same, each page divided by the number of processes that have it
 */
record Mappings(
    int count, long guestSize, long guestResident, long otherResident, long otherShare) {

  static Mappings parse(List<String> smaps) {
    Sums sums = new Sums();
    smaps.forEach(sums::line);
    return new Mappings(
        sums.count, sums.guestSize, sums.guestResident, sums.otherResident, sums.otherShare);
  }

  private static final class Sums {
    private int count;
    private long guestSize;
    private long guestResident;
    private long otherResident;
    private long otherShare;

    // Of the mapping that is being read.
    private boolean anonymous;
    private long size;
    private long resident;
    private long share;

    // The first line of a mapping begins with its addresses, the last one holds its flags.
    void line(String line) {
      String[] words = line.strip().split(" +");
      switch (words[0]) {
        case "Size:" -> size = bytes(words);
        case "Rss:" -> resident = bytes(words);
        case "Pss:" -> share = bytes(words);
        case "VmFlags:" -> end(List.of(words));
        default -> {
          if (words[0].indexOf('-') > 0 && !words[0].endsWith(":")) {
            count++;
            anonymous = words.length == 5;
            share = 0;
          }
        }
      }
    }

    private void end(List<String> flags) {
      if (anonymous && flags.contains("dd") && flags.contains("dc")) {
        guestSize += size;
        guestResident += resident;
      } else {
        otherResident += resident;
        otherShare += share;
      }
    }

    private static long bytes(String[] words) {
      return Long.parseLong(words[1]) << 10;
    }
  }
}
