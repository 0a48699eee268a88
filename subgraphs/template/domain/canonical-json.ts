import { createHash } from 'node:crypto';

/**
 * JSON with the keys of every object sorted, so that equal content is equal text: `{b: 1, a: [2]}` → `{"a":[2],"b":1}`.
 * Half a character (a lone surrogate) becomes the sign that the store would make of it, so that storing changes nothing.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'string') return inner.replace(/\p{Surrogate}/gu, '\ufffd');
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** SHA-256 over the canonical JSON, 64 characters of hex; the same for documents that say the same. */
export function fingerprintOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
