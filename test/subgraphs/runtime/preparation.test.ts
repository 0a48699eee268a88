import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../../subgraphs/shared/runtime/logger';
import { preparation } from '../../../subgraphs/shared/runtime/preparation';
import { Unavailable } from '../../../subgraphs/shared/runtime/unavailable';

const logger = createLogger({ name: 'test', level: 'silent' });

describe('preparing a store', () => {
  it('waits for a store that is away, without holding up the start, and is ready once it is back', async () => {
    let isAway = true;
    let report = (): void => undefined;
    const back = new Promise<void>((resolve) => {
      report = resolve;
    });
    const indexes = preparation(
      'template',
      async () => {
        if (isAway) throw new Unavailable('MongoDB does not answer.');
        report();
      },
      logger,
    );
    expect(indexes.problems()).toEqual(['template: what it needs of its store is not there yet']);
    await indexes.start();
    expect(indexes.problems()).toEqual(['template: what it needs of its store is not there yet']);
    isAway = false;
    await back;
    await indexes.stop();
    expect(indexes.problems()).toEqual([]);
  });

  it('does not start with an error that waiting would not cure', async () => {
    const indexes = preparation('template', () => Promise.reject(new Error('an index of that name differs')), logger);
    await expect(indexes.start()).rejects.toThrow('an index of that name differs');
    await indexes.stop();
  });

  it('can be stopped while the store is away', async () => {
    const indexes = preparation('template', () => Promise.reject(new Unavailable('away')), logger);
    await indexes.start();
    await indexes.stop();
    expect(indexes.problems()).toHaveLength(1);
  });
});
