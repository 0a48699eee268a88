import { describe, expect, it } from '@jest/globals';
import { createLogger, withRequest } from '../../../subgraphs/shared/runtime/logger';

function logged(act: (logger: ReturnType<typeof createLogger>) => void): { text: string; lines: unknown[] } {
  const lines: string[] = [];
  act(createLogger({ name: 'test', level: 'info', destination: { write: (line: string) => void lines.push(line) } }));
  return { text: lines.join(''), lines: lines.map((line): unknown => JSON.parse(line)) };
}

describe('the log', () => {
  it('carries the request id on every line of a request', () => {
    const { lines } = logged((logger) => {
      withRequest(logger, 'req-1').info('claimed');
      logger.debug('not written');
    });
    expect(lines).toMatchObject([{ level: 'info', name: 'test', requestId: 'req-1', msg: 'claimed' }]);
    expect(lines).toHaveLength(1);
  });

  it('keeps secrets out, however deep they lie', () => {
    const { text, lines } = logged((logger) => {
      logger.info({
        req: { headers: { authorization: 'Bearer s3cret', Cookie: 's3cret', 'promograph-identity': 's3cret' } },
        input: { codes: ['s3cret'], lockToken: 's3cret', nested: [{ password: 's3cret', accessToken: 's3cret' }] },
        env: { IDENTITY_KEY: 's3cret' },
        extensions: { code: 'SOLD_OUT' },
      });
      logger.child({ token: 's3cret' }).warn('connecting to mongodb://app:s3cret@db:27017/x failed');
      logger.error({ err: new Error('redis://:s3cret@cache refused, Bearer s3cret-s3cret') }, 'away');
      logger.info('sent to %s', 'redis://app:s3cret@cache');
    });
    expect(text).not.toContain('s3cret');
    expect(lines).toMatchObject([
      { extensions: { code: 'SOLD_OUT' }, req: { headers: { authorization: '[redacted]' } } },
      { msg: 'connecting to mongodb://app:[redacted]@db:27017/x failed' },
      { err: { type: 'Error', message: 'redis://:[redacted]@cache refused, Bearer [redacted]' } },
      { msg: 'sent to redis://app:[redacted]@cache' },
    ]);
  });
});
