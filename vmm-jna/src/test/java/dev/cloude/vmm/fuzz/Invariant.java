package dev.cloude.vmm.fuzz;

/** What must hold whatever the input; cheaper than AssertJ, for it is asked millions of times. */
public final class Invariant {
  private Invariant() {}

  /** {@link AssertionError} with {@code what} must be so, and the actual {@code value}. */
  public static void holds(boolean right, String what, Object value) {
    if (!right) {
      throw new AssertionError("It must be so that " + what + "; here: " + value);
    }
  }
}
