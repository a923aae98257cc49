// A fingerprint of a tree's nodes that does not depend on their order or on the pages they stand in: two trees with the
// same nodes have the same, and different ones as good as never.

const MULTIPLIER_HIGH = 0x01000193;
const MULTIPLIER_LOW = 0x5bd1e995;

/** The bytes last looked at, as words. Pages come one after the other, so one of each is enough. */
class Words {
  #bytes: Uint8Array | undefined;
  #view = new DataView(new ArrayBuffer(0));

  of(bytes: Uint8Array): DataView {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.#view;
  }
}

/** Fingerprint and number of nodes. */
export class NodeDigest {
  nodes = 0;
  /** Bytes of keys and data. */
  bytes = 0;
  high = 0;
  low = 0;
  readonly #keys = new Words();
  readonly #data = new Words();

  /** Takes in one node: key[0..keyLength) and data[start..start+length). */
  add(key: Uint8Array, keyLength: number, data: Uint8Array, start: number, length: number): void {
    let high = 0x9747b28c ^ keyLength;
    let low = 0x85ebca6b ^ length;
    const keys = this.#keys.of(key);
    let at = 0;
    for (; at + 4 <= keyLength; at += 4) {
      const word = keys.getInt32(at, true);
      high = Math.imul(high ^ word, MULTIPLIER_HIGH);
      low = Math.imul(low ^ (low >>> 15) ^ word, MULTIPLIER_LOW);
    }
    for (; at < keyLength; at++) {
      high = Math.imul(high ^ key[at]!, MULTIPLIER_HIGH);
      low = Math.imul(low ^ (low >>> 15) ^ key[at]!, MULTIPLIER_LOW);
    }
    const words = this.#data.of(data);
    const end = start + length;
    at = start;
    for (; at + 4 <= end; at += 4) {
      const word = words.getInt32(at, true);
      high = Math.imul(high ^ (high >>> 13) ^ word, MULTIPLIER_HIGH);
      low = Math.imul(low ^ (low >>> 15) ^ word, MULTIPLIER_LOW);
    }
    for (; at < end; at++) {
      high = Math.imul(high ^ (high >>> 13) ^ data[at]!, MULTIPLIER_HIGH);
      low = Math.imul(low ^ (low >>> 15) ^ data[at]!, MULTIPLIER_LOW);
    }
    high ^= high >>> 16;
    low ^= low >>> 13;
    this.high = (this.high + (Math.imul(high, 0x2c1b3c6d) ^ low)) | 0;
    this.low = (this.low + (Math.imul(low, 0x297a2d39) ^ (high >>> 3))) | 0;
    this.nodes++;
    this.bytes += keyLength + length;
  }

  /** True when the other digest is of the same nodes. */
  equals(other: NodeDigest): boolean {
    return (
      this.nodes === other.nodes && this.bytes === other.bytes && this.high === other.high && this.low === other.low
    );
  }
}
