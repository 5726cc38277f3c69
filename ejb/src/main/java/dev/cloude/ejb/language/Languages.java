package dev.cloude.ejb.language;

import dev.cloude.initramfs.catalog.Catalogue;
import dev.cloude.initramfs.catalog.CatalogueException;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.runtime.config.ImageSettings;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/** The languages of this node's catalogue, read once. */
@ApplicationScoped
public class Languages {
  private static final System.Logger LOG = System.getLogger(Languages.class.getName());

  @Inject private ImageSettings settings;

  /** Null when it could not be read. */
  private Catalogue catalogue;

  private String problem;

  public Languages() {}

  /** For tests that bring their own catalogue. */
  public Languages(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  @PostConstruct
  void load() {
    try {
      catalogue = Catalogue.load(settings.catalogue());
    } catch (CatalogueException e) {
      problem = e.getMessage();
      LOG.log(Level.ERROR, "No job can be accepted: {0}", problem);
    }
  }

  /**
   * The catalogue's name for what a client wrote: surrounding white space and case do not count,
   * aliases are followed.
   *
   * @throws UnsupportedLanguageException naming what the client wrote and what there is
   * @throws IllegalStateException when there is no usable catalogue
   */
  public String nameOf(String asWritten) throws UnsupportedLanguageException {
    return language(asWritten).name();
  }

  /**
   * As {@link #nameOf}, with a version or a range of versions behind the name: {@code python@3.11},
   * {@code python@^3}, {@code python@~3.11}, {@code python@>=3}, {@code python@*}.
   *
   * @throws UnsupportedLanguageException also when the catalogue's version is not in the range, or
   *     what stands behind the {@code @} is no range
   */
  public ResolvedLanguage resolve(String asWritten) throws UnsupportedLanguageException {
    int at = asWritten.indexOf('@');
    if (at < 0) {
      return new ResolvedLanguage(nameOf(asWritten), Optional.empty());
    }
    Language language = language(asWritten.substring(0, at));
    String wanted = asWritten.substring(at + 1).strip();
    // An exact version may be of any form that a catalogue can have.
    boolean matches =
        wanted.equals(language.version())
            || VersionRange.parse(wanted)
                .map(range -> range.contains(language.version()))
                .orElse(false);
    if (!matches) {
      throw new UnsupportedLanguageException(language.name(), wanted, language.version());
    }
    return new ResolvedLanguage(language.name(), Optional.of(wanted));
  }

  /**
   * The entry with this name.
   *
   * @param nameOrAlias in any case
   * @throws UnsupportedLanguageException as {@link #nameOf}
   * @throws IllegalStateException as {@link #nameOf}
   */
  public Language language(String nameOrAlias) throws UnsupportedLanguageException {
    Catalogue known = catalogue();
    return known
        .find(nameOrAlias)
        .orElseThrow(() -> new UnsupportedLanguageException(nameOrAlias, known.names()));
  }

  /**
   * Every entry, sorted by name.
   *
   * @throws IllegalStateException as {@link #nameOf}
   */
  public List<Language> all() {
    return catalogue().languages();
  }

  private Catalogue catalogue() {
    if (catalogue == null) {
      throw new IllegalStateException(problem);
    }
    return catalogue;
  }
}
