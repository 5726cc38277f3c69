package dev.cloude.runtime.driver.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.driver.kvm.PreparedVms.Budget;
import dev.cloude.vmm.Limits;
import dev.cloude.vmm.MachineShape;
import dev.cloude.vmm.boot.BootProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The background runs when a test says so. */
class PreparedVmsTest {
  private static final long MIB = 1 << 20;
  private static final long HELD = 10 * MIB;
  private static final Budget AMPLE = new Budget(8, 1000 * MIB, Long.MAX_VALUE);

  @TempDir private Path folder;
  private final Maker maker = new Maker();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private PreparedVms<Vm> pool = pool(AMPLE);

  private static final class Vm {
    private final MachineShape shape;

    private Vm(MachineShape shape) {
      this.shape = shape;
    }
  }

  private static final class Maker implements PreparedVms.Maker<Vm> {
    private final List<Vm> there = new ArrayList<>();
    private int attempts;
    private Runnable whileMaking = () -> {};

    @Override
    public Vm make(MachineShape shape) {
      attempts++;
      whileMaking.run();
      Vm vm = new Vm(shape);
      there.add(vm);
      return vm;
    }

    @Override
    public long heldBytes(Vm vm) {
      return HELD;
    }

    @Override
    public void close(Vm vm) {
      assertThat(there.remove(vm)).as("closed once, and not after it was given away").isTrue();
    }
  }

  @BeforeEach
  void files() throws IOException {
    Files.write(folder.resolve("kernel"), new byte[100]);
    Files.write(folder.resolve("disk"), new byte[100]);
  }

  @AfterEach
  void nothingIsLeft() {
    pool.close();
    background();
    assertThat(maker.there).isEmpty();
    assertThat(pool.waiting()).isZero();
  }

  @Test
  void oneLikeTheLastIsMadeWhenThatOneIsUp() {
    PreparedVms<Vm>.Use first = pool.use(shape(64));
    assertThat(first.vm()).isEmpty();
    background();
    assertThat(pool.waiting()).as("while it boots").isZero();

    first.booted();
    background();
    assertThat(pool.waiting()).isOne();
    assertThat(take(shape(65))).as("of another shape").isEmpty();
    assertThat(take(shape(64)).orElseThrow().shape).isEqualTo(shape(64));
    assertThat(take(shape(64))).as("nobody has it twice").isEmpty();
  }

  @Test
  void theEndOfOneThatNeverCameUpIsAsGood() {
    PreparedVms<Vm>.Use use = pool.use(shape(64));
    use.ended();
    use.booted();
    use.ended();
    background();
    assertThat(pool.waiting()).isOne();
  }

  @Test
  void noneIsMadeBesideOneThatBoots() {
    use(shape(64));
    take(shape(64));
    PreparedVms<Vm>.Use booting = pool.use(shape(65));
    PreparedVms<Vm>.Use up = pool.use(shape(64));
    up.booted();
    background();
    assertThat(pool.waiting()).isZero();
    booting.booted();
    background();
    assertThat(pool.waiting()).isEqualTo(2);
  }

  @Test
  void theShapeThatWasUsedLongestAgoGoesFirst() {
    pool = pool(new Budget(2, 1000 * MIB, Long.MAX_VALUE));
    List.of(64, 65, 64, 66).forEach(mib -> use(shape(mib)));

    assertThat(pool.waiting()).isEqualTo(2);
    assertThat(shapes()).containsExactlyInAnyOrder(shape(64), shape(66));
  }

  @Test
  void theirMemoryHasABound() {
    pool = pool(new Budget(8, 2 * HELD + 1, Long.MAX_VALUE));
    List.of(64, 65, 66).forEach(mib -> use(shape(mib)));

    assertThat(shapes()).containsExactlyInAnyOrder(shape(65), shape(66));
    int attempts = maker.attempts;
    use(shape(66));
    assertThat(maker.attempts)
        .as("one for the one used, none that does not fit")
        .isEqualTo(attempts + 1);
  }

  @Test
  void whatIsToBeLoadedIsKnownBeforeTheFirst() {
    pool = pool(new Budget(8, 99, Long.MAX_VALUE));
    use(shape(64));
    assertThat(maker.attempts).isZero();
  }

  @Test
  void theyMakeRoomForVmsThatRun() {
    pool = pool(new Budget(8, 1000 * MIB, 128 * MIB + HELD + 200));
    use(shape(64));
    use(shape(65));
    assertThat(pool.waiting()).isEqualTo(2);

    PreparedVms<Vm>.Use big = pool.use(shape(128));
    background();
    assertThat(shapes()).as("128 MiB run, one may wait").containsExactly(shape(65));
    PreparedVms<Vm>.Use more = pool.use(shape(1));
    background();
    assertThat(pool.waiting()).isZero();
    big.ended();
    more.ended();
    background();
    assertThat(pool.waiting()).isEqualTo(4);
  }

  @Test
  void noneOfReplacedFilesIsUsed() throws IOException {
    use(shape(64));
    Files.write(folder.resolve("new"), new byte[100]);
    Files.setLastModifiedTime(
        folder.resolve("new"), Files.getLastModifiedTime(folder.resolve("disk")));
    Files.move(folder.resolve("new"), folder.resolve("disk"), StandardCopyOption.REPLACE_EXISTING);

    PreparedVms<Vm>.Use use = pool.use(shape(64));
    assertThat(use.vm()).isEmpty();
    use.ended();
    background();
    assertThat(maker.there).as("one of the new files").hasSize(1);
    assertThat(take(shape(64))).isPresent();
  }

  @Test
  void noneIsKeptWhoseFilesChangedWhileItWasMade() {
    maker.whileMaking = () -> write("kernel", 101);
    use(shape(64));
    assertThat(maker.there).isEmpty();
    assertThat(maker.attempts).isOne();

    maker.whileMaking = () -> {};
    use(shape(64));
    assertThat(pool.waiting()).isOne();
  }

  @Test
  void aFailureIsNotRepeatedForTheSameFiles() {
    maker.whileMaking =
        () -> {
          throw new IllegalStateException("no memory");
        };
    use(shape(64));
    use(shape(64));
    assertThat(maker.attempts).isOne();

    maker.whileMaking = () -> {};
    use(shape(65));
    assertThat(shapes()).as("others are made").containsExactly(shape(65));
    write("kernel", 102);
    use(shape(64));
    assertThat(pool.waiting()).isEqualTo(2);
  }

  @Test
  void anErrorDoesNotEndTheBackground() {
    maker.whileMaking =
        () -> {
          throw new OutOfMemoryError("no memory");
        };
    use(shape(64));
    maker.whileMaking = () -> {};
    use(shape(65));
    assertThat(pool.waiting()).isOne();
  }

  @Test
  void oneThatIsBeingMadeAtTheCloseGoes() {
    maker.whileMaking = () -> pool.close();
    use(shape(64));
    assertThat(maker.attempts).isOne();
    assertThat(maker.there).isEmpty();
    use(shape(64));
    assertThat(maker.attempts).as("and none is made after it").isOne();
  }

  @Test
  void itsUserMayComeWhileItIsMade() {
    List<Optional<Vm>> taken = new ArrayList<>();
    maker.whileMaking =
        () -> {
          maker.whileMaking = () -> {};
          taken.add(pool.use(shape(64)).vm());
        };
    use(shape(64));
    assertThat(taken).containsExactly(Optional.empty());
    assertThat(pool.waiting()).as("for the next").isOne();
  }

  @Test
  void aBackgroundWithoutThreadsIsAskedAgain() {
    boolean[] refuses = {true};
    pool =
        new PreparedVms<>(
            AMPLE,
            maker,
            task -> {
              if (refuses[0]) {
                throw new RejectedExecutionException("none");
              }
              tasks.add(task);
            });
    use(shape(64));
    refuses[0] = false;
    use(shape(64));
    assertThat(pool.waiting()).isOne();
  }

  @Test
  void noneIsMadeWhereNoneIsWanted() {
    pool = pool(new Budget(0, 1000 * MIB, Long.MAX_VALUE));
    use(shape(64));
    assertThat(tasks).isEmpty();
    assertThat(maker.attempts).isZero();
  }

  private PreparedVms<Vm> pool(Budget budget) {
    return new PreparedVms<>(budget, maker, tasks::add);
  }

  /** The whole life of one VM. */
  private void use(MachineShape shape) {
    take(shape);
    background();
  }

  private Optional<Vm> take(MachineShape shape) {
    PreparedVms<Vm>.Use use = pool.use(shape);
    use.vm().ifPresent(maker.there::remove);
    use.booted();
    use.ended();
    return use.vm();
  }

  private void background() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private List<MachineShape> shapes() {
    return maker.there.stream().map(vm -> vm.shape).toList();
  }

  private void write(String file, int bytes) {
    try {
      Files.write(folder.resolve(file), new byte[bytes]);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private MachineShape shape(int mib) {
    return new MachineShape(
        folder.resolve("kernel"),
        Optional.empty(),
        false,
        BootProtocol.AUTO,
        mib * MIB,
        1,
        false,
        List.of(folder.resolve("disk")),
        Optional.empty(),
        Limits.DEFAULT);
  }
}
