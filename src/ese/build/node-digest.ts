// A fingerprint of a tree's nodes that does not depend on their order or on the pages they stand in: two trees with the
// same nodes have the same, and different ones as good as never.

const MULTIPLIER = 0x01000193;
const OTHER_MULTIPLIER = 0x5bd1e995;
/** Bytes hashed at a time, a word in each of four lanes: processors multiply them side by side. */
const STEP = 16;

/** The bytes last looked at, as words. Pages come one after the other, so one of each is enough. */
class Words {
  #bytes: Uint8Array | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));

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
  readonly #data = new Words();

  /** A fingerprint as another thread made it. */
  static of(nodes: number, bytes: number, high: number, low: number): NodeDigest {
    const digest = new NodeDigest();
    digest.nodes = nodes;
    digest.bytes = bytes;
    digest.high = high;
    digest.low = low;
    return digest;
  }

  /** Takes in one node: key[0..keyLength) and data[start..start+length). */
  add(key: Uint8Array, keyLength: number, data: Uint8Array, start: number, length: number): void {
    let high = 0x9747b28c ^ keyLength;
    for (let i = 0; i < keyLength; i++) high = Math.imul(((high << 13) | (high >>> 19)) ^ key[i]!, MULTIPLIER);
    let low = 0x85ebca6b ^ length;
    const words = this.#data.of(data);
    const end = start + length;
    let at = start;
    if (length >= STEP) {
      let third = 0x165667b1;
      let fourth = 0x27d4eb2f;
      for (; at + STEP <= end; at += STEP) {
        high = Math.imul(((high << 13) | (high >>> 19)) ^ words.getInt32(at, true), MULTIPLIER);
        low = Math.imul(((low << 13) | (low >>> 19)) ^ words.getInt32(at + 4, true), OTHER_MULTIPLIER);
        third = Math.imul(((third << 13) | (third >>> 19)) ^ words.getInt32(at + 8, true), MULTIPLIER);
        fourth = Math.imul(((fourth << 13) | (fourth >>> 19)) ^ words.getInt32(at + 12, true), OTHER_MULTIPLIER);
      }
      high = Math.imul(high ^ (fourth >>> 16) ^ third, OTHER_MULTIPLIER);
      low = Math.imul(low ^ (third >>> 16) ^ fourth, MULTIPLIER);
    }
    for (; at < end; at++) low = Math.imul(((low << 13) | (low >>> 19)) ^ data[at]!, OTHER_MULTIPLIER);
    high ^= high >>> 16;
    low ^= low >>> 13;
    this.high = (this.high + (Math.imul(high, 0x2c1b3c6d) ^ low)) | 0;
    this.low = (this.low + (Math.imul(low ^ (high >>> 7), 0x297a2d39) ^ high)) | 0;
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
