package dev.cloude.bench.images;

/** What an image can be, in the order of the table. */
enum Form {
  NONE("archive", "memory"),
  LZ4("archive, lz4", "memory"),
  ZSTD("archive, zstd", "memory"),
  GZIP("archive, gzip", "memory"),
  EROFS("disk", "disk");

  /** For people. */
  final String title;

  /** The server's {@code VM_ROOT}. */
  final String root;

  Form(String title, String root) {
    this.title = title;
    this.root = root;
  }

  /** The builder's {@code --compression}. */
  String option() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
