import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import { PlatformError } from '../../../nodes/core/errors';
import { createTokenHolder, jwtExpiry, type Token } from '../../../nodes/core/http/token-holder';
import { fakeClock } from '../../support/clock';

describe('token holder', () => {
  let clock: sinon.SinonFakeTimers;

  beforeEach(() => {
    clock = fakeClock(1_750_000_000_000);
  });
  afterEach(() => {
    const timers = clock.countTimers();
    sinon.restore();
    assert.equal(timers, 0, 'a token holder needs no timer');
  });

  /** A platform that gives `token-1`, `token-2`, … each living `life` milliseconds. */
  const platform = (life?: number): sinon.SinonSpy<[], Promise<Token>> => {
    let count = 0;
    return sinon.spy(async (): Promise<Token> => {
      const value = `token-${++count}`;
      return life === undefined ? { value } : { value, expiresAt: Date.now() + life };
    });
  };

  const refused = (): PlatformError => new PlatformError('UNAUTHORIZED', 'wrong password', { statusCode: 401 });

  it('fetches one token for fifty callers at once, and for all who come later', async () => {
    const fetch = platform();
    const tokens = createTokenHolder({ fetch });
    const first = await Promise.all(Array.from({ length: 50 }, () => tokens.get()));
    assert.deepEqual(new Set(first), new Set(['token-1']));
    assert.equal(await tokens.get(), 'token-1');
    sinon.assert.calledOnce(fetch);
  });

  it('tells fifty callers the same failure, and asks again for the next', async () => {
    const fetch = sinon.stub<[AbortSignal], Promise<Token>>();
    fetch.onFirstCall().rejects(new PlatformError('ECONNREFUSED', 'nobody there', { retryable: true }));
    fetch.onSecondCall().resolves({ value: 'late' });
    const tokens = createTokenHolder({ fetch });
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => tokens.get()));
    assert.ok(results.every((result) => result.status === 'rejected' && result.reason.code === 'ECONNREFUSED'));
    assert.equal(await tokens.get(), 'late');
    sinon.assert.calledTwice(fetch);
  });

  it('renews a token before it expires', async () => {
    const fetch = platform(3_600_000);
    const tokens = createTokenHolder({ fetch, renewBefore: 60_000 });
    await tokens.get();
    clock.tick(3_539_999);
    assert.equal(await tokens.get(), 'token-1');
    clock.tick(1);
    assert.equal(await tokens.get(), 'token-2');
  });

  it('does not fetch for every request when tokens live shorter than the renewal margin', async () => {
    const fetch = platform(20_000);
    const tokens = createTokenHolder({ fetch, renewBefore: 60_000 });
    for (let second = 0; second < 10; second++) {
      await tokens.get();
      clock.tick(500);
    }
    sinon.assert.calledOnce(fetch);
    clock.tick(14_900);
    assert.equal(await tokens.get(), 'token-2');
  });

  it('does not fetch for every request on a machine whose clock runs ahead: the 401 tells when a token has expired', async () => {
    const fetch = platform(-86_400_000);
    const tokens = createTokenHolder({ fetch });
    for (let n = 0; n < 10; n++) assert.equal(await tokens.get(), 'token-1');
    tokens.reject('token-1');
    assert.equal(await tokens.get(), 'token-2');
  });

  it('keeps a token for ever where the platform tells no expiry', async () => {
    const fetch = platform();
    const tokens = createTokenHolder({ fetch });
    await tokens.get();
    clock.tick(365 * 86_400_000);
    await tokens.get();
    sinon.assert.calledOnce(fetch);
  });

  it('fetches another one after the platform refused it', async () => {
    const tokens = createTokenHolder({ fetch: platform() });
    tokens.reject(await tokens.get());
    assert.equal(await tokens.get(), 'token-2');
  });

  it('fetches once when fifty requests learn at different times that their token is refused', async () => {
    const fetch = platform();
    const tokens = createTokenHolder({ fetch });
    const old = await tokens.get();
    for (let n = 0; n < 50; n++) {
      tokens.reject(old);
      assert.equal(await tokens.get(), 'token-2');
    }
    sinon.assert.calledTwice(fetch);
  });

  it('gives refused credentials to every caller, without asking again, for a while', async () => {
    const fetch = sinon.stub<[AbortSignal], Promise<Token>>().rejects(refused());
    const tokens = createTokenHolder({ fetch, credentialsRefusedFor: 10_000 });
    for (let n = 0; n < 100; n++)
      await assert.rejects(tokens.get(), { code: 'UNAUTHORIZED', message: 'wrong password' });
    sinon.assert.calledOnce(fetch);
    clock.tick(9_999);
    await assert.rejects(tokens.get(), { code: 'UNAUTHORIZED' });
    sinon.assert.calledOnce(fetch);
    clock.tick(1);
    fetch.resolves({ value: 'good' });
    assert.equal(await tokens.get(), 'good');
  });

  it('keeps no other failure', async () => {
    const fetch = sinon.stub<[AbortSignal], Promise<Token>>().rejects(new PlatformError('TIMEOUT', 'slow'));
    const tokens = createTokenHolder({ fetch });
    await assert.rejects(tokens.get(), { code: 'TIMEOUT' });
    await assert.rejects(tokens.get(), { code: 'TIMEOUT' });
    sinon.assert.calledTwice(fetch);
  });

  it('makes a PlatformError of whatever the fetch throws', async () => {
    const tokens = createTokenHolder({ fetch: () => Promise.reject('nonsense') });
    await assert.rejects(tokens.get(), (error) => error instanceof PlatformError && error.message === 'nonsense');
  });

  it('survives a fetch that throws instead of rejecting', async () => {
    const fetch = sinon.stub<[AbortSignal], Promise<Token>>();
    fetch.onFirstCall().throws(new Error('broken'));
    fetch.onSecondCall().resolves({ value: 'good' });
    const tokens = createTokenHolder({ fetch });
    await assert.rejects(tokens.get(), /broken/);
    assert.equal(await tokens.get(), 'good');
  });

  it('ends a request under way when it is closed; everybody who waits learns that', async () => {
    let seen: AbortSignal | undefined;
    const tokens = createTokenHolder({
      fetch: (signal) =>
        new Promise((_, reject) => {
          seen = signal;
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    });
    const waiting = [tokens.get(), tokens.get()];
    tokens.close();
    for (const wait of waiting) await assert.rejects(wait, { code: 'CLOSED' });
    assert.equal(seen?.aborted, true);
  });

  it('gives nothing any more once it is closed, not even what it has', async () => {
    const fetch = platform();
    const tokens = createTokenHolder({ fetch });
    await tokens.get();
    tokens.close();
    tokens.close();
    await assert.rejects(tokens.get(), { code: 'CLOSED' });
    sinon.assert.calledOnce(fetch);
  });
});

describe('jwtExpiry', () => {
  const jwt = (claims: unknown): string =>
    ['{"alg":"HS256"}', JSON.stringify(claims), 'signature']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');

  it('reads the claim exp, which is in seconds', () => {
    assert.equal(jwtExpiry(jwt({ sub: 'x', exp: 1_750_000_000 })), 1_750_000_000_000);
    assert.equal(jwtExpiry(jwt({ exp: 1_750_000_000.5 })), 1_750_000_000_500);
  });

  it('is undefined for a JWT without it, a broken one, and any other text', () => {
    const others = [
      jwt({}),
      jwt({ exp: '1750000000' }),
      jwt({ exp: null }),
      jwt(null),
      jwt([1]),
      'opaque',
      'opaque.with.dots',
      'a.!!!.c',
      '..',
      '',
    ];
    assert.deepEqual(
      others.map(jwtExpiry),
      others.map(() => undefined),
    );
  });
});
