package dev.cloude.initramfs.image;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.source.ProgramDefaults;
import dev.cloude.initramfs.tree.Attributes;
import dev.cloude.initramfs.tree.Content;
import dev.cloude.initramfs.tree.FileTree;
import dev.cloude.initramfs.tree.Node;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What every image has besides its language: the agent, {@code /init}, kernel modules, the
 * language's commands, mount points and the few files that programs expect.
 */
final class GuestFiles {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String AGENT = "usr/bin/cloude-agentd";
  private static final String IMAGE = "etc/cloude/image.json";
  private static final String MODULES = "lib/cloude/modules";

  private static final String HOSTS = "127.0.0.1 localhost\n::1 localhost\n";

  private final Path agent;
  private final Optional<Path> init;
  private final GuestModules modules;
  private final GuestModules diskModules;

  /**
   * @param init start script; without it the agent is {@code /init}
   * @param moduleFolder kernel modules and their order, if the guest's kernel needs any
   */
  GuestFiles(Path agent, Optional<Path> init, Optional<Path> moduleFolder) throws ImageException {
    this.agent = program(agent, "agent", "--agent");
    this.init = init.isEmpty() ? init : Optional.of(program(init.get(), "init script", "--init"));
    this.modules = GuestModules.load(moduleFolder);
    this.diskModules = modules.withDisks(moduleFolder);
  }

  private static Path program(Path file, String what, String option) throws ImageException {
    byte[] magic = new byte[4];
    int length;
    try (InputStream in = Files.newInputStream(file)) {
      length = in.readNBytes(magic, 0, magic.length);
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.INPUT,
          "The %s %s cannot be read; build it, or give another with %s."
              .formatted(what, file, option),
          e);
    }
    boolean elf = length == 4 && magic[0] == 0x7f && magic[1] == 'E' && magic[2] == 'L';
    boolean script = length >= 2 && magic[0] == '#' && magic[1] == '!';
    if (!elf && !script) {
      throw new ImageException(
          ImageException.Code.INPUT,
          "The %s %s is neither an ELF program nor a script that begins with #!; give another with %s."
              .formatted(what, file, option));
    }
    return file;
  }

  /** Adds everything that goes in, for the fingerprint. */
  void describe(Language language, Compression compression, ImageInputs.Collector inputs)
      throws ImageException {
    inputs.text("catalogue entry", languageJson(language));
    if (!compression.isDisk()) {
      describe(modules, inputs);
    }
  }

  /** As {@link #describe}, of the start archive. */
  void describeStart(ImageInputs.Collector inputs) throws ImageException {
    describe(diskModules, inputs);
  }

  private void describe(GuestModules loaded, ImageInputs.Collector inputs) throws ImageException {
    inputs.file("agent", agent);
    if (init.isPresent()) {
      inputs.file("init", init.get());
    }
    loaded.lists().forEach((name, list) -> inputs.text("module " + name, GuestModules.text(list)));
    for (Path module : loaded.files()) {
      inputs.file("module " + module.getFileName(), module);
    }
  }

  /** Puts everything into a tree, over what the source has at these paths. */
  void addTo(FileTree tree, Language language, ProgramDefaults defaults, Compression compression)
      throws ImageException {
    Optional<String> workingDir = WorkingFolder.prepare(tree, defaults.workingDir());
    for (String name : new String[] {"dev", "proc", "sys", "run"}) {
      tree.remove(name);
      tree.put(name, new Node.Directory(Attributes.root(0755)));
    }
    tree.makeDirectory("tmp", Attributes.root(01777));
    tree.makeDirectory("root", Attributes.root(0700));
    tree.put("etc/cloude/language.json", text(languageJson(language) + "\n"));
    tree.remove(IMAGE);
    if (!defaults.env().isEmpty() || workingDir.isPresent()) {
      tree.put(IMAGE, text(json(imageFacts(defaults.env(), workingDir)) + "\n"));
    }
    tree.remove(MODULES);
    tree.remove("init");
    if (!compression.isDisk()) {
      addStart(tree, modules);
    }
    GuestAccounts.addTo(tree);
    if (tree.find("etc/hosts").isEmpty()) {
      tree.put("etc/hosts", text(HOSTS));
    }
  }

  /** Puts into an empty tree what starts a guest whose root filesystem is on a disk. */
  void addStart(FileTree tree) throws ImageException {
    if (init.isPresent()) {
      throw new ImageException(
          ImageException.Code.INPUT,
          "A guest with a disk is started by the agent, not by the script %s; leave out --init, or build archives."
              .formatted(init.get()));
    }
    for (String name : new String[] {"dev", "proc", "sys"}) {
      tree.makeDirectory(name, Attributes.root(0755));
    }
    addStart(tree, diskModules);
  }

  private void addStart(FileTree tree, GuestModules loaded) throws ImageException {
    // The kernel opens /dev/console for /init before anything can be mounted.
    device(tree, "dev/console", 0600, 5, 1);
    device(tree, "dev/null", 0666, 1, 3);
    tree.put(AGENT, file(agent, 0755));
    if (init.isPresent()) {
      tree.put("init", file(init.get(), 0755));
    } else {
      tree.link("init", AGENT);
    }
    for (Map.Entry<String, List<Path>> list : loaded.lists().entrySet()) {
      if (!list.getValue().isEmpty()) {
        tree.put(MODULES + "/" + list.getKey(), text(GuestModules.text(list.getValue())));
      }
    }
    for (Path module : loaded.files()) {
      tree.put(MODULES + "/" + module.getFileName(), file(module, 0644));
    }
  }

  private static void device(FileTree tree, String path, int mode, int major, int minor)
      throws ImageException {
    tree.put(
        path, new Node.Special(Attributes.root(mode), Node.Special.Kind.CHARACTER, major, minor));
  }

  private static Node text(String text) {
    return new Node.RegularFile(
        Attributes.root(0644), Content.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Node file(Path path, int mode) throws ImageException {
    try {
      return new Node.RegularFile(Attributes.root(mode), Content.of(path));
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.INPUT, path + " cannot be read; check that it is there.", e);
    }
  }

  /** The catalogue entry with its name, as the agent reads it. */
  static String languageJson(Language language) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", language.name());
    entry.put("version", language.version());
    entry.put("aliases", language.aliases());
    entry.put("file", language.file());
    entry.put("compile", language.compile().orElse(null));
    entry.put("run", language.run());
    entry.put("env", language.env());
    entry.put("root", language.root());
    return json(entry);
  }

  /** What the source says about how programs run, as the agent reads it. */
  private static Map<String, Object> imageFacts(
      Map<String, String> env, Optional<String> workingDir) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("env", env);
    facts.put("working_dir", workingDir.orElse(null));
    return facts;
  }

  private static String json(Map<String, Object> document) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      write(json, document);
    } catch (IOException e) {
      throw new IllegalStateException("strings and lists can always be written as JSON", e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName(entry.getKey().toString());
        write(json, entry.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      for (Object item : list) {
        write(json, item);
      }
      json.writeEndArray();
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value == null) {
      json.writeNull();
    } else {
      json.writeString(value.toString());
    }
  }
}
