import DataLoader from 'dataloader';

/**
 * A loader for one request: gathers the keys of one tick, asks once, and gives every asker its own answer, in any order
 * and with gaps. What the batch does not return is `null`.
 *
 * `const templates = createLoader((ids: readonly TemplateId[]) => store.templatesByIds(tenant, ids));`
 *
 * @param batch must answer for distinct keys; its Map may lack keys and may come in any order
 * @param options `maxBatchSize` keys of one question, 500 unless told; longer lists are asked in parts
 */
export function createLoader<K extends string, V>(
  batch: (ids: readonly K[]) => Promise<ReadonlyMap<K, V>>,
  options: { maxBatchSize?: number } = {},
): DataLoader<K, V | null> {
  return new DataLoader<K, V | null>(
    async (ids) => {
      const found = await batch(ids);
      return ids.map((id) => found.get(id) ?? null);
    },
    { maxBatchSize: options.maxBatchSize ?? 500 },
  );
}
