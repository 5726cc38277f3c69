package dev.cloude.ejb.language;

import dev.cloude.initramfs.catalog.Catalogue;
import dev.cloude.initramfs.catalog.CatalogueException;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.runtime.config.ImageSettings;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;

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
    if (catalogue == null) {
      throw new IllegalStateException(problem);
    }
    return catalogue
        .find(asWritten)
        .map(Language::name)
        .orElseThrow(() -> new UnsupportedLanguageException(asWritten, catalogue.names()));
  }
}
