// Fingerprints of trees: the order of nodes does not count, everything else does.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NodeDigest } from '../../../src/ese/build/node-digest.ts';

type Node = readonly [Uint8Array, Uint8Array];

function digestOf(nodes: readonly Node[], shift = 0): NodeDigest {
  const digest = new NodeDigest();
  for (const [key, data] of nodes) {
    const placed = new Uint8Array(data.length + shift);
    placed.set(data, shift);
    digest.add(key, key.length, placed, shift, data.length);
  }
  return digest;
}

const node = fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 80 }));

it('is the same in any order and at any place', () => {
  fc.assert(
    fc.property(fc.array(node), fc.nat(7), (nodes, shift) => {
      expect(digestOf(nodes).equals(digestOf([...nodes].reverse(), shift))).toBe(true);
    }),
  );
});

it('differs when any bit does, or a node is twice there or not at all', () => {
  fc.assert(
    fc.property(fc.array(node, { minLength: 1 }), fc.nat(), fc.nat(), (nodes, which, bit) => {
      const [key, data] = nodes[which % nodes.length]!;
      const whole = digestOf(nodes);
      expect(whole.equals(digestOf([...nodes, [key, data]]))).toBe(false);
      const bytes = bit % 2 === 0 && key.length > 0 ? key.slice() : data.slice();
      if (bytes.length === 0) return;
      bytes[(bit >> 4) % bytes.length]! ^= 1 << ((bit >> 1) & 7);
      const changed: Node = bit % 2 === 0 && key.length > 0 ? [bytes, data] : [key, bytes];
      expect(whole.equals(digestOf(nodes.map((one, i) => (i === which % nodes.length ? changed : one))))).toBe(false);
    }),
  );
});

it('tells key from data', () => {
  const digest = (key: number[], data: number[]): NodeDigest =>
    digestOf([[Uint8Array.from(key), Uint8Array.from(data)]]);
  expect(digest([1, 2], [3]).equals(digest([1], [2, 3]))).toBe(false);
});
