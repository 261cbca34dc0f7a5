import type { FaultControls } from '../../simulators/core/fault-controls';
import type { Unavoidable } from '../../test/platforms/fault-bench';
import { away, type Fault, peers } from './fault';
import type { Platforms } from './flow';

const DEAD_WIRE = {
  lost: Number.POSITIVE_INFINITY,
  why: 'a wire has no memory: what goes either way while its peer is dead and that is not noticed yet (45 s) is gone',
};

/** What platforms, proxies and networks do. */
export const PEER_FAULTS: readonly Fault[] = [
  {
    name: 'refused',
    async run(bench, seconds) {
      await away(bench, () => seconds(5));
      return undefined;
    },
  },
  {
    name: 'cut, five times',
    async run(bench, seconds) {
      for (let n = 0; n < 5; n++) {
        for (const faults of peers(bench)) faults.cutConnections();
        await seconds(1);
      }
      return undefined;
    },
  },
  armed('cut in the middle of an event', (faults) => faults.cutMidFrame({ afterEvents: 3, times: 3 })),
  armed('half-open', (faults) => faults.halfOpen(), 8, deadWires),
  armed('slow (300 ms an answer and an event)', (faults) => faults.slow({ ms: 300 })),
  armed(
    'wrong credentials, then right ones',
    (faults) => {
      faults.wrongCredentials();
      faults.expireTokens();
      faults.cutConnections();
    },
    6,
  ),
  armed('token expired', (faults) => faults.expireTokens()),
  {
    name: '401 on one resource',
    async run(bench, seconds) {
      for (const part of bench.parts) part.refuseOneResource();
      await seconds(6);
      for (const faults of peers(bench)) faults.clear();
      return undefined;
    },
  },
  connectingAnew('429 with Retry-After', (faults) => faults.tooManyRequests({ retryAfter: 2, times: 10 })),
  connectingAnew('500 to everything', (faults) => faults.status({ status: 500 })),
  armed('500 to half of the requests', (faults) => faults.status({ status: 500, chance: 0.5 }), 15),
  connectingAnew('compressed (gzip, not asked for)', (faults) => faults.compressed()),
  connectingAnew('endless answers', (faults) => faults.endless()),
  connectingAnew('a web page in place of answers', (faults) => faults.htmlPage()),
  connectingAnew('a web page that says it is JSON', (faults) => faults.htmlPage({ type: 'application/json' })),
  // A POST that is answered so counts as taken: JSON that says nothing of an error is an answer.
  connectingAnew('JSON in place of an event stream', (faults) => faults.answer({ body: '{}', method: 'GET' })),
  connectingAnew('100 Continue that nobody asked for', (faults) => faults.unaskedContinue()),
  {
    name: 'malformed events, three a platform',
    async run(bench, seconds) {
      const lost = bench.parts.map((part) => part.malform([5, 50, 100]));
      await seconds(6);
      for (const faults of peers(bench)) faults.clear();
      return Object.assign({}, ...lost);
    },
  },
  armed('the answer is lost', (faults) => faults.loseAnswer({ times: 5 })),
  {
    name: 'restarted, sessions lost',
    async run(bench, seconds) {
      await Promise.all(peers(bench).map((faults) => faults.restart({ downFor: 1000 })));
      await seconds(3);
      return undefined;
    },
  },
];

/** The same on all peers, until it is cleared. */
function armed(
  name: string,
  begin: (faults: FaultControls) => unknown,
  full = 5,
  unavoidable?: (platforms: Platforms) => Unavoidable,
): Fault {
  return {
    name,
    async run(bench, seconds) {
      for (const faults of peers(bench)) begin(faults);
      await seconds(full);
      for (const faults of peers(bench)) faults.clear();
      return unavoidable?.(bench);
    },
  };
}

function deadWires({ subjects }: Platforms): Unavoidable {
  const wires = Object.keys(subjects).filter((id) => subjects[id]?.wire);
  return Object.fromEntries(wires.map((id) => [id, DEAD_WIRE]));
}

/** Armed, and every connection cut, so that streams meet it too. */
function connectingAnew(name: string, begin: (faults: FaultControls) => unknown): Fault {
  return armed(name, (faults) => {
    begin(faults);
    faults.cutConnections();
  });
}
