package dev.cloude.vmm.libc;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * {@code ioctl(fd, KVM_RUN, 0)} without the layers that JNA lays round every call, which cost most
 * where they hurt most: right after the guest, when the processor has forgotten where branches go.
 *
 * <p>The Java method below is tied to a few instructions of our own instead of to a library's
 * function. They follow the calling convention of a static native method (JNI specification,
 * chapters 2 and 5) and make the system call themselves, so that the error number is the result and
 * there is no {@code errno} to fetch. Where that cannot be done ({@link #available} tells), {@link
 * LibC#ioctlOnce} does the same.
 */
public final class DirectRun {
  /**
   * The instructions. Arguments are JNIEnv in rdi, the class in rsi, {@code fd} in edx. No stack,
   * no memory, no register that the convention wants kept: the kernel clobbers rcx and r11 only.
   */
  private static final byte[] CODE = {
    (byte) 0xf3,
    0x0f,
    0x1e,
    (byte) 0xfa, // endbr64
    (byte) 0x89,
    (byte) 0xd7, // mov edi, edx
    (byte) 0xbe,
    (byte) 0x80,
    (byte) 0xae,
    0,
    0, // mov esi, KVM_RUN
    0x31,
    (byte) 0xd2, // xor edx, edx
    (byte) 0xb8,
    16,
    0,
    0,
    0, // mov eax, SYS_ioctl
    0x0f,
    0x05, // syscall
    (byte) 0xc3 // ret
  };

  private static final String METHOD = "run";
  private static final String SIGNATURE = "(I)I";
  private static final int PAGE = 4096;
  private static final int PROT_EXEC = 4;

  // Places in the tables of functions, as jni.h orders them.
  private static final int GET_ENV = 6;
  private static final int REGISTER_NATIVES = 215;
  private static final int JNI_VERSION_1_8 = 0x0001_0008;

  private static final boolean AVAILABLE = register();

  private DirectRun() {}

  /** Whether {@link #run} may be called. */
  public static boolean available() {
    return AVAILABLE;
  }

  /**
   * Runs the vCPU behind {@code fd} until its guest needs something. Only when {@link #available}.
   *
   * @return the call's result, or minus the error number; EINTR is an answer, not made again
   */
  public static native int run(int fd);

  private static boolean register() {
    if (!"amd64".equals(System.getProperty("os.arch"))) {
      return false;
    }
    long page = 0;
    try {
      page = codePage();
      return register(environment(), page) == 0;
    } catch (RuntimeException | UnsatisfiedLinkError e) {
      // A JVM that is put together in another way, or a host that lets nobody make code.
      if (page != 0) {
        LibC.munmap(page, PAGE);
      }
      return false;
    }
  }

  // Never writable and executable at once; stays mapped as long as the process lives.
  private static long codePage() {
    long page =
        LibC.mmap(
            PAGE, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS, -1, 0);
    try {
      LibC.view(page, PAGE).put(CODE);
      LibC.mprotect(page, PAGE, LibC.PROT_READ | PROT_EXEC);
      return page;
    } catch (RuntimeException e) {
      LibC.munmap(page, PAGE);
      throw e;
    }
  }

  private static Pointer environment() {
    try (NativeBlock out = new NativeBlock(16)) {
      Pointer at = new Pointer(out.address());
      int found =
          NativeLibrary.getInstance("jvm")
              .getFunction("JNI_GetCreatedJavaVMs")
              .invokeInt(new Object[] {at, 1, at.share(8)});
      if (found != 0 || at.getInt(8) != 1) {
        throw new IllegalStateException("This process does not tell of its JVM.");
      }
      Pointer vm = at.getPointer(0);
      if (function(vm, GET_ENV).invokeInt(new Object[] {vm, at, JNI_VERSION_1_8}) != 0) {
        throw new IllegalStateException("The JVM does not know this thread.");
      }
      return at.getPointer(0);
    }
  }

  // SAFETY: environment() has got the pointer from the JVM for this very thread; the table and its
  // order are fixed by the JNI specification; the names outlive the call.
  private static int register(Pointer environment, long code) {
    try (NativeBlock method = new NativeBlock(24);
        NativeBlock names = new NativeBlock(32)) {
      byte[] texts = (METHOD + "\0" + SIGNATURE + "\0").getBytes(StandardCharsets.US_ASCII);
      names.bytes().put(0, texts);
      method.bytes().putLong(0, names.address());
      method.bytes().putLong(8, names.address() + METHOD.length() + 1);
      method.bytes().putLong(16, code);
      return (Integer)
          function(environment, REGISTER_NATIVES)
              .invoke(
                  Integer.class,
                  new Object[] {environment, DirectRun.class, new Pointer(method.address()), 1},
                  Map.of(Library.OPTION_ALLOW_OBJECTS, Boolean.TRUE));
    }
  }

  private static Function function(Pointer interfacePointer, int index) {
    return Function.getFunction(interfacePointer.getPointer(0).getPointer(8L * index));
  }
}
