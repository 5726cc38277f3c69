package dev.cloude.vmm.confine;

import dev.cloude.vmm.libc.OwnProcess;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a program of the kernel's classic BPF together (linux/filter.h, linux/bpf_common.h), which
 * sees one system call as a {@code struct seccomp_data}: number u32, architecture u32, instruction
 * pointer u64, six arguments u64.
 */
final class FilterProgram {
  static final int NUMBER = 0;
  static final int ARCHITECTURE = 4;

  private static final int ARGUMENTS = 16;

  // BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_J..|BPF_K, BPF_ALU|BPF_AND|BPF_K, BPF_RET|BPF_K
  private static final int LOAD = 0x20;
  private static final int IF_EQUAL = 0x15;
  private static final int IF_AT_LEAST = 0x35;
  private static final int IF_ANY_BIT = 0x45;
  private static final int AND = 0x54;
  private static final int RETURN = 0x06;

  private record Instruction(int code, int ifTrue, int ifFalse, int value) {}

  private final List<Instruction> instructions = new ArrayList<>();

  /** Offset of an argument's low half: what the kernel takes for an {@code int}. */
  static int low(int argument) {
    return ARGUMENTS + 8 * argument;
  }

  static int high(int argument) {
    return low(argument) + 4;
  }

  FilterProgram load(int offset) {
    return add(LOAD, 0, 0, offset);
  }

  FilterProgram and(int mask) {
    return add(AND, 0, 0, mask);
  }

  FilterProgram answer(int action) {
    return add(RETURN, 0, 0, action);
  }

  FilterProgram answerIfEqual(int value, int action) {
    return add(IF_EQUAL, 0, 1, value).answer(action);
  }

  FilterProgram answerUnlessEqual(int value, int action) {
    return add(IF_EQUAL, 1, 0, value).answer(action);
  }

  /** Compares as unsigned numbers. */
  FilterProgram answerIfAtLeast(int value, int action) {
    return add(IF_AT_LEAST, 0, 1, value).answer(action);
  }

  FilterProgram answerIfAnyBit(int bits, int action) {
    return add(IF_ANY_BIT, 0, 1, bits).answer(action);
  }

  FilterProgram answerUnlessAnyBit(int bits, int action) {
    return add(IF_ANY_BIT, 1, 0, bits).answer(action);
  }

  /** Goes through {@code body}, which must answer in any case, when the number is {@code call}. */
  FilterProgram when(SystemCall call, FilterProgram body) {
    add(IF_EQUAL, 0, body.instructions.size(), call.number());
    instructions.addAll(body.instructions);
    return this;
  }

  byte[] bytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(instructions.size() * OwnProcess.FILTER_INSTRUCTION_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (Instruction i : instructions) {
      bytes.putShort((short) i.code).put((byte) i.ifTrue).put((byte) i.ifFalse).putInt(i.value);
    }
    return bytes.array();
  }

  private FilterProgram add(int code, int ifTrue, int ifFalse, int value) {
    if (ifFalse > 255) {
      throw new IllegalArgumentException("A jump over " + ifFalse + " instructions is too far.");
    }
    instructions.add(new Instruction(code, ifTrue, ifFalse, value));
    return this;
  }
}
