/** The result of a decision: what was wanted, or the typed reason why not. Expected refusals are values, never exceptions. */
export type Outcome<T, R> = { ok: true; value: T } | { ok: false; refusal: R };

/** The wanted result: `accepted(coupon)`. */
export function accepted<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

/** The typed reason why not: `refused({ code: 'SOLD_OUT' })`. */
export function refused<R>(refusal: R): { ok: false; refusal: R } {
  return { ok: false, refusal };
}

/** Ends a `switch` over a union: a case nobody handled does not compile, and fails loudly if data breaks the type. */
export function assertNever(value: never): never {
  throw new Error(`Expected every case to be handled, found ${JSON.stringify(value)}; add the missing case.`);
}
