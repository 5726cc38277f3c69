package dev.cloude.vmm.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class NetlinkMessageTest {
  @Test
  void isTheMessageThatIpLinkAddSends() {
    byte[] message =
        new NetlinkMessage(16, 0x605)
            .linkHeader(0, 0, 0, 0)
            .attribute(3, "br0")
            .begin(18)
            .attribute(1, "bridge")
            .end()
            .encode(7);
    assertThat(HexFormat.of().formatHex(message))
        .isEqualTo(
            // nlmsghdr: length 56, type 16, flags 0x605, sequence 7, port 0
            "38000000"
                + "1000"
                + "0506"
                + "07000000"
                + "00000000"
                // ifinfomsg
                + "00000000"
                + "00000000"
                + "00000000"
                + "00000000"
                // IFLA_IFNAME "br0\0"
                + "0800"
                + "0300"
                + "62723000"
                // IFLA_LINKINFO, nested, with IFLA_INFO_KIND "bridge\0" and a byte of padding
                + "1000"
                + "1280"
                + "0b00"
                + "0100"
                + "62726964676500"
                + "00");
  }

  @Test
  void fixedPartsAreWhereTheKernelLooks() {
    byte[] neighbour = new NetlinkMessage(28, 0).neighbourHeader(2, 5, 0x80, 4).encode(0);
    assertThat(HexFormat.of().formatHex(neighbour, 16, 28)).isEqualTo("020000000500000080000400");
    byte[] address = new NetlinkMessage(20, 0).addressHeader(2, 24, 5).encode(0);
    assertThat(HexFormat.of().formatHex(address, 16, 24)).isEqualTo("0218000005000000");
  }

  @Test
  void aNestThatIsOpenIsNoMessage() {
    assertThatThrownBy(() -> new NetlinkMessage(16, 0).begin(18).encode(1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Property
  void whatIsWrittenIsReadBack(
      @ForAll @AlphaChars @StringLength(max = 15) String text,
      @ForAll int word,
      @ForAll @Size(max = 40) byte[] bytes) {
    byte[] message =
        new NetlinkMessage(16, 0)
            .attribute(1, text)
            .begin(2)
            .attributeU32(3, word)
            .attributeU8(4, word)
            .end()
            .attribute(5, bytes)
            .encode(1);
    assertThat(message.length % 4).isZero();
    NetlinkAttributes read = attributes(message, 16, message.length - 16);
    assertThat(read.text(1)).isEqualTo(text);
    assertThat(read.nested(2).u32(3)).isEqualTo(word);
    assertThat(read.nested(2).u8(4)).isEqualTo(word & 0xff);
    assertThat(read.bytes(5)).isEqualTo(bytes);
    assertThat(read.has(6)).isFalse();
    assertThat(read.text(6)).isEmpty();
    assertThat(read.u32(6)).isZero();
    assertThat(read.nested(6).has(1)).isFalse();
  }

  @Property
  void bytesThatAreNoAttributesAreReadWithoutHarm(@ForAll @Size(max = 64) byte[] noise) {
    NetlinkAttributes read = attributes(noise, 0, noise.length);
    for (int type = 0; type < 300; type++) {
      assertThat(read.bytes(type).length).isLessThanOrEqualTo(noise.length);
      read.u32(type);
      read.u8(type);
      assertThat(read.text(type).getBytes(StandardCharsets.UTF_8)).doesNotContain(0);
      read.nested(type);
    }
  }

  private static NetlinkAttributes attributes(byte[] bytes, int from, int length) {
    return new NetlinkAttributes(
        ByteBuffer.wrap(bytes, from, length).order(ByteOrder.LITTLE_ENDIAN));
  }
}
